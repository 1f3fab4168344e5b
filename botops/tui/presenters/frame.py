"""Frame: the words of the two top lines that every section has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from botops.tui.places import Place
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import count

if TYPE_CHECKING:
    from botops.runtime import LinkView


class Health(NamedTuple):
    """How the engine is, in a word, and where it is, if not here."""

    glyph: str
    word: str
    tone: Tone
    where: str = ""


STARTING = Health("…", "starting", Tone.WAIT)
_NAME = " BotOps"
LIVE = Health("●", "live", Tone.GOOD)


AWAY = Health("✗", "the engine is away", Tone.BAD)
SILENT = Health("!", "the engine does not answer", Tone.WARN)


def health_of(states: Sequence[str], link: LinkView | None = None) -> Health:
    """Return the one word for the states of all parts, and for the link to where they run."""
    if link is not None and link.pid is None:
        return AWAY
    if link is not None and link.trouble:
        return SILENT
    where = "" if link is None else f"○ attached to process {link.pid}   "
    return _health_of(states)._replace(where=where)


def _health_of(states: Sequence[str]) -> Health:
    if "down" in states:
        return Health("✗", f"{states.count('down')} down", Tone.BAD)
    if "degraded" in states:
        return Health("!", "limping", Tone.WARN)
    return STARTING if "starting" in states else LIVE


def top_line(shop: str, *, health: Health, queued: int | None, now: str, width: int) -> Line:
    """Return the first line: whose shop it is, and on the right how it is and what time."""
    right = line(
        *((Cell(health.where, Tone.MUTED),) if health.where else ()),
        Cell(f"{health.glyph} {health.word}", health.tone),
        Cell("   queue ", Tone.MUTED),
        Cell("—" if queued is None else count(queued)),
        Cell(f"   {now} ", Tone.MUTED),
    )
    taken = sum(len(cell.text) for cell in right)
    room = max(width - taken - len(_NAME) - 5, 0)
    name = shop if len(shop) <= room else f"{shop[: max(room - 1, 0)]}…"
    left = line(Cell(_NAME, Tone.ACCENT))
    if name:
        left += line(Cell(" · ", Tone.FAINT), Cell(name, Tone.STRONG))
    gap = width - taken - sum(len(cell.text) for cell in left)
    return (*left, Cell(" " * max(gap, 1)), *right)


def tabs(places: Sequence[Place], current: str, *, width: int) -> list[tuple[str, Line]]:
    """Return the sections with their cells; where they don't fit, only the current has its name."""
    is_roomy = sum(len(place.name) + 4 for place in places) + 1 <= width
    return [(place.digit, _tab(place, current, is_roomy=is_roomy)) for place in places]


def _tab(place: Place, current: str, *, is_roomy: bool) -> Line:
    if place.name == current:
        return line(Cell(f"[{place.digit} {place.name}]", Tone.ACCENT))
    if not is_roomy:
        return line(Cell(f" {place.digit} ", Tone.MUTED))
    return line(Cell(f" {place.digit} ", Tone.FAINT), Cell(f"{place.name} ", Tone.MUTED))
