"""Outcome: how an attempt ends, booked only by whoever still holds the lease."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botops.jobs import states
from botops.jobs.retry import LeaseLost
from botops.kernel import clock
from botops.kernel.events import PublicEvent
from botops.security.redact import redact
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.claim import Claim
    from botops.jobs.ledger import Ledger

ERROR_CHARACTERS = 8_000
_END = (
    "UPDATE jobs SET state = ?, run_at = ?, finished_at = ?, error = ?, result = ?, "
    "attempt = attempt - ?, lease_token = NULL, lease_until = NULL, progress = NULL "
    "WHERE id = ? AND lease_token = ? AND state = 'running'"
)


class Outcomes:
    """Books the end of attempts. Each call is one transaction, or joins the caller's.

    A worker whose lease was given to another changes nothing: `LeaseLost` undoes the
    transaction it is in, and with it every effect of that worker.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def complete(self, claim: Claim, result: object = None) -> None:
        """Book a job as done."""
        with db.write():
            self._end(claim, states.COMPLETED, result=result)
        self._let_next_run(claim)

    def fail(self, claim: Claim, error: str, *, wait: float, final: bool = False) -> None:
        """Book a failed try: the next one in `wait` seconds, or none when that was the last."""
        error = redact(error)[:ERROR_CHARACTERS]
        is_dead = final or claim.is_last_attempt
        with db.write():
            self._end(
                claim,
                states.DISCARDED if is_dead else states.RETRYABLE,
                error=error,
                run_at=clock.epoch() + (0 if is_dead else wait),
            )
            record_attempt(claim.id, claim.attempt, started_at=claim.started_at, error=error)
            if is_dead:
                self.publish_discarded(claim.id)
            else:
                db.after_commit(self._ledger.timer_bell.ring)
        self._let_next_run(claim)

    def snooze(self, claim: Claim, seconds: float) -> None:
        """Put a job off; the try does not count."""
        with db.write():
            self._end(claim, states.SCHEDULED, run_at=clock.epoch() + seconds, given_back=1)
            db.after_commit(self._ledger.timer_bell.ring)
        self._let_next_run(claim)

    def cancel(self, claim: Claim) -> None:
        """Book a job as stopped by a person."""
        with db.write():
            self._end(claim, states.CANCELLED, error="stopped by a person")
            record_attempt(
                claim.id, claim.attempt, started_at=claim.started_at, error="stopped by a person"
            )
        self._let_next_run(claim)

    def publish_discarded(self, job_id: int) -> None:
        """Tell the world, within the transaction, that a job has failed for good."""
        row = db.execute(
            "SELECT merchant_id, queue, kind, about, attempt, error FROM jobs WHERE id = ?",
            (job_id,),
        )[0]
        data = {
            "jobId": str(job_id),
            "queue": row[1],
            "kind": row[2],
            "about": row[3],
            "attempts": row[4],
            "error": row[5],
        }
        self._ledger.bus.publish(PublicEvent("job_discarded", data, merchant_id=row[0]))

    def _end(  # noqa: PLR0913 - one statement, and its columns
        self,
        claim: Claim,
        state: str,
        *,
        result: object = None,
        error: str | None = None,
        run_at: float | None = None,
        given_back: int = 0,
    ) -> None:
        now = clock.epoch()
        finished = now if state in states.ENDED else None
        values: tuple[Any, ...] = (
            state, run_at or now, finished, error, _json_or_none(result), given_back,
            claim.id, claim.token,
        )  # fmt: skip
        if db.change(_END, values) != 1:
            raise LeaseLost(f"job {claim.id} was given to another worker")
        self._ledger.changed()

    def _let_next_run(self, claim: Claim) -> None:
        """Wake a worker for a job that waited for this one's concurrency key."""
        if claim.concurrency_key:
            db.after_commit(self._ledger.bells[claim.queue].ring)


def record_attempt(job_id: int, attempt: int, *, started_at: float, error: str) -> None:
    """Keep what became of one attempt."""
    db.change(
        "INSERT INTO job_attempts (job_id, attempt, started_at, finished_at, error) "
        "VALUES (?, ?, ?, ?, ?)",
        (job_id, attempt, started_at, clock.epoch(), error),
    )


def _json_or_none(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
