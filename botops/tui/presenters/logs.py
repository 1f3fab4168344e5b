"""Logs: a line of the program's log, short enough to stand beside a list."""

from datetime import UTC, datetime

from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import wall

_TONES = {"ERROR": Tone.BAD, "CRITICAL": Tone.BAD, "WARNING": Tone.WARN, "DEBUG": Tone.FAINT}
_PARTS = 4


def told(text: str) -> Line:
    """Return time, glyph of the level, and words; a line of another shape as it is."""
    parts = text.splitlines()[0].split(maxsplit=_PARTS - 1) if text.strip() else []
    if len(parts) < _PARTS or not parts[0].endswith("Z"):
        return line(Cell(text, Tone.MUTED))
    when, level, _name, words = parts
    try:
        at = datetime.fromisoformat(when.removesuffix("Z")).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return line(Cell(text, Tone.MUTED))
    tone = _TONES.get(level, Tone.MUTED)
    glyph = {Tone.BAD: "✗", Tone.WARN: "!"}.get(tone, "·")
    return line(Cell(f"{wall(at)} ", Tone.FAINT), Cell(f"{glyph} {words}", tone))
