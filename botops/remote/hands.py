"""Hands: the threads that do what is asked for over the line, so that none waits for another."""

from __future__ import annotations

import asyncio
import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botops.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable

HANDS = 4


class _Work:
    """Something to be done, and the future of a loop that waits for it."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[Any] = self._loop.create_future()

    def do(self) -> None:
        """Do it, and tell the loop; nobody may be waiting any more."""
        try:
            value, error = self._call(), None
        except Exception as raised:  # noqa: BLE001 - it is raised where the future is awaited
            value, error = None, raised
        with suppress(RuntimeError):  # the loop is closed: the engine has stopped meanwhile
            self._loop.call_soon_threadsafe(self._tell, value, error)

    def _tell(self, value: Any, error: Exception | None) -> None:
        if self.done.done():  # given up by who waited
            return
        if error is None:
            self.done.set_result(value)
        else:
            self.done.set_exception(error)


class Hands:
    """Threads that end with the program, whatever they are doing."""

    def __init__(self, number: int = HANDS) -> None:
        self._work: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"remote-{index}", daemon=True)
            for index in range(number)
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float) -> None:
        """End the threads, and wait so long for what they have in hand."""
        for _ in self._threads:
            self._work.put(None)
        deadline = clock.monotonic() + seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - clock.monotonic()))

    async def do(self, call: Callable[[], Any]) -> Any:
        """Return what a call gives, made in one of the threads; what it raises is raised here."""
        work = _Work(call)
        self._work.put(work)
        return await work.done

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work.do()
