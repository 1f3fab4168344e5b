"""Desk: what the sections share: the engine, reads off the loop, and what can be undone."""

from __future__ import annotations

import asyncio
import getpass
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from botops.tui.bridge import FRAME

if TYPE_CHECKING:
    from botops.runtime import Runtime

R = TypeVar("R")
THREADS = 2
UNDO_DEPTH = 20


class EngineGone(Exception):
    """There is no engine to ask."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Something that can be taken back, and the sentence that is said then."""

    said: str
    restore: Callable[[Runtime], object]


@dataclass(slots=True)
class Desk:
    """The one object that every section gets."""

    frame: float = FRAME
    """The least time between two reads of the same page, in seconds."""
    runtime: Runtime | None = None
    under_way: set[asyncio.Future[Any]] = field(default_factory=set)
    """Reads and orders that are not finished."""
    undo: deque[Undo] = field(default_factory=lambda: deque(maxlen=UNDO_DEPTH))
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="screen")
    )

    @property
    def is_running(self) -> bool:
        """Whether there is an engine to ask: not before it has started, and not at the end."""
        return self.runtime is not None

    @property
    def is_attached(self) -> bool:
        """Whether the engine runs in another process, which this screen does not end."""
        return self.runtime is not None and self.runtime.link() is not None

    async def ask(self, call: Callable[[Runtime], R]) -> R:
        """Return what the engine says, asked in a thread so that the screen never waits.

        Raises:
            EngineGone: It has not started yet, or it is being stopped.
        """
        if self.runtime is None:
            raise EngineGone("The engine does not run.")
        loop = asyncio.get_running_loop()
        return await self.note(loop.run_in_executor(self._pool, _as_screen, call, self.runtime))

    def note(self, work: asyncio.Future[R]) -> asyncio.Future[R]:
        """Count work as under way until it is done."""
        self.under_way.add(work)
        work.add_done_callback(self.under_way.discard)
        return work

    def close(self) -> None:
        """Ask nothing more, and let go of the threads."""
        self.runtime = None
        self._pool.shutdown(wait=False, cancel_futures=True)


def _as_screen(call: Callable[[Runtime], R], runtime: Runtime) -> R:
    """Call in the name of the person in front of the screen, for the trail."""
    from botops.store.actor import Actor, acting_as  # brings the tables: not before the engine

    with acting_as(Actor(getpass.getuser(), "screen")):
        return call(runtime)


class Latest:
    """Runs one read at a time; wishes that come in between become one more."""

    def __init__(self, desk: Desk, read: Callable[[], Awaitable[None]]) -> None:
        self._desk = desk
        self._read = read
        self._is_wanted = False
        self._task: asyncio.Task[None] | None = None

    def want(self) -> None:
        """Read soon."""
        self._is_wanted = True
        if self._task is None:
            task = asyncio.get_running_loop().create_task(self._run())
            self._task = task
            self._desk.note(task)

    async def _run(self) -> None:
        try:
            while self._is_wanted:
                self._is_wanted = False
                await self._read()
        finally:
            self._task = None
