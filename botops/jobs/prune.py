"""Prune: lets go of old history, a little at a time, so that nobody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.jobs import rates, states
from botops.jobs.registry import Task
from botops.kernel import clock
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.run import JobRun

BATCH = 500
DAY = 86_400
HOURS_KEPT = 24 * 90


def prune_task(*, keep_days: int, keep_failed_days: int) -> Task:
    """Return the task that removes ended jobs older than these many days."""

    def prune(run: JobRun) -> dict[str, int]:
        now = clock.epoch()
        ended = (states.COMPLETED, states.CANCELLED)
        removed = _remove(run, ended, before=now - keep_days * DAY)
        removed += _remove(run, (states.DISCARDED,), before=now - keep_failed_days * DAY)
        with db.write():
            db.change("DELETE FROM queue_hours WHERE hour < ?", (int(now / 3600) - HOURS_KEPT,))
            rates.forget_before(now - DAY)
        return {"removed": removed}

    return Task(kind="jobs.prune", handler=prune, queue=states.ORDER_PROCESSING, max_attempts=3)


def _remove(run: JobRun, ended: tuple[str, ...], *, before: float) -> int:
    marks = ", ".join("?" * len(ended))
    removed = 0
    while True:
        run.checkpoint()
        with db.write():
            gone = db.change(
                f"DELETE FROM jobs WHERE id IN (SELECT id FROM jobs "  # noqa: S608 - marks only
                f"WHERE finished_at < ? AND state IN ({marks}) LIMIT {BATCH})",
                (before, *ended),
            )
        removed += gone
        if gone < BATCH:
            return removed
