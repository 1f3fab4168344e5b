"""Retry: how long to wait before the next try, and what a handler may raise."""

from __future__ import annotations

from dataclasses import dataclass

from botops.kernel import ids


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double, up to a cap, each spread by a fifth so that they don't fall together."""

    first: float = 1.0  # seconds
    cap: float = 3600.0  # seconds

    def wait(self, attempt: int) -> float:
        """Return the seconds to wait after attempt number `attempt` (from 1)."""
        doubled = self.first * 2.0 ** min(attempt - 1, 40)
        return min(doubled, self.cap) * ids.jitter(0.8, 1.2)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Waits from a list; the last one repeats."""

    waits: tuple[float, ...]  # seconds

    def wait(self, attempt: int) -> float:
        """Return the seconds to wait after attempt number `attempt` (from 1)."""
        return self.waits[min(attempt, len(self.waits)) - 1] * ids.jitter(0.8, 1.2)


Policy = Backoff | Schedule


class JobSignal(Exception):
    """What a handler raises to say how the job goes on."""


class JobCancelled(JobSignal):
    """A person has stopped this job."""


class Snooze(JobSignal):
    """Not yet: look again later. Burns no attempt."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"again in {seconds:g} s")
        self.seconds = seconds


class Discard(JobSignal):
    """Trying again can't help: the job has failed for good."""


class RetryAfter(JobSignal):
    """This try failed, and the other side said when to come again."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Closing(JobSignal):
    """The program ends: the job goes back as it was, and this try does not count."""


class LeaseLost(JobSignal):
    """The job was given to another worker meanwhile: nothing of this try is kept."""
