"""Bells: wake a sleeping worker the moment that there is something for it to do."""

from __future__ import annotations

import threading


class Bell:
    """A wake-up that is never missed: each ring has a number, and who slept asks for a newer."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = 0
        self._sleepers = 0

    @property
    def rung(self) -> int:
        """The number of the last ring; read it before you look for work."""
        return self._rung

    @property
    def has_sleepers(self) -> bool:
        """Whether anybody waits to be woken."""
        return self._sleepers > 0

    def ring(self, sleepers: int = 1) -> None:
        """Wake up to `sleepers` of those who wait."""
        with self._condition:
            self._rung += 1
            self._condition.notify(sleepers)

    def wait(self, heard: int, seconds: float | None) -> None:
        """Sleep until a ring newer than `heard`, or until the time is over."""
        with self._condition:
            if self._rung != heard:
                return
            self._sleepers += 1
            try:
                self._condition.wait(seconds)
            finally:
                self._sleepers -= 1
