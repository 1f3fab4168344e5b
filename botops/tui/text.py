"""Door: the one way by which text reaches the screen, cleaned and never as markup."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from botops.tui.presenters.cells import Cell, Line
from botops.tui.theme import STYLES

ELLIPSIS = "…"
LONGEST = 10_000
_MARKS_PER_LETTER = 2
_TAIL_SHARE = 3

# Control codes, soft hyphen, invisible fillers, zero-width and bidirectional marks, variation
# selectors, tags, private use and the noncharacters: each can move, hide or break what is beside.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_SPACES = re.compile("[\t\n\r\u2028\u2029\u00a0]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ESCAPES = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\-_])")


@lru_cache(maxsize=4096)
def clean(text: str, limit: int = LONGEST) -> str:
    """Return one line of text with everything taken out that is not seen or moves other text."""
    if text.isascii() and text.isprintable():
        return text[:limit]
    shown = _ESCAPES.sub("", text[: limit * 2])
    shown = _SURROGATES.sub("\ufffd", _UNSEEN.sub("", _SPACES.sub(" ", shown)))
    return _thin_marks(shown)[:limit]


def clean_lines(text: str, most: int = 400) -> list[str]:
    """Return the cleaned lines of a longer text, and the count of those beyond `most`."""
    lines = text[: LONGEST * 10].splitlines()
    shown = [clean(line.expandtabs(4)) for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"{ELLIPSIS} {len(lines) - most} more lines")
    return shown


def shorten(text: str, width: int) -> str:
    """Return cleaned text in at most `width` cells, ending in … if some of it is missing."""
    shown = clean(text, max(width, 0) * 8 + 8)
    if cell_len(shown) <= width:
        return shown
    return (set_cell_size(shown, width - 1).rstrip() + ELLIPSIS) if width > 0 else ""


def shorten_name(name: str, width: int) -> str:
    """Return a file name in at most `width` cells, cut in the middle so that its end stays."""
    shown = clean(name)
    if cell_len(shown) <= width:
        return shown
    tail = _tail(shown, max(width // _TAIL_SHARE, 1))
    return (
        shorten(shown, width - cell_len(tail)) + tail if width > len(tail) else shorten(name, width)
    )


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return cleaned text in exactly `width` cells."""
    shown = shorten(text, width)
    room = " " * max(width - cell_len(shown), 0)
    return room + shown if right else shown + room


def content(*cells: Cell | str) -> Content:
    """Return what Textual draws for one line of cells."""
    parts = (cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)
    return Content.assemble(*((clean(cell.text), STYLES[cell.tone]) for cell in parts))


def contents(lines: Iterable[Line]) -> Content:
    """Return what Textual draws for several lines of cells."""
    return Content("\n").join(content(*cells) for cells in lines)


def _thin_marks(text: str) -> str:
    """Return text with at most two combining marks on each letter."""
    if text.isascii() or not any(unicodedata.combining(char) for char in text):
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MARKS_PER_LETTER:
            kept.append(char)
    return "".join(kept)


def _tail(text: str, width: int) -> str:
    """Return as much of the end as fits in `width` cells."""
    start = len(text)
    while start > 0 and cell_len(text[start - 1 :]) <= width:
        start -= 1
    return text[start:]
