"""Queues: a queue as cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.tui.presenters.cells import Cell, Tone
from botops.tui.presenters.words import PAUSED, bars, count

if TYPE_CHECKING:
    from botops.jobs.views import QueueView

FEW_BARS = 12


def queue_row(queue: QueueView) -> tuple[Cell, ...]:
    """Return the cells of a queue: name, day, waiting, running, failed, a minute, state."""
    return (
        Cell(queue.name, Tone.WARN if queue.paused else Tone.PLAIN),
        Cell(bars(queue.hourly, FEW_BARS), Tone.ACCENT if any(queue.hourly) else Tone.FAINT),
        figure(queue.waiting, Tone.WAIT),
        figure(queue.active, Tone.BUSY),
        figure(queue.failed, Tone.BAD),
        figure(queue.per_minute, Tone.PLAIN),
        PAUSED.cell if queue.paused else Cell("", Tone.MUTED),
    )


def strip_row(queue: QueueView) -> tuple[Cell, ...]:
    """Return the cells of a queue with words instead of a head above them."""
    return (
        Cell(queue.name, Tone.WARN if queue.paused else Tone.PLAIN),
        Cell(bars(queue.hourly), Tone.ACCENT if any(queue.hourly) else Tone.FAINT),
        _worded(queue.waiting, "waiting", tone=Tone.WAIT),
        _worded(queue.active, "running", tone=Tone.BUSY),
        _worded(queue.delayed, "later", tone=Tone.WAIT),
        _worded(queue.failed, "failed", tone=Tone.BAD),
        _worded(queue.per_minute, "/min", tone=Tone.MUTED),
        PAUSED.cell if queue.paused else Cell("", Tone.MUTED),
    )


def _worded(number: int, word: str, *, tone: Tone) -> Cell:
    return Cell(f"{count(number)} {word}", tone if number else Tone.FAINT)


def figure(number: int, tone: Tone) -> Cell:
    """Return a count that only stands out if it is not nothing."""
    return Cell(count(number), tone if number else Tone.FAINT)
