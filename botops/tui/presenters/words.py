"""Words: times, sizes, counts and states as people say them."""

from pathlib import Path
from typing import NamedTuple

from botops.kernel import clock
from botops.tui.presenters.cells import Cell, Tone

MINUTE, HOUR, DAY = 60, 3600, 86_400
BARS = "▁▂▃▄▅▆▇█"
_KILO = 1000
_TWO_DIGITS = 9.95
_FEW_SECONDS = 90
_TWO_DAYS = 2 * DAY
_MONTH = 31 * DAY


class Look(NamedTuple):
    """How a state is told: one glyph, one word, one tone, never colour alone."""

    glyph: str
    word: str
    tone: Tone

    @property
    def cell(self) -> Cell:
        """The look as one cell."""
        return Cell(f"{self.glyph} {self.word}", self.tone)


WAITING = Look("…", "waiting", Tone.WAIT)
RUNNING = Look("▶", "running", Tone.BUSY)
DONE = Look("✓", "done", Tone.GOOD)
TRYING_AGAIN = Look("↻", "trying again", Tone.AGAIN)
FAILED = Look("✗", "failed", Tone.BAD)
STOPPED = Look("■", "stopped", Tone.OFF)
PAUSED = Look("‖", "paused", Tone.WARN)

JOB_LOOKS = {
    "scheduled": WAITING,
    "available": WAITING,
    "running": RUNNING,
    "retryable": TRYING_AGAIN,
    "completed": DONE,
    "discarded": FAILED,
    "cancelled": STOPPED,
}
PART_LOOKS = {
    "up": Look("●", "up", Tone.GOOD),
    "starting": Look("…", "starting", Tone.WAIT),
    "degraded": Look("!", "limping", Tone.WARN),
    "down": Look("✗", "down", Tone.BAD),
    "off": Look("○", "off", Tone.OFF),
}


def job_look(state: str) -> Look:
    """Return how a job's state is told; one that is not known keeps its own word."""
    return JOB_LOOKS.get(state, Look("·", state, Tone.PLAIN))


def part_look(state: str) -> Look:
    """Return how the state of a part of the engine is told."""
    return PART_LOOKS.get(state, Look("·", state, Tone.PLAIN))


def count(number: int) -> str:
    """Return a whole number with its thousands apart: 41 208."""
    return f"{number:,}".replace(",", " ")


def size(number: int | None) -> str:
    """Return bytes as people say them: 2.1 MB, where a megabyte is a million."""
    if number is None:
        return "—"
    amount = float(number)
    for unit in ("B", "KB", "MB"):
        if amount < _KILO - 0.5:
            decimals = int(unit == "MB" and amount < _TWO_DIGITS)
            return f"{amount:.{decimals}f} {unit}"
        amount /= _KILO
    return f"{amount:.1f} GB"


def span(seconds: float) -> str:
    """Return a length of time in its largest unit: 4 min."""
    if seconds < _FEW_SECONDS:
        return f"{max(int(seconds), 0)} s"
    if seconds < HOUR:
        return f"{round(seconds / MINUTE)} min"
    if seconds < _TWO_DAYS:
        return f"{round(seconds / HOUR)} h"
    return f"{round(seconds / DAY)} d"


def exact_span(seconds: float) -> str:
    """Return a short length of time with a decimal: 1.2 s, 84 ms."""
    if seconds < 1:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < MINUTE else span(seconds)


def ago(at: float | None, now: float) -> str:
    """Return how long ago something was: now, 4 min, 3 h; a date if over a month."""
    if at is None:
        return "—"
    if now - at > _MONTH:
        return day(at)
    return "now" if now - at < MINUTE else span(now - at)


def day(at: float) -> str:
    """Return the local date of a moment: 12 Nov."""
    return clock.local(at).strftime("%d %b").lstrip("0")


def wall(at: float | None) -> str:
    """Return the local time of a moment: 10:42:06."""
    return clock.local(at).strftime("%H:%M:%S") if at is not None else "—"


def moment(at: float | None, now: float) -> str:
    """Return the local time of a moment, with its date if it is not today."""
    if at is None:
        return "—"
    is_today = clock.local(at).date() == clock.local(now).date()
    return wall(at) if is_today else f"{day(at)} {wall(at)}"


def plural(number: int, one: str) -> str:
    """Return a count with its noun: 1 photo, 3 photos."""
    return f"{count(number)} {one if number == 1 else f'{one}s'}"


def bars(values: tuple[int, ...], width: int | None = None) -> str:
    """Return numbers as a row of bars, joined into `width` of them; nothing at all is flat."""
    shown = _joined(values, width) if width and width < len(values) else values
    top = max(shown, default=0)
    steps = len(BARS) - 1
    return "".join(BARS[-(-value * steps // top) if top else 0] for value in shown)


def _joined(values: tuple[int, ...], width: int) -> tuple[int, ...]:
    """Return the sums of neighbours, so that `width` numbers are left."""
    edges = [index * len(values) // width for index in range(width + 1)]
    return tuple(sum(values[edges[i] : edges[i + 1]]) for i in range(width))


def short_path(path: Path) -> str:
    """Return a path as people write it: the own folder is ~."""
    own = Path.home()
    return f"~/{path.relative_to(own)}" if path.is_relative_to(own) else str(path)


def thing(kind: str) -> str:
    """Return the kind of a job as words: `deliver_webhook` is deliver webhook."""
    return KINDS.get(kind, kind.replace("_", " ").replace(".", " "))


KINDS = {
    "media.ingest": "take in photo",
    "media.process": "make sizes",
    "media.rescan": "look through folder",
    "jobs.prune": "tidy old jobs",
    "events.prune": "tidy old events",
    "probe": "try-out",
}
