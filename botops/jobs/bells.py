"""Bells: wake a sleeping worker the moment that there is something for it to do."""

from __future__ import annotations

import math
import threading

from botops.kernel import clock


class Bell:
    """A wake-up that is never missed: each ring has a number, and who slept asks for a newer.

    A sleeper reads `rung`, looks for work, finds none, and waits: a ring in between has changed
    the number, so that the wait returns at once.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = 0
        self._sleepers = 0

    @property
    def sleepers(self) -> int:
        """How many wait to be woken."""
        return self._sleepers

    @property
    def rung(self) -> int:
        """The number of the last ring; read it before you look for work."""
        return self._rung

    def ring(self, sleepers: int = 1) -> None:
        """Wake up to `sleepers` of those who wait."""
        with self._condition:
            self._rung += 1
            self._condition.notify(sleepers)

    def wait(self, heard: int, seconds: float) -> None:
        """Sleep until a ring newer than `heard`, or until the time is over."""
        with self._condition:
            if self._rung != heard:
                return
            self._sleepers += 1
            try:
                self._condition.wait(seconds)
            finally:
                self._sleepers -= 1


class TimerBell(Bell):
    """The bell of one sleeper with an alarm clock: it is woken for what is due before that."""

    def __init__(self) -> None:
        super().__init__()
        self._alarm = math.inf  # on the monotonic clock; infinite while the sleeper is awake

    def due_in(self, seconds: float) -> None:
        """Wake the sleeper if it would sleep longer than that."""
        if clock.monotonic() + seconds < self._alarm:
            self.ring()

    def wait(self, heard: int, seconds: float) -> None:
        """Sleep until a ring newer than `heard`, or until the time is over."""
        self._alarm = clock.monotonic() + seconds
        super().wait(heard, seconds)
        self._alarm = math.inf
