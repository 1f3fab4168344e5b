"""Bridge: news from any thread reaches the loop at most four times a second, as a set of topics."""

import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable

FRAME = 0.25


class Bridge:
    """Collects topics from threads and hands them to the loop together.

    Only the first push of a frame wakes the loop, and is delivered at once if there was no news
    for a while; the others cost a look into a set. A topic only says that something changed, so
    saying it once is enough, however often it was pushed.
    """

    def __init__(
        self, loop: AbstractEventLoop, deliver: Callable[[set[str]], None], *, frame: float = FRAME
    ) -> None:
        self._loop = loop
        self._deliver = deliver
        self._frame = frame
        self._topics: set[str] = set()
        self._lock = threading.Lock()
        self._armed = False
        self._closed = False
        self._delivered_at = -frame

    def push(self, topic: str) -> None:
        """Note that a topic changed; may be called from any thread and never blocks for long."""
        with self._lock:
            if self._closed:
                return
            self._topics.add(topic)
            if self._armed:
                return
            self._armed = True
        try:
            self._loop.call_soon_threadsafe(self._arm)
        except RuntimeError:  # The loop is gone: the program is ending and nobody reads the news.
            self.close()

    def close(self) -> None:
        """Take nothing more and deliver nothing more."""
        with self._lock:
            self._closed = True
            self._topics.clear()

    def _arm(self) -> None:
        due = self._delivered_at + self._frame
        self._loop.call_later(max(due - self._loop.time(), 0), self._drain)

    def _drain(self) -> None:
        with self._lock:
            topics, self._topics = self._topics, set()
            self._armed = False
        self._delivered_at = self._loop.time()
        if topics:
            self._deliver(topics)
