"""Timeline: what happened to a thing, moment below moment, with a line that joins them."""

from collections.abc import Sequence
from typing import NamedTuple

from botops.tui.presenters.cells import Cell, Line, Tone

_WHEN = 12


class Moment(NamedTuple):
    """One thing that happened: when, how it went, what it was, and more about it."""

    when: str
    words: str
    note: str = ""
    glyph: str = "●"
    tone: Tone = Tone.ACCENT
    is_current: bool = False


def timeline(moments: Sequence[Moment]) -> list[Line]:
    """Return the lines of a timeline, in the order of the moments."""
    lines: list[Line] = []
    for at, moment in enumerate(moments):
        is_last = at == len(moments) - 1
        words = Tone.STRONG if moment.is_current else Tone.PLAIN
        lines.append((
            Cell(f"{moment.when:<{_WHEN}} ", Tone.MUTED),
            Cell(moment.glyph, moment.tone),
            Cell(f" {moment.words}", words),
            *((Cell("  ◂", Tone.ACCENT),) if moment.is_current else ()),
        ))  # fmt: skip
        rail = Cell(" " * (_WHEN + 1) + (" " if is_last else "│"), Tone.FAINT)
        if moment.note:
            lines.append((rail, Cell(f" {moment.note}", Tone.MUTED)))
        elif not is_last:
            lines.append((rail,))
    return lines
