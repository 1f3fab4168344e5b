"""Afternoon: the thread in which the sample shop's day goes by."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from botops.demo.easel import Easel
from botops.demo.script import afternoon
from botops.demo.stage import Stage
from botops.store.actor import Actor, acting_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from botops.demo.script import Timed
    from botops.runtime import Runtime

log = logging.getLogger(__name__)
DEMO = Actor("demo", "program")
STOP_SECONDS = 5.0


class Afternoon:
    """Lets things happen in a shop, one after the other, until it is stopped."""

    def __init__(self, runtime: Runtime, skus: Sequence[str], *, seed: int) -> None:
        self._easel = Easel(runtime.home.tmp / "demo", seed)
        self._stage = Stage(runtime, self._easel)
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._go_by, args=(afternoon(skus, seed),), name="demo", daemon=True
        )

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, whatever it is doing."""
        self._stopping.set()
        self._easel.close()
        self._thread.join(STOP_SECONDS)
        with acting_as(DEMO):
            self._stage.clear()

    def _go_by(self, happenings: Iterable[Timed]) -> None:
        with acting_as(DEMO):
            for pause, happening in happenings:
                if self._stopping.wait(pause):
                    return
                try:
                    self._stage.perform(happening)
                except Exception:
                    log.exception("%s did not happen", type(happening).__name__)
