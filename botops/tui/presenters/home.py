"""Home: what needs a person, how the day went, and what just happened, as cells and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import ago, bars, count, part_look, wall

if TYPE_CHECKING:
    from botops.events.views import EventView
    from botops.kernel.health import PartView
    from botops.media.views import PendingView
    from botops.runtime import NeedView

_GLYPHS = {"✗": Tone.BAD, "!": Tone.WARN, "‖": Tone.WARN, "…": Tone.WAIT, "↻": Tone.AGAIN}
_EVENTS: dict[str, tuple[str, str, Tone]] = {
    "media_ready": ("✓", "photo ready", Tone.GOOD),
    "media_rejected": ("✗", "refused", Tone.BAD),
    "media_stored": ("▶", "taken in", Tone.BUSY),
    "product_updated": ("✓", "product", Tone.GOOD),
    "job_discarded": ("✗", "job failed", Tone.BAD),
    "bot_connected": ("●", "connected", Tone.GOOD),
    "bot_disconnected": ("!", "disconnected", Tone.WARN),
}
_ABOUT = (
    "fileName",
    "file_name",
    "originalName",
    "original_name",
    "name",
    "about",
    "kind",
    "orderId",
    "productId",
)
_WORD = 12
_NAME = 16
_LABELS = _WORD + 1 + 7
HOURS = 24


def need_row(need: NeedView, now: float) -> tuple[Cell, ...]:
    """Return the cells of one thing that needs a person: glyph, what, more, since, key."""
    return (
        Cell(need.glyph, _GLYPHS.get(need.glyph, Tone.WARN)),
        Cell(need.title, Tone.STRONG),
        Cell(need.detail, Tone.MUTED),
        Cell(ago(need.since, now) if need.since else "", Tone.MUTED),
        Cell(need.key_label, Tone.KEY),
    )


def calm(inbox: str) -> list[Line]:
    """Return what stands in the place of needs when there are none."""
    return [
        line(Cell("✓ ", Tone.GOOD), "Nothing needs you."),
        line(Cell("Photos that are dropped into ", Tone.MUTED), Cell(inbox, Tone.PLAIN),
             Cell(" become product pictures.", Tone.MUTED)),
    ]  # fmt: skip


def event_row(event: EventView) -> tuple[Cell, ...]:
    """Return the cells of an event: time, what, about."""
    glyph, word, tone = _EVENTS.get(event.type, ("·", event.type.replace("_", " "), Tone.MUTED))
    return (
        Cell(wall(event.timestamp), Tone.FAINT),
        Cell(f"{glyph} {word}", tone),
        Cell(about(event.data)),
    )


def about(data: Mapping[str, Any]) -> str:
    """Return what an event is about, in a few words."""
    found = [str(data[name]) for name in _ABOUT if data.get(name)]
    reason = data.get("reason")
    return " · ".join(filter(None, [found[0] if found else "", str(reason) if reason else ""]))


def target(event: EventView) -> str:
    """Return where the thing of an event is, as section/filter."""
    if event.type.startswith("media"):
        return f"media/{event.data.get('fileName', '')}"
    return "jobs/state:failed" if event.type == "job_discarded" else "home"


def place_of(target: str) -> tuple[str, str]:
    """Return section and filter of a target such as jobs/state:failed."""
    section, _, typed = target.partition("/")
    return section, typed


def parts(views: Sequence[PartView]) -> list[Line]:
    """Return the parts that are not well, a line each, and the others below them in pairs."""
    troubled = [view for view in views if view.state != "up"]
    well = [part_cells(view) for view in views if view.state == "up"]
    lines = [
        (*part_cells(view), Cell(view.detail or part_look(view.state).word)) for view in troubled
    ]
    return lines + [
        left + right for left, right in zip_longest(well[::2], well[1::2], fillvalue=())
    ]


def part_cells(view: PartView) -> Line:
    """Return glyph and name of a part."""
    look = part_look(view.state)
    return line(Cell(f"{look.glyph} ", look.tone), Cell(f"{view.name:<{_NAME}}"))


def photos(counts: Mapping[str, int], pending: Sequence[PendingView], *, inbox: str) -> list[Line]:
    """Return how many photos are ready, coming in or refused, and where new ones belong."""
    coming = len(pending) + counts.get("processing", 0) + counts.get("uploading", 0)
    names = ", ".join(item.name for item in pending)
    return [
        _photos("ready", counts.get("ready", 0), tone=Tone.GOOD),
        _photos("coming in", coming, tone=Tone.BUSY, more=names),
        _photos("refused", counts.get("failed", 0), tone=Tone.BAD),
        line(Cell(f"{'folder':<{_WORD}} ", Tone.MUTED), inbox),
    ]


def _photos(label: str, number: int, *, tone: Tone, more: str = "") -> Line:
    return line(
        Cell(f"{label:<{_WORD}} ", Tone.MUTED),
        Cell(f"{count(number):>6}", tone if number else Tone.FAINT),
        Cell(f"   {more}" if more else "", Tone.MUTED),
    )


def charts(hours: Mapping[str, tuple[int, ...]], width: int) -> list[Line]:
    """Return the last 24 hours of each figure as bars, with the sum at the end."""
    room = _bars_room(width)
    return [_chart(label, values[-HOURS:], width=room) for label, values in hours.items()]


def _bars_room(width: int) -> int:
    return max(width - _LABELS, 8)


def _chart(label: str, values: tuple[int, ...], *, width: int) -> Line:
    shown = stretched(bars(values), width) if width >= len(values) else bars(values, width)
    tone = Tone.BAD if label.startswith("fail") else Tone.ACCENT
    return line(
        Cell(f"{label:<{_WORD}} ", Tone.MUTED),
        Cell(shown, tone if any(values) else Tone.FAINT),
        Cell(f"{count(sum(values)):>7}", Tone.PLAIN if any(values) else Tone.FAINT),
    )


def stretched(text: str, width: int) -> str:
    """Return text with each of its letters repeated, so that it fills `width`."""
    return "".join(text[at * len(text) // width] for at in range(width))


def hour_scale(now_hour: int, width: int) -> Line:
    """Return the hours below the bars: the last one is now."""
    room = _bars_room(width)
    scale = [" "] * (room + 2)
    for index in range(HOURS):
        hour = (now_hour - HOURS + 1 + index) % HOURS
        if hour % 6 == 0:
            at = -(-index * room // HOURS)
            scale[at : at + 2] = f"{hour:02d}"
    return line(Cell(" " * (_WORD + 1) + "".join(scale), Tone.FAINT))
