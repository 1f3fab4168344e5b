"""Registry: which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botops.jobs.retry import Backoff, Policy
from botops.jobs.run import JobRun
from botops.kernel.errors import UsageProblem

Handler = Callable[[JobRun], Any]
PLAIN_BACKOFF = Backoff()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A kind of job: who does it, where it waits, how often it is tried."""

    kind: str
    handler: Handler
    queue: str | None = None  # None: any queue, named by whoever adds the job
    max_attempts: int = 5
    backoff: Policy = PLAIN_BACKOFF
    is_public: bool = False  # may be added from outside


class TaskRegistry:
    """All kinds of jobs that this program knows."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}

    def add(self, task: Task) -> None:
        """Make a kind known."""
        if task.kind in self._tasks:
            raise ValueError(f"the kind {task.kind} is known already")
        self._tasks[task.kind] = task

    def get(self, kind: str) -> Task:
        """Return the task of a kind.

        Raises:
            UsageProblem: This program has no such kind.
        """
        try:
            return self._tasks[kind]
        except KeyError:
            known = ", ".join(sorted(self._tasks)) or "none"
            raise UsageProblem(
                f"There is no kind of job called {kind}.", hint=f"Known: {known}."
            ) from None
