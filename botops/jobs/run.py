"""Run: what a handler sees of the job that it does."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botops.jobs.retry import JobCancelled
from botops.kernel import clock
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botops.jobs.claim import Claim
    from botops.jobs.outcome import Outcomes

LOOK_EVERY = 0.2  # seconds between two looks at whether the job was stopped
TELL_EVERY = 0.5  # seconds between two written states of progress


class JobRun:
    """One attempt at one job."""

    def __init__(
        self, claim: Claim, outcomes: Outcomes, *, within_end: Callable[[], None] = lambda: None
    ) -> None:
        """Make a run; `within_end` is called inside the transaction that completes it."""
        self._claim = claim
        self._outcomes = outcomes
        self._within_end = within_end
        self._looked = self._told = float("-inf")
        self.is_complete = False

    @property
    def job_id(self) -> int:
        """The number of the job."""
        return self._claim.id

    @property
    def args(self) -> dict[str, Any]:
        """What was asked for when the job was added."""
        return self._claim.args

    @property
    def attempt(self) -> int:
        """Which try this is, from 1."""
        return self._claim.attempt

    @property
    def is_last_attempt(self) -> bool:
        """Whether there is no other try after this one."""
        return self._claim.is_last_attempt

    @property
    def merchant_id(self) -> str:
        """Whose job this is."""
        return self._claim.merchant_id

    def is_cancelled(self) -> bool:
        """Tell whether a person has asked for the job to stop."""
        now = clock.monotonic()
        if now - self._looked < LOOK_EVERY:
            return False
        self._looked = now
        rows = db.execute("SELECT cancel_requested FROM jobs WHERE id = ?", (self.job_id,))
        return bool(rows and rows[0][0])

    def checkpoint(self) -> None:
        """Be somewhere where the job can stop.

        Raises:
            JobCancelled: A person has asked for it.
        """
        if self.is_cancelled():
            raise JobCancelled

    def progress(self, done: int, total: int, *, label: str = "") -> None:
        """Tell the screen how far the job is; most calls cost nothing."""
        now = clock.monotonic()
        if now - self._told < TELL_EVERY:
            return
        self._told = now
        state = json.dumps({"done": done, "total": total, "label": label})
        with db.write():
            db.change("UPDATE jobs SET progress = ? WHERE id = ?", (state, self.job_id))

    @contextmanager
    def completing(self, result: object = None) -> Iterator[None]:
        """Write the job's effects in the very transaction that books it as done.

        So an effect that is a row happens exactly once: killed before the commit, neither is
        there; killed after it, both are.

        Raises:
            LeaseLost: Another worker has the job now; nothing of the block is kept.
        """
        with db.write():
            yield
            self._outcomes.complete(self._claim, result)
            self._within_end()
        self.is_complete = True
