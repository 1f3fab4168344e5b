"""Worker: runs one claimed job and books how it ended."""

from __future__ import annotations

import logging
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botops.jobs.claim import Claim
from botops.jobs.outcome import Outcomes
from botops.jobs.retry import Discard, JobCancelled, LeaseLost, RetryAfter, Snooze
from botops.jobs.run import JobRun
from botops.kernel.errors import DiskFull
from botops.store.actor import Actor, acting_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botops.jobs.ledger import Ledger

log = logging.getLogger(__name__)
DISK_FULL_WAIT = 15.0  # seconds: nothing is wrong with the job, so the try does not count


class Worker:
    """Does the jobs of one queue; all of its threads share it."""

    def __init__(self, ledger: Ledger, queue: str) -> None:
        self._ledger = ledger
        self._outcomes = Outcomes(ledger)
        self.queue = queue
        self.running: dict[str, Claim] = {}  # by lease token: what the heartbeat keeps alive
        self.is_closing = False

    def run(self, claim: Claim) -> Claim | None:
        """Do a job; return the next one when it was claimed in the same transaction."""
        chain: list[Claim] = []
        run = JobRun(claim, self._outcomes, within_end=lambda: self._claim_next(chain))
        with self._holding(claim), acting_as(Actor(f"job {claim.id}", "job")):
            try:
                self._attempt(run, claim)
            except LeaseLost:
                chain.clear()
                log.warning("job %d was given to another worker; this try is void", claim.id)
        return chain[0] if chain else None

    def _attempt(self, run: JobRun, claim: Claim) -> None:
        try:
            result = self._ledger.registry.get(claim.kind).handler(run)
            if not run.is_complete:
                with run.completing(result):
                    pass
        except LeaseLost:
            raise
        except Snooze as signal:
            self._outcomes.snooze(claim, signal.seconds)
        except JobCancelled:
            self._outcomes.cancel(claim)
        except Discard as signal:
            self._outcomes.fail(claim, str(signal), wait=0, final=True)
        except RetryAfter as signal:
            self._outcomes.fail(claim, str(signal), wait=signal.seconds)
        except DiskFull as error:
            log.error("job %d waits: %s", claim.id, error)  # noqa: TRY400 - no bug to trace
            self._outcomes.snooze(claim, DISK_FULL_WAIT)
        except Exception as error:
            if run.is_complete:
                log.exception("job %d is done, but what followed failed", claim.id)
                return
            self._book_failure(claim, error)

    def _book_failure(self, claim: Claim, error: Exception) -> None:
        log.warning("job %d (%s) failed on try %d", claim.id, claim.kind, claim.attempt)
        log.debug("job %d failed", claim.id, exc_info=error)
        wait = self._ledger.registry.get(claim.kind).backoff.wait(claim.attempt)
        self._outcomes.fail(claim, _describe(error), wait=wait)

    def _claim_next(self, chain: list[Claim]) -> None:
        """Claim the following job within the transaction that ends this one: one fsync for both."""
        if not self.is_closing:
            following = self._ledger.claim_within(self.queue)
            if isinstance(following, Claim):
                chain.append(following)

    @contextmanager
    def _holding(self, claim: Claim) -> Iterator[None]:
        self.running[claim.token] = claim
        try:
            yield
        finally:
            del self.running[claim.token]


def _describe(error: Exception) -> str:
    """Return the error as a first line for a person, and the trace below it."""
    summary = f"{type(error).__name__}: {error}".strip().removesuffix(":")
    return f"{summary}\n\n{''.join(traceback.format_exception(error)).strip()}"
