"""Desk: what the sections share: the engine, reads off the loop, and what can be undone."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from botops.runtime import Runtime
from botops.tui.bridge import FRAME

R = TypeVar("R")
THREADS = 2
UNDO_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Undo:
    """A removal that can be taken back."""

    label: str
    restore: Callable[[Runtime], object]


@dataclass(slots=True)
class Desk:
    """The one object that every section gets."""

    frame: float = FRAME
    """The least time between two reads of the same page, in seconds."""
    runtime: Runtime | None = None
    busy: int = 0
    """How many reads and orders are under way."""
    undo: deque[Undo] = field(default_factory=lambda: deque(maxlen=UNDO_DEPTH))
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="screen")
    )

    async def ask(self, call: Callable[[Runtime], R]) -> R:
        """Return what the engine says, asked in a thread so that the screen never waits.

        Raises:
            RuntimeError: The engine is not there yet.
        """
        if self.runtime is None:
            raise RuntimeError("the engine is still starting")
        runtime = self.runtime
        self.busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, call, runtime)
        finally:
            self.busy -= 1

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)


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
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        self._desk.busy += 1
        try:
            while self._is_wanted:
                self._is_wanted = False
                await self._read()
        finally:
            self._desk.busy -= 1
            self._task = None
