"""Rescue: keeps the leases of running jobs alive, and takes jobs back whose worker is gone."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from botops.jobs import states
from botops.jobs.outcome import Outcomes, record_attempt
from botops.kernel import clock
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from botops.jobs.ledger import Ledger

log = logging.getLogger(__name__)
MAX_RESCUES = 10  # a job that takes its worker down again and again is poison
AT_ONCE = 2  # rescues after which a job still runs at once; then it waits, and others come first
_COLUMNS = "id, lease_token, queue, attempt, started_at, rescue_count, cancel_requested"
_PUT_BACK = (
    "UPDATE jobs SET state = ?, run_at = ?, attempt = attempt - ?, "
    "rescue_count = rescue_count + 1, error = ?, finished_at = ?, lease_token = NULL, "
    "lease_until = NULL, progress = NULL WHERE id = ? AND lease_token = ?"
)


class Leases:
    """Looks after everything that runs. A try that was cut short does not count."""

    def __init__(self, ledger: Ledger, *, held: Callable[[], Collection[str]]) -> None:
        """Look after a ledger; `held` returns the lease tokens of the jobs that run here."""
        self._ledger = ledger
        self._held = held
        self._outcomes = Outcomes(ledger.news)

    def renew(self, now: float) -> None:
        """Renew the leases of the jobs that run here."""
        if held := self._held():
            marks = ", ".join("?" * len(held))
            with db.write():
                db.change(
                    f"UPDATE jobs SET lease_until = ? "  # noqa: S608 - marks only
                    f"WHERE state = 'running' AND lease_token IN ({marks})",
                    (now + self._ledger.lease_seconds, *held),
                )

    def take_back(self, now: float) -> int:
        """Put back running jobs whose lease is over; return how many."""
        return self._rescue("lease_until < ?", now, why="its worker stood still")

    def recover(self) -> int:
        """Put back what another run of this program left running; the home's lock is held."""
        return self._rescue("worker <> ?", self._ledger.boot, why="the program ended meanwhile")

    def _rescue(self, condition: str, value: float | str, *, why: str) -> int:
        lost = f"SELECT {_COLUMNS} FROM jobs WHERE state = 'running' AND {condition}"  # noqa: S608 - our own words
        if not db.execute(lost, (value,)):
            return 0  # a look costs no lock
        with db.write():
            held = self._held()
            jobs = [row for row in db.execute(lost, (value,)) if row[1] not in held]
            for row in jobs:
                self._put_back(row, why)
            if jobs:
                self._ledger.news.changed()
        if jobs:
            log.warning("put back %d unfinished jobs: %s", len(jobs), why)
        return len(jobs)

    def _put_back(self, row: tuple[Any, ...], why: str) -> None:
        job_id, token, queue, attempt, started_at, rescues, is_cancelled = row
        now = clock.epoch()
        record_attempt(job_id, attempt, started_at=started_at, error=why)
        state, wait = _state_after(rescues + 1, is_cancelled=bool(is_cancelled))
        is_over = state in states.ENDED
        values = (state, now + wait, int(not is_over), why, now if is_over else None)
        db.change(_PUT_BACK, (*values, job_id, token))
        if state == states.DISCARDED:
            self._outcomes.publish_discarded(job_id)
        elif state == states.AVAILABLE:
            self._ledger.news.ready(queue)
        else:
            self._ledger.news.due_in(wait)


def _state_after(rescues: int, *, is_cancelled: bool) -> tuple[str, float]:
    """Return the state of a job that was rescued so often, and the seconds that it waits."""
    if is_cancelled:
        return states.CANCELLED, 0.0
    if rescues >= MAX_RESCUES:
        return states.DISCARDED, 0.0
    if rescues <= AT_ONCE:
        return states.AVAILABLE, 0.0
    return states.SCHEDULED, 2.0 ** (rescues - AT_ONCE)
