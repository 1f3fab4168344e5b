"""Control: what a person may do to jobs and queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.jobs import states
from botops.jobs.news import EVERYBODY
from botops.jobs.outcome import STOPPED, Outcomes
from botops.kernel import clock
from botops.kernel.errors import Conflict, NotFound, UsageProblem
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botops.jobs.ledger import Ledger

ID_DIGITS = 19  # as many are too many for 64 bits
BATCH = 200  # jobs changed in one transaction
GIVEN_UP = "given up by a person"
_RETRY = (
    "UPDATE jobs SET state = 'available', run_at = ?, finished_at = NULL, "
    "cancel_requested = 0, rescue_count = 0, "
    "attempt = CASE WHEN state = 'retryable' THEN attempt ELSE 0 END WHERE id = ?"
)
_END = "UPDATE jobs SET state = ?, finished_at = ?, error = coalesce(error, ?) WHERE id = ?"
_PAUSE = (
    "INSERT INTO queues (name, paused, pause_reason) VALUES (?, ?, ?) ON CONFLICT (name) "
    "DO UPDATE SET paused = excluded.paused, pause_reason = excluded.pause_reason"
)
_HAS_LIVE = (
    "SELECT 1 FROM jobs WHERE unique_key = ? "
    "AND state IN ('scheduled', 'available', 'running', 'retryable')"
)


class Control:
    """Changes jobs, and wakes who must know.

    With one id a job that can't be changed is an error; with many it is passed over.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._news = ledger.news
        self._outcomes = Outcomes(ledger.news)

    def retry(self, job_ids: Iterable[str]) -> int:
        """Run jobs again that failed, were stopped, or wait for a later moment; return how many.

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
        """Let no more jobs of a queue begin; those that run go on.

        Raises:
            UsageProblem: There is no such queue.
        """
        self._set_paused(queue, paused=True, reason=reason)

    def resume(self, queue: str) -> None:
        """Let the jobs of a queue begin again.

        Raises:
            UsageProblem: There is no such queue.
        """
        self._set_paused(queue, paused=False, reason="")

    def _each(self, job_ids: Iterable[str], change: Callable[[int, str], str]) -> int:
        wanted = list(job_ids)
        if len(wanted) == 1:
            return self._only(wanted[0], change)
        changed = 0
        for start in range(0, len(wanted), BATCH):
            with db.write():
                for job_id in wanted[start : start + BATCH]:
                    number, state = _look_up(job_id)
                    changed += bool(state and not change(number, state))
                self._news.changed()
        return changed

    def _only(self, job_id: str, change: Callable[[int, str], str]) -> int:
        with db.write():
            number, state = _look_up(job_id)
            if not state:
                raise NotFound(f"There is no job {job_id}.")
            if refusal := change(number, state):
                raise Conflict(f"Job {job_id} {refusal}.")
            self._news.changed()
        return 1

    def _retry(self, job_id: int, state: str) -> str:
        queue, unique_key = db.execute(
            "SELECT queue, unique_key FROM jobs WHERE id = ?", (job_id,)
        )[0]
        if state == states.RUNNING:
            return "is running"
        if state == states.COMPLETED:
            return "is done already"
        if state == states.AVAILABLE:
            return "is waiting to run already"
        if state in states.ENDED and unique_key and db.execute(_HAS_LIVE, (unique_key,)):
            return "has been taken up by a newer one"
        db.change(_RETRY, (clock.epoch(), job_id))
        self._news.ready(queue)
        return ""

    def _cancel(self, job_id: int, state: str) -> str:
        if state in states.ENDED:
            return "has ended already"
        if state == states.RUNNING:
            db.change("UPDATE jobs SET cancel_requested = 1 WHERE id = ?", (job_id,))
        else:
            db.change(_END, (states.CANCELLED, clock.epoch(), STOPPED, job_id))
        return ""

    def _discard(self, job_id: int, state: str) -> str:
        if state == states.RUNNING:
            return "is running; stop it first"
        if state in states.ENDED:
            db.change("DELETE FROM jobs WHERE id = ?", (job_id,))
        else:
            db.change(_END, (states.DISCARDED, clock.epoch(), GIVEN_UP, job_id))
            self._outcomes.publish_discarded(job_id)
        return ""

    def _set_paused(self, queue: str, *, paused: bool, reason: str) -> None:
        if queue not in states.QUEUES:
            raise UsageProblem(
                f"There is no queue {queue}.", hint=f"There are {', '.join(states.QUEUES)}."
            )
        with db.write():
            db.change(_PAUSE, (queue, paused, reason))
            if not paused:
                self._news.ready(queue, EVERYBODY)
            self._news.changed()


def number_of(job_id: str) -> int:
    """Return an id as the number that the ledger knows, or one that no job has."""
    return int(job_id) if job_id.isascii() and job_id.isdigit() and len(job_id) < ID_DIGITS else -1


def _look_up(job_id: str) -> tuple[int, str]:
    number = number_of(job_id)
    rows = db.execute("SELECT state FROM jobs WHERE id = ?", (number,))
    return number, rows[0][0] if rows else ""
