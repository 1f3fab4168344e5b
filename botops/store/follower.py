"""Follower: hears that another process has committed, so that everything here wakes."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from botops.kernel import clock
from botops.store.database import db

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
LOOK_EVERY = 0.05  # seconds; a look takes some microseconds
TELL_EVERY = 1.0  # seconds, while this process writes too and its own commits look like others'


class Follower:
    """Watches `PRAGMA data_version` and calls back after commits of others.

    The number changes with the commits of each other connection, those of this process among
    them. So a change without a write of our own is news at once; beside writes of our own it may
    be, and is told once a second.
    """

    def __init__(self, nudge: Callable[[], None], news: Callable[[], None]) -> None:
        """Make a follower; `nudge` is cheap and called on any change, `news` on foreign ones."""
        self._nudge = nudge
        self._news = news
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._thread.start()

    def is_alive(self) -> bool:
        """Tell whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        version, written, told, is_owed = db.data_version(), db.writes, 0.0, False
        while not self._stopping.wait(LOOK_EVERY):
            version_was, written_was = version, written
            version, written = db.data_version(), db.writes
            if version != version_was:
                self._nudge()
                is_owed = True
            is_quiet = written == written_was
            if is_owed and (is_quiet or clock.monotonic() - told > TELL_EVERY):
                told, is_owed = clock.monotonic(), False
                self._news()
        db.disconnect()
