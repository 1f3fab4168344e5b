"""Media: the photos, how they come in, what they look like, and why one was refused."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from botops.kernel import clock
from botops.kernel.errors import NotFound
from botops.kernel.paging import Page
from botops.media.library import MediaQuery
from botops.media.views import MediaView, PendingView
from botops.runtime import Runtime
from botops.tui.keymap import (
    COPY,
    EVERYWHERE,
    FILTER,
    FOLLOW,
    MARK,
    OPEN,
    SORT,
    UNDO,
    Fact,
    Group,
    Key,
)
from botops.tui.places import Place
from botops.tui.presenters import media as present
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.media import Item
from botops.tui.presenters.words import plural, short_path
from botops.tui.screens.listing import PAGE, Listing
from botops.tui.screens.section import bindings
from botops.tui.state import Desk, Latest, Undo
from botops.tui.widgets.box import Box
from botops.tui.widgets.filter_bar import summary
from botops.tui.widgets.lines import Detail
from botops.tui.widgets.pick import Pick
from botops.tui.widgets.picture import Picture
from botops.tui.widgets.table import Column
from botops.tui.widgets.words import Words

AGAIN = Key("retry", ("r",), "Try again", "Look at it again", Group.ROW, (Fact.ROW, Fact.REFUSED))
REMOVE = Key(
    "remove",
    ("d",),
    "Remove",
    "Take it out of the shop; u puts it back",
    Group.ROW,
    (Fact.ROW, Fact.STORED),
)
LINK = Key(
    "link",
    ("l",),
    "Link product",
    "Let this photo show a product",
    Group.ROW,
    (Fact.ROW, Fact.STORED),
)
OUTSIDE = Key(
    "outside",
    ("o",),
    "Open outside",
    "Open the picture in the system's viewer",
    Group.ROW,
    (Fact.ROW, Fact.FILE),
)
FOLDER = Key("folder", ("O",), "Open folder", "Open the photo folder", Group.BOX, (Fact.READY,))
RESCAN = Key(
    "rescan",
    (),
    "Look through the photo folder again",
    "Find what the watcher may have missed",
    Group.BOX,
    (Fact.READY,),
)
RETRY_ALL = Key(
    "retry_all",
    ("R",),
    "Try all again",
    "Look again at every photo that was refused",
    Group.BOX,
    (Fact.ANY_FAILED,),
)

PRODUCTS = 20


@dataclass(frozen=True, slots=True)
class Around:
    """What is told above the list: the folder, whether it waits, and how many photos there are."""

    folder: str = ""
    is_paused: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    coming: int = 0


def look_around(runtime: Runtime) -> Around:
    """Return what is told above the list; called in a thread."""
    media = runtime.media
    return Around(short_path(media.inbox), media.is_paused, media.counts(), len(media.pending()))


class Media(Listing[Item]):
    """The section of the photos."""

    place = Place("4", "Media")
    keys = (OPEN, LINK, AGAIN, REMOVE, UNDO, FILTER, MARK, OUTSIDE, FOLDER, FOLLOW, SORT, COPY,
            RETRY_ALL, RESCAN, *(key for key in EVERYWHERE if key is not UNDO))  # fmt: skip
    topics = frozenset({"media", "jobs", "products"})
    BINDINGS: ClassVar[list[BindingType]] = bindings(keys)
    noun = "photos"
    filter_hint = "a part of the name, or state:refused"
    fields: ClassVar = {"state": tuple(present.STATE_WORDS)}
    columns = (
        Column("file", share=5, is_name=True),
        Column("state", width=10),
        Column("size", width=7, right=True, from_width=40),
        Column("product", share=4, from_width=48),
        Column("came", width=6, right=True, from_width=64),
    )

    def __init__(self, desk: Desk, places: tuple[Place, ...]) -> None:
        super().__init__(desk, places)
        self._around = Around()
        self._thumbnail = Latest(desk, self._read_thumbnail)

    def side(self) -> ComposeResult:
        """Make picture, facts and the reason of a refusal."""
        with Box("", id="detail"):
            yield Picture()
            yield Detail()
        with Box("Why refused?", id="why"):
            yield Words()

    # Rows.

    def key_of(self, row: Item) -> Hashable:
        """Return the id, or the name while it has none."""
        return present.key(row)

    def present(self, row: Item) -> Sequence[Cell]:
        """Return the cells of a photo."""
        return present.row(row, clock.epoch())

    def page(self, runtime: Runtime, cursor: str | None) -> Page[Item]:
        """Return a page of photos; the first one begins with the files on their way in."""
        state = self.asked.one("state")
        status = present.STATE_WORDS[state] if state else None
        is_newest_first = self.sort.id == "newest"
        query = MediaQuery(
            status=status,
            text=self.asked.words,
            limit=PAGE,
            cursor=cursor,
            newest_first=is_newest_first,
        )
        page = runtime.media.page(query)
        if cursor is not None or self.asked.fields or self.asked.words or not is_newest_first:
            return Page(list(page.items), page.next_cursor, page.total)
        return Page(
            present.merged(runtime.media.pending(), page.items), page.next_cursor, page.total
        )

    def recognise(self, fresh: Sequence[Item]) -> None:
        """Let a file on its way in become the photo of its name, where it stands."""
        records = self.table.records
        for key, photo in present.arrived(records.rows, fresh):
            records.swap(key, photo)
            if self.table.cursor == key:
                self.table.cursor = self.key_of(photo)

    def why_empty(self) -> Sequence[Line]:
        """Return why there are no photos, and what fills the list."""
        return (
            line(Cell("No photos yet.", Tone.STRONG)),
            line(
                Cell("Drop some into ", Tone.MUTED),
                self._around.folder,
                Cell(" and watch.", Tone.MUTED),
            ),
            line(""),
            line(Cell("O", Tone.KEY), Cell("  open the folder", Tone.MUTED)),
        )

    # Reading.

    async def read(self) -> None:
        """Read the list, the folder's state, and what is being resized."""
        self._around = await self.desk.ask(look_around)
        await super().read()

    def shown(self) -> Line:
        """Return the folder, or the filter if there is one."""
        if self.asked.words or self.asked.fields or self.asked.problem or not self._around.folder:
            return super().shown()
        return present.folder(self._around.folder, is_paused=self._around.is_paused)

    def summary(self) -> Line:
        """Return how many photos there are."""
        marked = len(self.table.marked)
        totals = present.totals(self._around.counts, self._around.coming)
        return summary(f"{marked} marked" if marked else "", *totals)

    def show_detail(self, row: Item | None) -> None:
        """Show the picture, what is known, and why it was refused."""
        box, pane = self.query_one("#detail", Box), self.query_one("#detail Detail", Detail)
        why = present.refusal(row)
        self.query_one("#side").set_class(bool(why), "-refused")
        self.query_one("#why Words", Words).tell(why)
        picture = self.query_one(Picture)
        picture.display = row is not None and present.look(row) is present.READY
        if row is None:
            box.head("Photo")
            pane.show([line(Cell("No photo is selected.", Tone.MUTED))])
            return
        box.head(present.name(row))
        pane.show(present.detail(row, clock.epoch()), words=present.words(row))
        if isinstance(row, MediaView) and picture.display:
            self._thumbnail.want()

    async def _read_thumbnail(self) -> None:
        row = self.table.row
        if not isinstance(row, MediaView) or not self.desk.is_running:
            return
        try:
            path = await self.desk.ask(lambda rt: rt.media.thumbnail(row.id))
        except NotFound:  # Removed since it was listed; the list says so soon.
            path = None
        if self.table.row == row:
            self.query_one(Picture).show(path)

    # Verbs.

    def facts(self) -> set[Fact]:
        """Return what may be done with what is marked, or under the cursor."""
        facts = super().facts()
        if self.is_mounted:
            for item in self.table.chosen:
                facts |= present.facts(item)
            if self._around.counts.get("failed"):
                facts.add(Fact.ANY_FAILED)
        return facts

    def _stored(self) -> list[MediaView]:
        return [item for item in self.table.chosen if isinstance(item, MediaView)]

    def do_retry(self) -> None:
        """Look at the chosen photos again."""
        ids = self.ids([item for item in self._stored() if item.status == "failed"])
        self.order(
            lambda rt: each(rt.media.retry, ids),
            lambda n: f"{plural(n, 'photo')} will be looked at again.",
        )

    def do_retry_all(self) -> None:
        """Look again at every photo that was refused."""
        self.order(_retry_all, lambda n: f"{plural(n, 'photo')} will be looked at again.")

    def do_remove(self) -> None:
        """Take the chosen photos out of the shop, so that u puts them back."""
        items = self._stored()
        ids = self.ids(items)
        label = items[0].original_name if len(items) == 1 else plural(len(items), "photo")

        def told(_: object) -> str:
            back = Undo(f"{label} is back.", lambda rt: each(rt.media.restore, ids))
            self.desk.undo.append(back)
            self.table.records.drop(ids)
            self.table.refreshed()
            return f"Removed {label}. u puts it back."

        self.order(lambda rt: each(rt.media.remove, ids), told)

    def do_link(self) -> None:
        """Ask for the product, and let the chosen photos show it."""
        ids = [item.id for item in self._stored()]

        def link(sku: str | None) -> None:
            if sku is not None:
                self.table.marked.clear()
                self.order(
                    lambda rt: each(lambda at: rt.catalog.link(at, sku), ids),
                    lambda _: self._linked(ids, sku),
                )

        nothing = "No such product. Add one with botops product add."
        self.app.push_screen(Pick("Which product?", self._products, nothing=nothing), link)

    def _linked(self, ids: Sequence[str], sku: str) -> str:
        photos = plural(len(ids), "photo")
        back = Undo(
            f"{sku} is no longer shown by {photos}.",
            lambda rt: each(lambda at: rt.catalog.unlink(at, sku), ids),
        )
        self.desk.undo.append(back)
        return f"{sku} is now shown by {photos}. u takes it back."

    async def _products(self, typed: str) -> list[tuple[str, Line]]:
        found = await self.desk.ask(lambda rt: rt.catalog.search(typed, limit=PRODUCTS))
        return [(product.sku, present.product(product)) for product in found]

    def do_rescan(self) -> None:
        """Look through the folder again."""
        self.order(lambda rt: rt.media.rescan(), lambda _: "Looking through the photo folder.")

    def do_outside(self) -> None:
        """Open the picture in the system's viewer."""
        variants = self._stored()[0].variants
        best = variants.get("whatsapp") or next(iter(variants.values()), None)
        if best is not None:
            self.open_outside(best.path)

    def do_folder(self) -> None:
        """Open the photo folder."""
        self.open_outside(self._around.folder)

    def do_copy(self) -> None:
        """Ask what to copy."""
        item = self.table.row
        if isinstance(item, PendingView):
            self.copy_menu([("n", "file name", item.name)])
        elif item is not None:
            self.copy_menu([
                ("n", "file name", item.original_name),
                ("i", "id", item.id),
                ("w", "why it was refused", item.reason or ""),
                ("h", "fingerprint (SHA-256)", item.hash),
            ])  # fmt: skip


def _retry_all(runtime: Runtime) -> int:
    refused: list[str] = []
    page = runtime.media.page(MediaQuery(status="failed"))
    refused += [item.id for item in page.items]
    while page.next_cursor is not None:
        page = runtime.media.page(MediaQuery(status="failed", cursor=page.next_cursor))
        refused += [item.id for item in page.items]
    return each(runtime.media.retry, refused)


def each(act: Callable[[str], object], ids: Sequence[str]) -> int:
    """Do something with each of some photos; return how many there were."""
    for media_id in ids:
        act(media_id)
    return len(ids)
