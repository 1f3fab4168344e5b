"""Server: lets second programs ask the engine; a bad one harms neither it nor the others.

One thread reads and writes for everybody, a few others do what is asked. Everything is bounded:
visitors, lines, requests under way, and the time that somebody may take to read or to write.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botops import __version__
from botops.kernel.errors import Refused
from botops.kernel.events import Changed
from botops.kernel.local_socket import listen, peer_of
from botops.remote.hands import Hands
from botops.remote.protocol import PROTOCOL, REQUEST_BYTES
from botops.remote.visit import Visit

if TYPE_CHECKING:
    from pathlib import Path

    from botops.kernel.events import Unsubscribe
    from botops.kernel.local_socket import Listener
    from botops.runtime import Runtime

log = logging.getLogger(__name__)
VISITORS = 32
STRANGERS = 32  # who have not said yet who they are; the oldest goes when one more comes
START_SECONDS = 10.0
STOP_SECONDS = 3.0
END_SECONDS = 1.0  # until those who were let go of have noticed
TELL_EVERY = 0.1  # seconds
# What may change without a commit; the others see commits by themselves.
UNCOMMITTED = frozenset({"health", "media", "settings"})


class Server:
    """The engine's end of the line."""

    def __init__(self, runtime: Runtime, path: Path) -> None:
        """Make a server for a home that runs; `path` is where its socket belongs."""
        self.runtime = runtime
        self.hands = Hands()
        self.token = ""
        self._path = path
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = asyncio.Event()
        self._visits: set[Visit] = set()
        self._strangers: deque[Visit] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._news: set[str] = set()
        self._is_telling = False
        self._unsubscribe: Unsubscribe = lambda: None

    def start(self) -> str:
        """Let others in; return the address for them.

        Raises:
            OSError: There can be no socket.
            StorageTrouble: The file beside it can't be written.
        """
        self._listener = listener = listen(self._path)
        self.token = listener.token
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(listener, started), name="remote", daemon=True
        )
        self.hands.start()
        self._thread.start()
        started.result(START_SECONDS)
        self._unsubscribe = self.runtime.bus.subscribe(Changed, self._hear)
        return listener.address

    def stop(self) -> None:
        """Let nobody in any more, end all lines, and wait a little for what is being done."""
        self._unsubscribe()
        if self._loop is not None and self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join(STOP_SECONDS)
        self.hands.stop(STOP_SECONDS)
        if self._listener is not None:
            self._listener.close()

    def welcome(self) -> dict[str, Any]:
        """Return what is told to somebody who comes in.

        Raises:
            Refused: There are too many already.
        """
        if sum(visit.is_greeted for visit in self._visits) >= VISITORS:
            raise Refused(
                f"{VISITORS} screens are attached, and there is no room for more.",
                hint="Close one of them.",
                code="too_many",
            )
        return {
            "protocol": PROTOCOL,
            "version": __version__,
            "pid": os.getpid(),
            "settings": self.runtime.settings.model_dump(mode="json"),
        }

    def _run(self, listener: Listener, started: Future[None]) -> None:
        try:
            asyncio.run(self._serve(listener, started))
        except Exception as error:
            log.exception("nobody can attach any more")
            if not started.done():
                started.set_exception(error)

    async def _serve(self, listener: Listener, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._visit, sock=listener.socket, limit=REQUEST_BYTES)
        started.set_result(None)
        await self._ending.wait()
        server.close()
        for visit in self._visits:
            visit.end()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=END_SECONDS)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        peer = peer_of(writer.get_extra_info("socket"))
        visit = Visit(reader, writer, host=self, peer=peer)
        self._visits.add(visit)
        self._strangers.append(visit)
        self._make_room()
        try:
            await visit.run()
        finally:
            self._visits.discard(visit)

    def _make_room(self) -> None:
        strangers = [each for each in self._strangers if each in self._visits]
        self._strangers = deque(each for each in strangers if not each.is_greeted)
        while len(self._strangers) > STRANGERS:
            self._strangers.popleft().end()

    def _hear(self, changed: Changed) -> None:
        """Note what has changed; called from any thread, and quick."""
        if changed.topic in UNCOMMITTED - self._news and self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._note, changed.topic)

    def _note(self, topic: str) -> None:
        self._news.add(topic)
        self._arm()

    def _arm(self) -> None:
        if not self._is_telling and self._loop is not None:
            self._is_telling = True
            self._loop.call_later(TELL_EVERY, self._tell)

    def _tell(self) -> None:
        topics, self._news = self._news, set()
        self._is_telling = False
        for visit in self._visits:
            visit.tell(topics)
        if any(visit.is_owed_news for visit in self._visits):
            self._arm()
