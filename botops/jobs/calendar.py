"""Calendar: jobs that come at set times, each moment a row of its own in the ledger."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cronsim import CronSim

from botops.jobs.ledger import JobOptions
from botops.kernel import clock

if TYPE_CHECKING:
    from botops.jobs.ledger import Ledger

KEY = "calendar"


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of job and when it comes: five fields of cron, in UTC."""

    kind: str
    when: str
    args: tuple[tuple[str, Any], ...] = ()


class Calendar:
    """Adds a job for the next moment of each entry, once, however many processes plan it.

    A moment that passed while nothing ran is caught up by one job: it waits in the ledger. Two
    jobs of one entry never run at the same time.
    """

    def __init__(self, ledger: Ledger, entries: tuple[Entry, ...] = ()) -> None:
        self._ledger = ledger
        self._entries = entries
        self._planned: dict[Entry, float] = {}

    def plan(self, now: float) -> float:
        """Add what is not planned yet; return the moment to plan again."""
        for entry in self._entries:
            if self._planned.get(entry, -math.inf) <= now:
                self._planned[entry] = self._add(entry, now)
        return min(self._planned.values(), default=math.inf)

    def plan_anew(self) -> None:
        """Forget what is planned: the clock was set back, and nearer moments come again."""
        self._planned.clear()

    def _add(self, entry: Entry, now: float) -> float:
        moment = next(CronSim(entry.when, datetime.fromtimestamp(now, tz=UTC))).timestamp()
        key = f"{KEY}:{entry.kind}"
        options = JobOptions(
            delay=moment - now,
            idempotency_key=f"{key}:{clock.iso(moment)}",
            concurrency_key=key,
        )
        self._ledger.enqueue(entry.kind, dict(entry.args), options=options)
        return moment
