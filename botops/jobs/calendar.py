"""Calendar: jobs that come at set times, once each, whatever was down meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cronsim import CronSim

from botops.jobs.ledger import JobOptions
from botops.kernel import clock
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.ledger import Ledger

_MOVE_ON = (
    "INSERT INTO calendar_moments (kind, moment) VALUES (?, ?) "
    "ON CONFLICT (kind) DO UPDATE SET moment = excluded.moment"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of job and when it comes: five fields of cron, in UTC."""

    kind: str
    when: str
    args: tuple[tuple[str, Any], ...] = ()


class Calendar:
    """Adds a job at each moment of an entry, once, however many processes look.

    The next moment of each entry is a row, moved on in the transaction that adds the job. So one
    job catches up on all moments that passed while nothing ran. Two jobs of one entry never run
    at the same time.
    """

    def __init__(self, ledger: Ledger, entries: tuple[Entry, ...] = ()) -> None:
        self._ledger = ledger
        self._entries = entries
        self._planned: dict[Entry, float] = {}

    def plan(self, now: float) -> float:
        """Add the jobs whose moment has come; return the moment to look again."""
        for entry in self._entries:
            if self._planned.get(entry, -math.inf) <= now:
                self._planned[entry] = self._advance(entry, now)
        return min(self._planned.values(), default=math.inf)

    def plan_anew(self) -> None:
        """Forget what is planned: the clock was set back, and nearer moments come again."""
        self._planned.clear()

    def _advance(self, entry: Entry, now: float) -> float:
        following = next(CronSim(entry.when, datetime.fromtimestamp(now, tz=UTC))).timestamp()
        with db.write():
            rows = db.execute("SELECT moment FROM calendar_moments WHERE kind = ?", (entry.kind,))
            if rows and rows[0][0] <= now:
                self._add(entry, rows[0][0])
            if not rows or rows[0][0] != following:
                db.change(_MOVE_ON, (entry.kind, following))
        return following

    def _add(self, entry: Entry, moment: float) -> None:
        key = f"calendar:{entry.kind}"
        options = JobOptions(
            idempotency_key=f"{key}:{clock.iso(moment)}",
            concurrency_key=key,
        )
        self._ledger.enqueue(entry.kind, dict(entry.args), options=options)
