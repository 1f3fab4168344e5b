"""Health: how each part of the program does, and who starts one again that has died."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)
LOOK_EVERY = 2.0  # seconds
State = Literal["up", "starting", "degraded", "down", "off"]


@dataclass(frozen=True, slots=True)
class PartView:
    """How a part does, in a word and in a sentence."""

    name: str
    state: State
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is looked after.

    `mend` starts again what has died, and returns a sentence about it, or nothing.
    """

    look: Callable[[], PartView]
    mend: Callable[[], str] = lambda: ""


class Keeper:
    """Looks at all parts now and then, mends what can be mended, and tells of each change."""

    def __init__(self, parts: Sequence[Part], on_change: Callable[[], None]) -> None:
        self._parts = parts
        self._on_change = on_change
        self._before: list[PartView] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def __call__(self) -> list[PartView]:
        """Return how all parts do, in the order in which they were started."""
        return [part.look() for part in self._parts]

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread: from here on nothing is started again."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def look_after(self) -> None:
        """Mend what has died, and tell if anything is other than before."""
        for part in self._parts:
            if said := part.mend():
                log.error("%s", said)
        now = self()
        if now != self._before:
            self._before = now
            self._on_change()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY):
            try:
                self.look_after()
            except Exception:
                log.exception("a part could not be looked after; it is tried again")
