"""Rates: limits that hold across restarts, by GCRA, inside the claiming transaction.

A *gate* holds for all jobs that carry its key (a sender's number): while it is closed, they
wait. A *pair* (sender and recipient) gives each job a slot of its own, once, so that one
recipient's messages keep their order and a job that waits is not looked at again and again.

The generic cell rate algorithm keeps one number a key, the theoretical arrival time: the moment
at which the burst would be used up and paid back (ITU-T I.371).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second on average, and so many at once."""

    per_second: float
    burst: int = 1

    @property
    def interval(self) -> float:
        """Seconds between two, on average."""
        return 1.0 / self.per_second

    @property
    def tolerance(self) -> float:
        """Seconds by which the theoretical arrival may lie ahead."""
        return (self.burst - 1) * self.interval


class RateBook:
    """The limits in force, by the first part of a key: `number:15550001` is limited as `number`."""

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = dict(rates)

    def opens_at(self, key: str) -> float:
        """Return the moment from which on the key lets one pass; 0 when nothing limits it."""
        rate = self._rate(key)
        return self._arrival(key) - rate.tolerance if rate else 0.0

    def take(self, key: str, now: float) -> float:
        """Use one slot of the key and return the moment of that slot."""
        rate = self._rate(key)
        if rate is None:
            return now
        arrival = max(now, self._arrival(key))
        db.change(
            "INSERT INTO rates (key, arrival) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET arrival = excluded.arrival",
            (key, arrival + rate.interval),
        )
        return max(now, arrival - rate.tolerance)

    def _rate(self, key: str) -> Rate | None:
        return self._rates.get(key.partition(":")[0])

    def _arrival(self, key: str) -> float:
        rows = db.execute("SELECT arrival FROM rates WHERE key = ?", (key,))
        return float(rows[0][0]) if rows else 0.0
