"""Cells: text with a tone, what presenters hand over to be drawn."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """What a piece of text says beside its words; a theme gives it a colour."""

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    FAINT = "faint"
    GOOD = "good"
    BUSY = "busy"
    WAIT = "wait"
    AGAIN = "again"
    BAD = "bad"
    WARN = "warn"
    OFF = "off"
    ACCENT = "accent"
    KEY = "key"


class Cell(NamedTuple):
    """One piece of text; `text` may come from outside, and is cleaned where it is drawn."""

    text: str
    tone: Tone = Tone.PLAIN


Line = tuple[Cell, ...]


def line(*parts: str | Cell) -> Line:
    """Return a line made of plain strings and toned cells."""
    return tuple(part if isinstance(part, Cell) else Cell(part) for part in parts)


def plain(lines: Iterable[Line]) -> str:
    """Return the words of some lines without their tones, as a test or the clipboard wants them."""
    return "\n".join("".join(cell.text for cell in cells) for cells in lines)
