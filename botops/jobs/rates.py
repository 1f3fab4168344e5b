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

_KEEP = (
    "INSERT INTO rates (key, arrival) VALUES (?, ?) "
    "ON CONFLICT (key) DO UPDATE SET arrival = excluded.arrival"
)


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

    def gate_opens_at(self, key: str, now: float) -> float:
        """Return the moment from which on the gate lets one pass; `now` or before: it is open."""
        rate = self._rate(key)
        if rate is None:
            return now
        opens = _arrival(key) - rate.tolerance
        # A passage closes the gate for one interval at most; further ahead (twice, for rounding)
        # means that the clock was set back.
        return opens if opens <= now + 2 * rate.interval else now

    def pass_gate(self, key: str, now: float) -> None:
        """Use up one passage of an open gate."""
        if rate := self._rate(key):
            arrival = min(_arrival(key), now + rate.tolerance)
            db.change(_KEEP, (key, max(now, arrival) + rate.interval))

    def reserve(self, key: str, now: float) -> float:
        """Give away the next free slot of a pair and return its moment, `now` or later."""
        rate = self._rate(key)
        if rate is None:
            return now
        arrival = max(now, _arrival(key))
        db.change(_KEEP, (key, arrival + rate.interval))
        return max(now, arrival - rate.tolerance)

    def _rate(self, key: str) -> Rate | None:
        return self._rates.get(key.partition(":")[0])


def set_back(seconds: float) -> None:
    """Move all limits with a clock that was set back."""
    db.change("UPDATE rates SET arrival = arrival - ?", (seconds,))


def forget_before(moment: float) -> None:
    """Remove the keys that limit nothing any more."""
    db.change("DELETE FROM rates WHERE arrival < ?", (moment,))


def _arrival(key: str) -> float:
    rows = db.execute("SELECT arrival FROM rates WHERE key = ?", (key,))
    return float(rows[0][0]) if rows else 0.0
