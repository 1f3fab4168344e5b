"""Timer: one thread that wakes when something falls due, and not before.

It makes due jobs available, keeps the leases of running ones alive, takes back those whose
worker is gone, and adds the jobs of the calendar.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from typing import TYPE_CHECKING

from botops.jobs import states
from botops.jobs.outcome import Outcomes, record_attempt
from botops.kernel import clock
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from botops.jobs.calendar import Calendar
    from botops.jobs.ledger import Ledger

log = logging.getLogger(__name__)
LONGEST_SLEEP = 30.0  # seconds: a clock that was set is noticed within that time
MAX_RESCUES = 10  # a job that takes its worker down again and again is poison
NOTHING_HELD: frozenset[str] = frozenset()


class Timer:
    """Keeps the ledger's time."""

    def __init__(
        self, ledger: Ledger, calendar: Calendar, held: Callable[[], Collection[str]]
    ) -> None:
        """Make a timer; `held` returns the lease tokens of the jobs that run here."""
        self._ledger = ledger
        self._calendar = calendar
        self._held = held
        self._outcomes = Outcomes(ledger)
        self._next_beat = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="queue-timer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def is_alive(self) -> bool:
        """Tell whether the thread runs."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._ledger.timer_bell.ring()
        self._thread.join(timeout=5)

    def tick(self) -> float:
        """Do what is due now; return the seconds until the next thing is."""
        now = clock.epoch()
        due = self.promote(now)
        held = self._held()
        beat = self._ledger.lease_seconds / 3
        if clock.monotonic() >= self._next_beat:
            self._next_beat = clock.monotonic() + beat
            self.keep_alive(held, now)
            self.take_back(now, held)
        calendar = self._calendar.plan(now)
        waits = (due - now, calendar - now, beat if held else LONGEST_SLEEP, LONGEST_SLEEP)
        return max(0.0, min(waits))

    def promote(self, now: float) -> float:
        """Make due jobs available; return the moment at which the next one is due."""
        due = _next_due()
        if due > now:
            return due
        with db.write():
            rows = db.execute(
                "UPDATE jobs SET state = 'available' WHERE state IN ('scheduled', 'retryable') "
                "AND run_at <= ? RETURNING queue",
                (now,),
            )
            self._ledger.changed()
            self._ring(row[0] for row in rows)
        return _next_due()

    def keep_alive(self, held: Collection[str], now: float) -> None:
        """Renew the leases of the jobs that run here."""
        if held:
            marks = ", ".join("?" * len(held))
            with db.write():
                db.change(
                    f"UPDATE jobs SET lease_until = ? "  # noqa: S608 - marks only
                    f"WHERE state = 'running' AND lease_token IN ({marks})",
                    (now + self._ledger.lease_seconds, *held),
                )

    def take_back(self, now: float, held: Collection[str] = NOTHING_HELD) -> int:
        """Put back running jobs whose lease is over; return how many."""
        rows = db.execute(
            "SELECT id, lease_token FROM jobs WHERE state = 'running' AND lease_until < ?", (now,)
        )
        lost = [row[0] for row in rows if row[1] not in held]
        return self._rescue(lost, "the worker stood still") if lost else 0

    def recover(self) -> int:
        """Put back what another run of this program left running; the home's lock is held."""
        rows = db.execute(
            "SELECT id FROM jobs WHERE state = 'running' AND worker <> ?", (self._ledger.boot,)
        )
        return self._rescue([row[0] for row in rows], "the program ended in the middle of it")

    def _rescue(self, job_ids: list[int], why: str) -> int:
        with db.write():
            for job_id in job_ids:
                self._rescue_one(job_id, why)
            if job_ids:
                self._ledger.changed()
        if job_ids:
            log.warning("put back %d unfinished jobs: %s", len(job_ids), why)
        return len(job_ids)

    def _rescue_one(self, job_id: int, why: str) -> None:
        queue, attempt, started, rescues, cancelled = db.execute(
            "SELECT queue, attempt, started_at, rescue_count, cancel_requested "
            "FROM jobs WHERE id = ?",
            (job_id,),
        )[0]
        record_attempt(job_id, attempt, started_at=started, error=why)
        if cancelled:
            state = states.CANCELLED
        else:
            state = states.DISCARDED if rescues + 1 >= MAX_RESCUES else states.AVAILABLE
        finished = clock.epoch() if state in states.ENDED else None
        db.change(
            "UPDATE jobs SET state = ?, attempt = attempt - 1, rescue_count = rescue_count + 1, "
            "error = ?, finished_at = ?, lease_token = NULL, lease_until = NULL, progress = NULL "
            "WHERE id = ? AND state = 'running'",
            (state, why, finished, job_id),
        )
        if state == states.DISCARDED:
            self._outcomes.publish_discarded(job_id)
        self._ring([queue])

    def _ring(self, queues: Iterable[str]) -> None:
        for queue, count in Counter(queues).items():
            bell = self._ledger.bells[queue]
            db.after_commit(lambda bell=bell, count=count: bell.ring(count))  # type: ignore[misc]  # bound now on purpose

    def _run(self) -> None:
        while not self._stopping.is_set():
            heard = self._ledger.timer_bell.rung
            try:
                sleep = self.tick()
            except Exception:
                log.exception("the queue's timer stumbled; it tries again")
                sleep = 1.0
            self._ledger.timer_bell.wait(heard, sleep)
        db.disconnect()


def _next_due() -> float:
    rows = db.execute("SELECT min(run_at) FROM jobs WHERE state IN ('scheduled', 'retryable')")
    return float(rows[0][0]) if rows[0][0] is not None else float("inf")
