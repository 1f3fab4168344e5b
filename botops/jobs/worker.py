"""Worker: claims the jobs of one queue, runs them, and books how they ended."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

from botops.jobs.claim import Claim
from botops.jobs.news import EVERYBODY
from botops.jobs.outcome import Outcomes
from botops.jobs.retry import Closing, Discard, JobCancelled, LeaseLost, RetryAfter, Snooze
from botops.jobs.run import JobRun
from botops.kernel.errors import BotOpsError, DiskFull, UsageProblem
from botops.store import db
from botops.store.actor import Actor, acting_as

if TYPE_CHECKING:
    from botops.jobs.ledger import Ledger

log = logging.getLogger(__name__)
IDLE_SECONDS = 30.0  # how long a thread sleeps at most; a ring wakes it before
DISK_FULL_WAIT = 15.0  # seconds: nothing is wrong with the job, so the try does not count


class Worker:
    """Does the jobs of one queue; all of its threads share it."""

    def __init__(self, ledger: Ledger, queue: str) -> None:
        self._ledger = ledger
        self._outcomes = Outcomes(ledger.news)
        self._bell = ledger.news.bells[queue]
        self._tray = ledger.trays[queue]
        self._is_closing = False
        self.queue = queue

    def next_claim(self) -> Claim | None:
        """Return a job to run, or after a sleep nothing: then ask again."""
        heard = self._bell.rung
        claim = self.take_waiting()
        if claim is None and not self._is_closing:
            found = self._ledger.claim(self.queue)
            if isinstance(found, Claim):
                return self._tray.hold(found)
            self._bell.wait(heard, IDLE_SECONDS if found is None else found)
        return claim

    def take_waiting(self) -> Claim | None:
        """Return a job that is claimed already and waits for a thread, if there is one."""
        return self._tray.take()

    def run(self, claim: Claim) -> None:
        """Do a job; nothing that goes wrong in it comes out."""
        run = JobRun(
            claim,
            self._outcomes,
            within_end=self._claim_next,
            is_closing=lambda: self._is_closing,
        )
        try:
            with acting_as(Actor(f"job {claim.id}", "job")):
                self._attempt(run, claim)
        except LeaseLost:
            log.warning("job %d was given to another worker; this try is void", claim.id)
        except Exception:
            log.exception("how job %d ended is not booked; it runs again", claim.id)
        finally:
            self._tray.drop(claim)

    def held(self) -> list[Claim]:
        """Return the jobs that this process holds."""
        return self._tray.held()

    def close(self) -> None:
        """Begin no more jobs; what is claimed and not begun goes back."""
        self._is_closing = True
        self._bell.ring(EVERYBODY)
        while (claim := self.take_waiting()) is not None:
            self.put_back(claim)

    def put_back(self, claim: Claim) -> None:
        """Give a job back that has not ended."""
        self._ledger.release(claim)
        self._tray.drop(claim)

    def _attempt(self, run: JobRun, claim: Claim) -> None:
        try:
            result = self._ledger.registry.get(claim.kind).handler(run)
            if not run.is_complete:
                with run.completing(result):
                    pass
        except (Exception, SystemExit) as error:
            if run.is_complete:
                log.exception("job %d is done, but what followed failed", claim.id)
            else:
                self._book(claim, error)

    def _book(self, claim: Claim, error: BaseException) -> None:
        match error:
            case LeaseLost():
                raise error
            case Closing():
                self.put_back(claim)
            case Snooze():
                self._outcomes.snooze(claim, error.seconds)
            case JobCancelled():
                self._outcomes.cancel(claim)
            case Discard():
                self._outcomes.fail(claim, str(error), wait=0, final=True)
            case RetryAfter():
                self._outcomes.fail(claim, str(error), wait=error.seconds)
            case DiskFull():
                log.error("job %d waits: %s", claim.id, error)
                self._outcomes.snooze(claim, DISK_FULL_WAIT)
            case _:
                self._book_failure(claim, error)

    def _book_failure(self, claim: Claim, error: BaseException) -> None:
        log.warning("job %d (%s) failed on try %d", claim.id, claim.kind, claim.attempt)
        log.debug("job %d failed", claim.id, exc_info=error)
        try:
            backoff = self._ledger.registry.get(claim.kind).backoff
        except UsageProblem:  # a job of a newer or older program: trying again can't help
            self._outcomes.fail(claim, str(error), wait=0, final=True)
        else:
            self._outcomes.fail(claim, _describe(error), wait=backoff.wait(claim.attempt))

    def _claim_next(self) -> None:
        """Claim the following job within the transaction that ends this one: one fsync for both."""
        if not self._is_closing:
            following = self._ledger.claim_within(self.queue)
            if isinstance(following, Claim):
                db.after_commit(lambda: self._tray.put(following))


def _describe(error: BaseException) -> str:
    """Return the error as a first line for a person, and the trace below it."""
    summary = str(error)
    if not summary or not isinstance(error, BotOpsError):
        summary = f"{type(error).__name__}: {summary}".removesuffix(": ")
    return f"{summary}\n\n{''.join(traceback.format_exception(error)).strip()}"
