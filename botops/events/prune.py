"""Prune: lets go of the oldest events, a little at a time, so that nobody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.events.models import PastEvent
from botops.jobs import states
from botops.jobs.registry import Task
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.run import JobRun

BATCH = 1_000
LEAST_KEPT = 1_000  # promised to the systems that follow


def prune_task(*, keep: int) -> Task:
    """Return the task that keeps the last `keep` events and removes those before."""

    def prune(run: JobRun) -> dict[str, int]:
        oldest = _oldest_kept(max(keep, LEAST_KEPT))
        removed = 0
        while True:
            run.checkpoint()
            gone = _remove_before(oldest)
            removed += gone
            if gone < BATCH:
                return {"removed": removed}

    return Task(kind="events.prune", handler=prune, queue=states.ORDER_PROCESSING, max_attempts=3)


def _oldest_kept(keep: int) -> int:
    newest_first = PastEvent.select(PastEvent.seq).order_by(PastEvent.seq.desc())
    with db.reading():
        row = newest_first.offset(keep - 1).limit(1).tuples().first()
    return int(row[0]) if row else 0


def _remove_before(oldest: int) -> int:
    batch = PastEvent.select(PastEvent.seq).where(PastEvent.seq < oldest)
    batch = batch.order_by(PastEvent.seq).limit(BATCH)
    with db.write():
        return int(PastEvent.delete().where(PastEvent.seq.in_(batch)).execute())
