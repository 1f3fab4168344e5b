"""Media: photos, and files on their way in, as cells, lines and facts."""

from collections.abc import Mapping, Sequence

from botops.catalog.views import ProductView
from botops.media.views import MediaView, PendingView
from botops.tui.keymap import Fact
from botops.tui.presenters import meaning
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import (
    FAILED,
    RUNNING,
    WAITING,
    Look,
    ago,
    count,
    moment,
    plural,
    size,
)

Item = MediaView | PendingView
READY = Look("✓", "ready", Tone.GOOD)
REFUSED = Look("✗", "refused", Tone.BAD)
ARRIVING = Look("…", "arriving", Tone.WAIT)
_STATUS_LOOKS = {
    "uploading": WAITING,
    "processing": RUNNING._replace(word="resizing"),
    "ready": READY,
}
STATE_WORDS = {
    "ready": "ready",
    "waiting": "uploading",
    "resizing": "processing",
    "refused": "failed",
    "failed": "failed",
}


def key(item: Item) -> str:
    """Return what makes a photo itself: its id, or its name while it has none."""
    return item.id if isinstance(item, MediaView) else f"inbox/{item.name}"


def name(item: Item) -> str:
    """Return the file name of a photo."""
    return item.original_name if isinstance(item, MediaView) else item.name


def look(item: Item) -> Look:
    """Return how the state of a photo is told."""
    if isinstance(item, PendingView):
        return ARRIVING if item.state == "settling" else WAITING
    if item.status == "failed":
        return REFUSED if item.code else FAILED
    return _STATUS_LOOKS.get(item.status, Look("·", item.status, Tone.PLAIN))


def row(item: Item, now: float) -> tuple[Cell, ...]:
    """Return the cells of a photo in the list: file, state, size, product, age."""
    products = item.products if isinstance(item, MediaView) else ()
    at = item.created_at if isinstance(item, MediaView) else now
    version = f"  v{item.version}" if isinstance(item, MediaView) and item.version > 1 else ""
    return (
        Cell(f"{name(item)}{version}"),
        look(item).cell,
        Cell(size(item.size), Tone.MUTED),
        Cell(", ".join(products) or "—", Tone.PLAIN if products else Tone.FAINT),
        Cell(ago(at, now), Tone.MUTED),
    )


def facts(item: Item | None) -> set[Fact]:
    """Return what may be done with a photo."""
    if not isinstance(item, MediaView):
        return set()
    found = {Fact.STORED}
    if item.status == "failed":
        found.add(Fact.REFUSED)
    if item.status == "ready":
        found.add(Fact.FILE)
    return found


def detail(item: Item, now: float) -> list[Line]:
    """Return what is known of a photo, to stand below its picture."""
    if isinstance(item, PendingView):
        return [line(look(item).cell, Cell(f"   {size(item.size)}", Tone.MUTED))]
    lines = [line(look(item).cell, Cell(f"   {moment(item.created_at, now)}", Tone.MUTED))]
    lines.append(line(Cell(" · ".join(_measures(item)), Tone.MUTED)))
    return [*lines, *([line(""), *_variants(item)] if item.variants else [])]


def words(item: Item) -> list[Line]:
    """Return what is to be said about a photo in sentences."""
    if isinstance(item, PendingView):
        return [line(""), line("It is taken in as soon as nobody writes it any more.")]
    if item.status != "ready":
        return []
    told = [line(""), *(line(Cell(f"· {note}", Tone.MUTED)) for note in item.notes)]
    if item.products:
        return [line(""), line(Cell("used by  ", Tone.MUTED), ", ".join(item.products)), *told]
    return [
        line(""),
        line(Cell("No product yet: a file named as its SKU finds it.", Tone.MUTED)),
        *told,
    ]


def _measures(item: MediaView) -> list[str]:
    kind = (item.mime_type or "").removeprefix("image/").upper()
    pixels = f"{item.width} × {item.height}" if item.width and item.height else ""
    version = f"version {item.version}" if item.version > 1 else ""
    return [part for part in (pixels, kind, size(item.size), version) if part]


def _variants(item: MediaView) -> list[Line]:
    lines = [
        line(
            f"{each:<9}",
            Cell(f"{f'{view.width} × {view.height}':>12}{size(view.size):>9}  ", Tone.MUTED),
            Cell("✓", Tone.GOOD),
        )
        for each, view in item.variants.items()
    ]
    return [*lines, line(Cell("original kept, never served", Tone.FAINT))]


def product(view: ProductView) -> Line:
    """Return a product as a line: its SKU and its name."""
    return line(Cell(f"{view.sku:<14} ", Tone.MUTED), view.name)


def refusal(item: Item | None) -> list[Line]:
    """Return why a photo was refused and the way out, or nothing."""
    if not isinstance(item, MediaView) or item.status != "failed":
        return []
    why = meaning.of_refusal(item.code, item.reason)
    return [line(Cell(why.sentence, Tone.PLAIN)), line(Cell(why.way_out, Tone.MUTED))]


def folder(path: str, *, is_paused: bool) -> Line:
    """Return the folder that is watched and whether it is."""
    state = (
        Cell("‖ paused: the disk is full", Tone.BAD) if is_paused else Cell("● watching", Tone.GOOD)
    )
    return line(Cell(path, Tone.STRONG), "   ", state)


def totals(counts: Mapping[str, int], pending: int) -> list[str]:
    """Return how many photos there are, how many come in and how many were refused."""
    failed = counts.get("failed", 0)
    coming = pending + counts.get("uploading", 0) + counts.get("processing", 0)
    return [
        plural(sum(counts.values()), "photo"),
        f"{count(coming)} coming in" if coming else "",
        f"{count(failed)} refused" if failed else "",
    ]


def merged(pending: Sequence[PendingView], stored: Sequence[MediaView]) -> list[Item]:
    """Return files on their way in above the photos that are stored."""
    known = {item.original_name for item in stored if item.status in ("uploading", "processing")}
    return [*(item for item in pending if item.name not in known), *stored]


def arrived(rows: Sequence[Item], fresh: Sequence[Item]) -> list[tuple[str, MediaView]]:
    """Return the keys of files that were on their way in, with the photos that they are now."""
    known = {item.id for item in rows if isinstance(item, MediaView)}
    new = {
        item.original_name: item
        for item in reversed(fresh)
        if isinstance(item, MediaView) and item.id not in known
    }
    waiting = {item.name for item in fresh if isinstance(item, PendingView)}
    gone = [item for item in rows if isinstance(item, PendingView) and item.name not in waiting]
    return [(key(item), new[item.name]) for item in gone if item.name in new]
