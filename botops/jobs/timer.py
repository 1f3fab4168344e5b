"""Timer: one thread that wakes when something falls due, and not before.

It makes due jobs available, keeps the leases of running ones alive, takes back those whose
worker is gone, adds the jobs of the calendar, and minds a clock that is set back.
"""

from __future__ import annotations

import logging
import math
import threading
from collections import Counter
from typing import TYPE_CHECKING

from botops.jobs import rates
from botops.kernel import clock
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.calendar import Calendar
    from botops.jobs.ledger import Ledger
    from botops.jobs.rescue import Leases

log = logging.getLogger(__name__)
BATCH = 500  # due jobs made available in one transaction, so that nobody waits long
SET_BACK = 5.0  # seconds: less is a clock that is being corrected, and heals by waiting
_DUE = "SELECT min(run_at) FROM jobs WHERE state IN ('scheduled', 'retryable')"
_PROMOTE = (
    "UPDATE jobs SET state = 'available' WHERE id IN (SELECT id FROM jobs "  # noqa: S608 - from our own words
    "WHERE state IN ('scheduled', 'retryable') AND run_at <= ? "
    f"ORDER BY run_at LIMIT {BATCH}) RETURNING queue"
)


class Timer:
    """Keeps the ledger's time."""

    def __init__(self, ledger: Ledger, calendar: Calendar, *, leases: Leases) -> None:
        self._ledger = ledger
        self._calendar = calendar
        self._leases = leases
        self._bell = ledger.news.timer_bell
        self._next_beat = 0.0  # on the monotonic clock
        self._seen = (clock.epoch(), clock.monotonic())
        self._stopping = threading.Event()
        self._thread = self._new_thread()

    def start(self) -> None:
        """Start the thread, or another one when it has died."""
        if not self._thread.is_alive():
            self._thread = self._new_thread()
            self._thread.start()

    def is_alive(self) -> bool:
        """Tell whether the thread runs."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._bell.ring()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def tick(self) -> float:
        """Do what is due now; return the seconds until the next thing is."""
        now = clock.epoch()
        self._mind_set_back(now)
        due = self.promote(now)
        planned = self._calendar.plan(now)
        beat = clock.monotonic()
        if beat >= self._next_beat:
            self._next_beat = beat + self._ledger.lease_seconds / 3
            self._leases.renew(now)
            self._leases.take_back(now)
        return max(0.0, min(due - now, planned - now, self._next_beat - beat))

    def promote(self, now: float) -> float:
        """Make due jobs available; return the moment at which the next one is due."""
        while (due := _next_due()) <= now:
            with db.write():
                queues = Counter(row[0] for row in db.execute(_PROMOTE, (now,)))
                for queue, jobs in queues.items():
                    self._ledger.news.ready(queue, jobs)
                self._ledger.news.changed()
        return due

    def _mind_set_back(self, now: float) -> None:
        """Move what waits with a clock that was set back; else a minute's wait becomes hours.

        A jump ahead needs nothing: after a machine has slept, what fell due meanwhile is due.
        """
        (epoch, beat), self._seen = self._seen, (now, clock.monotonic())
        seconds = (self._seen[1] - beat) - (now - epoch)
        if seconds > SET_BACK:
            log.warning("the clock was set back by %.0f s; what waits is moved with it", seconds)
            _set_back(seconds)
            self._calendar.plan_anew()

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._run, name="queue-timer", daemon=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            heard = self._bell.rung
            try:
                seconds = self.tick()
            except Exception:
                log.exception("the queue's timer stumbled; it tries again")
                seconds = 1.0
            self._bell.wait(heard, seconds)
        db.disconnect()


def _next_due() -> float:
    due = db.execute(_DUE)[0][0]
    return math.inf if due is None else float(due)


def _set_back(seconds: float) -> None:
    with db.write():
        db.change(
            "UPDATE jobs SET run_at = run_at - ? WHERE state IN ('scheduled', 'retryable')",
            (seconds,),
        )
        db.change(
            "UPDATE jobs SET lease_until = lease_until - ? WHERE state = 'running'", (seconds,)
        )
        rates.set_back(seconds)
