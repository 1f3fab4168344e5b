"""Code: JSON in colours, line by line."""

import json
import re
from collections.abc import Iterator
from typing import Any

from botops.tui.presenters.cells import Cell, Line, Tone

MOST_LINES = 2_000
# Each token is found in one go, whatever is in it: text without an end ends with its line.
_TOKEN = re.compile(
    r'(?P<text>"(?:\\.?|[^"\\])*+"?)|(?P<number>-?\b\d[\d.eE+-]*+)'
    r"|(?P<word>\b(?:true|false|null)\b)|(?P<sign>[{}\[\]:,]++)"
)
_COLON = re.compile(r"\s*+:")
_TONES = {"text": Tone.GOOD, "number": Tone.AGAIN, "word": Tone.KEY, "sign": Tone.FAINT}


def document(value: Any) -> list[Line]:
    """Return a document as JSON, indented and in colours."""
    return source(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def source(text: str) -> list[Line]:
    """Return text in the colours of JSON; what is none of it stays plain."""
    lines = text.split("\n")
    shown = [tuple(_cells(each)) for each in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append((Cell(f"… {len(lines) - MOST_LINES} more lines", Tone.FAINT),))
    return shown


def _cells(text: str) -> Iterator[Cell]:
    end = 0
    for found in _TOKEN.finditer(text):
        if found.start() > end:
            yield Cell(text[end : found.start()])
        is_key = found.lastgroup == "text" and _COLON.match(text, found.end())
        yield Cell(found[0], Tone.BUSY if is_key else _TONES[found.lastgroup or "sign"])
        end = found.end()
    if end < len(text) or not text:
        yield Cell(text[end:])
