"""Tasks: the kinds of jobs that pictures need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.jobs.registry import Task
from botops.jobs.retry import Backoff
from botops.jobs.states import MEDIA_PROCESSING

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.jobs.run import JobRun
    from botops.media.intake import Intake

INGEST, PROCESS, RESCAN = "media.ingest", "media.process", "media.rescan"
PATIENCE = Backoff(first=2.0, cap=300)


def media_tasks(intake: Intake, rescan: Callable[[JobRun], object]) -> tuple[Task, ...]:
    """Return the kinds, done by `intake`; `rescan` makes the watcher look at everything."""
    return (
        Task(
            kind=INGEST,
            handler=intake.take_in,
            queue=MEDIA_PROCESSING,
            max_attempts=10,
            backoff=PATIENCE,
        ),
        Task(
            kind=PROCESS,
            handler=intake.look_again,
            queue=MEDIA_PROCESSING,
            max_attempts=10,
            backoff=PATIENCE,
        ),
        Task(kind=RESCAN, handler=rescan, queue=MEDIA_PROCESSING, max_attempts=3),
    )
