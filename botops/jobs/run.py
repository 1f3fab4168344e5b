"""Run: what a handler sees of the job that it does."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botops.jobs import text
from botops.jobs.retry import Closing, JobCancelled
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
        self,
        claim: Claim,
        outcomes: Outcomes,
        *,
        within_end: Callable[[], None] = lambda: None,
        is_closing: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make a run.

        `within_end` is called inside the transaction that completes it, `is_closing` tells
        whether the program is about to end.
        """
        self._claim = claim
        self._outcomes = outcomes
        self._within_end = within_end
        self._is_closing = is_closing
        self._looked = self._told = float("-inf")
        self._is_cancelled = False
        self._args: dict[str, Any] | None = None
        self.is_complete = False

    @property
    def job_id(self) -> int:
        """The number of the job."""
        return self._claim.id

    @property
    def args(self) -> dict[str, Any]:
        """What was asked for when the job was added."""
        if self._args is None:
            self._args = text.from_json(self._claim.args) or {}
        return self._args

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
        """Tell whether a person has asked for the job to stop; most calls cost nothing.

        Raises:
            LeaseLost: Another worker has the job now.
        """
        now = clock.monotonic()
        if not self._is_cancelled and now - self._looked >= LOOK_EVERY:
            self._looked = now
            self._is_cancelled = self._outcomes.is_cancelled(self._claim)
        return self._is_cancelled

    def checkpoint(self) -> None:
        """Be somewhere where the job can stop.

        Raises:
            Closing: The program ends.
            JobCancelled: A person has asked for it.
            LeaseLost: Another worker has the job now.
        """
        if self._is_closing():
            raise Closing
        if self.is_cancelled():
            raise JobCancelled

    def progress(self, done: int, total: int, *, label: str = "") -> None:
        """Tell the screen how far the job is; most calls cost nothing."""
        now = clock.monotonic()
        if now - self._told >= TELL_EVERY:
            self._told = now
            self._outcomes.progress(self._claim, {"done": done, "total": total, "label": label})

    @contextmanager
    def completing(self, result: object = None) -> Iterator[None]:
        """Write the job's effects in the very transaction that books it as done.

        So an effect that is a row happens exactly once: killed before the commit, neither is
        there; killed after it, both are. Return soon after: the worker has its next job already.

        Raises:
            LeaseLost: Another worker has the job now; nothing of the block is kept.
        """
        if self.is_complete:
            raise RuntimeError("this job is complete already")
        with db.write():
            yield
            self._outcomes.complete(self._claim, result)
            self._within_end()
            db.after_commit(self._mark_complete)

    def _mark_complete(self) -> None:
        self.is_complete = True
