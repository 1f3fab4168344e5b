"""Outcome: how an attempt ends, booked only by whoever still holds the lease."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from botops.jobs import states, text
from botops.jobs.retry import LeaseLost
from botops.kernel import clock
from botops.kernel.events import PublicEvent
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.claim import Claim
    from botops.jobs.news import News

STOPPED = "stopped by a person"
LONGEST_WAIT = 7 * 86_400.0  # seconds: what another system asks for is kept to, up to this
_HELD = "WHERE id = ? AND lease_token = ? AND state = 'running'"
_COMPLETE = (
    "UPDATE jobs SET state = 'completed', finished_at = ?, result = ?, error = NULL, "  # noqa: S608 - from our own words
    f"lease_token = NULL, lease_until = NULL, progress = NULL {_HELD}"
)
_END = (
    "UPDATE jobs SET state = ?, run_at = coalesce(?, run_at), finished_at = ?, "  # noqa: S608 - from our own words
    "error = coalesce(?, error), attempt = attempt - ?, "
    f"lease_token = NULL, lease_until = NULL, progress = NULL {_HELD}"
)
_PROGRESS = f"UPDATE jobs SET progress = ? {_HELD}"  # noqa: S608 - from our own words
_IS_CANCELLED = f"SELECT cancel_requested FROM jobs {_HELD}"  # noqa: S608 - from our own words


class Outcomes:
    """Books the end of attempts, each in one transaction.

    A worker whose lease was given to another changes nothing: `LeaseLost` undoes the
    transaction it is in, and with it every effect of that worker.
    """

    def __init__(self, news: News) -> None:
        self._news = news

    def complete(self, claim: Claim, result: object) -> None:
        """Book a job as done, in the transaction that is open."""
        values = (clock.epoch(), None if result is None else text.to_json(result))
        if db.change(_COMPLETE, (*values, claim.id, claim.token)) != 1:
            raise _lost(claim)
        self._news.changed()
        if claim.concurrency_key:
            self._news.anywhere()

    def fail(self, claim: Claim, words: str, *, wait: float, final: bool = False) -> None:
        """Book a failed try: the next one in `wait` seconds, or none when that was the last."""
        error = text.error(words)
        with db.write():
            if self.is_cancelled(claim):
                self._end(claim, states.CANCELLED, error=error)
            elif final or claim.is_last_attempt:
                self._end(claim, states.DISCARDED, error=error)
                self.publish_discarded(claim.id)
            else:
                self._put_off(claim, states.RETRYABLE, seconds=wait, error=error)
            record_attempt(claim.id, claim.attempt, started_at=claim.started_at, error=error)

    def snooze(self, claim: Claim, seconds: float) -> None:
        """Put a job off; the try does not count."""
        with db.write():
            if self.is_cancelled(claim):
                self._end(claim, states.CANCELLED, error=STOPPED)
            else:
                self._put_off(claim, states.SCHEDULED, seconds=seconds)

    def cancel(self, claim: Claim) -> None:
        """Book a job as stopped by a person."""
        with db.write():
            self._end(claim, states.CANCELLED, error=STOPPED)
            record_attempt(claim.id, claim.attempt, started_at=claim.started_at, error=STOPPED)

    def is_cancelled(self, claim: Claim) -> bool:
        """Tell whether a person has asked for the job to stop.

        Raises:
            LeaseLost: Another worker has the job now.
        """
        rows = db.execute(_IS_CANCELLED, (claim.id, claim.token))
        if not rows:
            raise _lost(claim)
        return bool(rows[0][0])

    def progress(self, claim: Claim, state: dict[str, object]) -> None:
        """Keep how far a job is.

        Raises:
            LeaseLost: Another worker has the job now.
        """
        with db.write():
            if db.change(_PROGRESS, (text.to_json(state), claim.id, claim.token)) != 1:
                raise _lost(claim)
            self._news.changed()

    def publish_discarded(self, job_id: int) -> None:
        """Tell the world, within the transaction, that a job has failed for good."""
        merchant_id, queue, kind, about, attempt, error = db.execute(
            "SELECT merchant_id, queue, kind, about, attempt, error FROM jobs WHERE id = ?",
            (job_id,),
        )[0]
        data = {
            "jobId": str(job_id),
            "queue": queue,
            "kind": kind,
            "about": about,
            "attempts": attempt,
            "error": text.first_line(error),
        }
        self._news.publish(PublicEvent("job_discarded", data, merchant_id=merchant_id))

    def _put_off(
        self, claim: Claim, state: str, *, seconds: float, error: str | None = None
    ) -> None:
        wait = min(max(seconds, 0.0), LONGEST_WAIT) if math.isfinite(seconds) else LONGEST_WAIT
        self._end(claim, state, error=error, wait=wait)
        self._news.due_in(wait)

    def _end(
        self, claim: Claim, state: str, *, error: str | None = None, wait: float | None = None
    ) -> None:
        now = clock.epoch()
        values = (
            state,
            None if wait is None else now + wait,
            now if state in states.ENDED else None,
            error,
            int(state == states.SCHEDULED),  # a try that does not count is given back
        )
        if db.change(_END, (*values, claim.id, claim.token)) != 1:
            raise _lost(claim)
        self._news.changed()
        if claim.concurrency_key:
            self._news.anywhere()


def record_attempt(job_id: int, attempt: int, *, started_at: float, error: str) -> None:
    """Keep what became of one attempt."""
    db.change(
        "INSERT INTO job_attempts (job_id, attempt, started_at, finished_at, error) "
        "VALUES (?, ?, ?, ?, ?)",
        (job_id, attempt, started_at, clock.epoch(), error),
    )


def _lost(claim: Claim) -> LeaseLost:
    return LeaseLost(f"job {claim.id} was given to another worker")
