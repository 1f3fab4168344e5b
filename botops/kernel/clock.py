"""Clock: the only place that asks what time it is."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times are naive UTC throughout, as stored
_source: Callable[[], float] = time.time


def epoch() -> float:
    """Return seconds since 1970, UTC."""
    return _source()


def utcnow() -> datetime:
    """Return the time as naive UTC, the form in which times are stored."""
    return from_epoch(_source())


def monotonic() -> float:
    """Return seconds that never run backwards, for measuring a span."""
    return time.monotonic()


def from_epoch(seconds: float) -> datetime:
    """Return epoch seconds as naive UTC."""
    return _EPOCH + timedelta(seconds=seconds)


def to_epoch(moment: datetime) -> float:
    """Return a naive UTC moment as epoch seconds."""
    return (moment - _EPOCH).total_seconds()


def iso(moment: datetime | float) -> str:
    """Return a moment as `2026-11-23T10:42:06.120Z`."""
    when = moment if isinstance(moment, datetime) else from_epoch(moment)
    return when.isoformat(timespec="milliseconds") + "Z"


def iso_or_none(moment: datetime | float | None) -> str | None:
    """Return a moment as ISO text, and nothing as nothing."""
    return None if moment is None else iso(moment)


def local(seconds: float) -> datetime:
    """Return epoch seconds in the time zone of this machine, for a person to read."""
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone()


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: float) -> None:
        self._at = at

    def __call__(self) -> float:
        """Return the moment at which the clock stands."""
        return self._at

    def move(self, seconds: float) -> None:
        """Move the clock on, or back when `seconds` is negative."""
        self._at += seconds


@contextmanager
def freeze(at: float) -> Iterator[FrozenClock]:
    """Make every part see a clock that stands at `at` (epoch seconds)."""
    global _source  # noqa: PLW0603 - one clock for the whole process is the point
    before, frozen = _source, FrozenClock(at)
    _source = frozen
    try:
        yield frozen
    finally:
        _source = before
