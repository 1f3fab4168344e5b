"""Control: what a person may do to jobs and queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.jobs import states
from botops.kernel import clock
from botops.kernel.errors import Conflict, NotFound, UsageProblem
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botops.jobs.ledger import Ledger

EVERYBODY = 1_000


class Control:
    """Changes jobs one by one, each in its own short transaction, and wakes who must know.

    With one id a job that can't be changed is an error; with many it is passed over.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def retry(self, job_ids: Iterable[str]) -> int:
        """Run jobs again that failed, were stopped, or wait for a later try; return how many.

        Raises:
            NotFound: One id was given, and there is no such job.
            Conflict: One id was given, and the job runs, is done, or has a successor.
        """
        return self._each(job_ids, self._retry)

    def cancel(self, job_ids: Iterable[str]) -> int:
        """Stop jobs: waiting ones at once, running ones as soon as they come to a safe point.

        Raises:
            NotFound: One id was given, and there is no such job.
            Conflict: One id was given, and the job has ended already.
        """
        return self._each(job_ids, self._cancel)

    def discard(self, job_ids: Iterable[str]) -> int:
        """Give jobs up: waiting ones become failed ones, ended ones are removed for good.

        Raises:
            NotFound: One id was given, and there is no such job.
            Conflict: One id was given, and the job runs.
        """
        return self._each(job_ids, self._discard)

    def pause(self, queue: str, *, reason: str = "") -> None:
        """Let no more jobs of a queue begin; those that run go on."""
        self._set_paused(queue, paused=True, reason=reason)

    def resume(self, queue: str) -> None:
        """Let the jobs of a queue begin again."""
        self._set_paused(queue, paused=False, reason="")
        self._ledger.bells[queue].ring(EVERYBODY)

    def _each(self, job_ids: Iterable[str], change: Callable[[int, str], str | None]) -> int:
        wanted = list(job_ids)
        changed = 0
        for job_id in wanted:
            with db.write():
                refusal = self._one(job_id, change, alone=len(wanted) == 1)
                if refusal is None:
                    changed += 1
                    self._ledger.changed()
                elif len(wanted) == 1:
                    raise Conflict(f"Job {job_id} {refusal}.")
        return changed

    def _one(
        self, job_id: str, change: Callable[[int, str], str | None], *, alone: bool
    ) -> str | None:
        number = int(job_id) if job_id.isascii() and job_id.isdigit() and len(job_id) < 19 else -1
        rows = db.execute("SELECT state FROM jobs WHERE id = ?", (number,))
        if not rows and alone:
            raise NotFound(f"There is no job {job_id}.")
        return change(number, rows[0][0]) if rows else "is gone"

    def _retry(self, job_id: int, state: str) -> str | None:
        if state == states.RUNNING:
            return "is running"
        if state == states.COMPLETED:
            return "is done already"
        if state == states.AVAILABLE:
            return "is waiting to run already"
        queue, unique_key = db.execute(
            "SELECT queue, unique_key FROM jobs WHERE id = ?", (job_id,)
        )[0]
        if state in states.ENDED and unique_key and _has_live(unique_key):
            return "has been taken up by a newer one"
        db.change(
            "UPDATE jobs SET state = 'available', run_at = ?, finished_at = NULL, "
            "cancel_requested = 0, rescue_count = 0, "
            "attempt = CASE WHEN state = 'retryable' THEN attempt ELSE 0 END WHERE id = ?",
            (clock.epoch(), job_id),
        )
        db.after_commit(self._ledger.bells[queue].ring)
        return None

    def _cancel(self, job_id: int, state: str) -> str | None:
        if state in states.ENDED:
            return "has ended already"
        if state == states.RUNNING:
            db.change("UPDATE jobs SET cancel_requested = 1 WHERE id = ?", (job_id,))
        else:
            self._end(job_id, states.CANCELLED, "stopped by a person")
        return None

    def _discard(self, job_id: int, state: str) -> str | None:
        if state == states.RUNNING:
            return "is running; stop it first"
        if state in states.ENDED:
            db.change("DELETE FROM jobs WHERE id = ?", (job_id,))
        else:
            self._end(job_id, states.DISCARDED, "given up by a person")
        return None

    def _end(self, job_id: int, state: str, why: str) -> None:
        db.change(
            "UPDATE jobs SET state = ?, finished_at = ?, error = coalesce(error, ?) WHERE id = ?",
            (state, clock.epoch(), why, job_id),
        )

    def _set_paused(self, queue: str, *, paused: bool, reason: str) -> None:
        if queue not in states.QUEUES:
            raise UsageProblem(
                f"There is no queue {queue}.", hint=f"There are {', '.join(states.QUEUES)}."
            )
        with db.write():
            db.change(
                "INSERT INTO queues (name, paused, pause_reason) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET paused = excluded.paused, "
                "pause_reason = excluded.pause_reason",
                (queue, paused, reason),
            )
            self._ledger.changed()


def _has_live(unique_key: str) -> bool:
    live = (
        "SELECT 1 FROM jobs WHERE unique_key = ? "
        "AND state IN ('scheduled', 'available', 'running', 'retryable')"
    )
    return bool(db.execute(live, (unique_key,)))
