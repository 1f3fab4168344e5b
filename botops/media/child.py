"""Child: the parent's hold on one decoding process: start, ask, and end it at any moment."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from botops.kernel import clock
from botops.media.protocol import Order

START_SECONDS = 60.0  # a cold disk and a busy machine; usually a tenth of a second
GLANCE = 0.1  # seconds between two looks at the caller's checkpoint
MOST_PATIENCE = 10  # times the limit, however busy the machine is
_TAIL_LINES = 20
_TAIL_COLUMNS = 300


class ChildDied(Exception):
    """The process ended before it answered."""

    def __init__(self, returncode: int, said: str) -> None:
        super().__init__(f"ended with {returncode}: {said}" if said else f"ended with {returncode}")
        self.returncode = returncode


class ChildTooSlow(Exception):
    """The process did not answer in time."""


def command(door: str = "--decode-worker") -> list[str]:
    """Return what starts a child: this very program, as a script or as one binary."""
    if getattr(sys, "frozen", False):
        return [sys.executable, door]
    return [sys.executable, "-P", "-m", "botops", door]


def kept_waiting(pid: int) -> float:
    """Return the seconds for which a process could have run and was not let (0 where unknown)."""
    longest = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, ValueError, IndexError):  # a thread that ends meanwhile
            longest = max(longest, int(file.read_text(encoding="ascii").split()[1]))
    return longest / 1e9


class Child:
    """One process; used by one thread at a time, ended from any."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.served = 0
        self.idle_since = 0.0
        self._answers: SimpleQueue[bytes | None] = SimpleQueue()
        self._tail: deque[bytes] = deque(maxlen=_TAIL_LINES)
        self._process = _spawn(argv)
        self._readers = [
            _reading(self._process.stdout, self._collect_answers),
            _reading(self._process.stderr, self._collect_tail),
        ]

    @property
    def pid(self) -> int:
        """Return the process's id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process.poll() is None

    def wait_ready(self, checkpoint: Callable[[], None]) -> None:
        """Wait until the process takes orders.

        Raises:
            ChildDied: It ended instead.
            ChildTooSlow: It says nothing.
        """
        self._hear(START_SECONDS, checkpoint)

    def ask(self, order: Order, checkpoint: Callable[[], None]) -> dict[str, Any]:
        """Return the answer to an order; what `checkpoint` raises meanwhile goes to the caller.

        Raises:
            ChildDied: It ended before it answered.
            ChildTooSlow: It took longer than the order allows.
        """
        self.served += 1
        try:
            self._stdin.write(order.line())
            self._stdin.flush()
        except OSError:
            raise self._died() from None
        return self._hear(order.limits.wall_seconds, checkpoint)

    def end(self) -> None:
        """End the process, whatever it is doing, and leave nothing of it behind."""
        self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):  # an order that was never read
                if pipe is not None:
                    pipe.close()

    @property
    def _stdin(self) -> IO[bytes]:
        if self._process.stdin is None:
            raise RuntimeError("the child was started without a pipe")
        return self._process.stdin

    def _hear(self, seconds: float, checkpoint: Callable[[], None]) -> dict[str, Any]:
        began, waited = clock.monotonic(), kept_waiting(self.pid)
        while (left := self._left(clock.monotonic() - began, seconds, since=waited)) > 0:
            try:
                line = self._answers.get(timeout=min(GLANCE, left))
            except Empty:
                checkpoint()
                continue
            if line is None:
                raise self._died()
            answer: dict[str, Any] = json.loads(line)
            return answer
        raise ChildTooSlow

    def _left(self, passed: float, seconds: float, *, since: float) -> float:
        """Return the seconds that are left; those that a busy machine kept to itself don't count.

        At the lowest priority a sound picture may wait for a minute, and must not be blamed.
        """
        if passed < seconds or passed > seconds * MOST_PATIENCE:
            return seconds - passed
        return seconds - passed + kept_waiting(self.pid) - since

    def _died(self) -> ChildDied:
        returncode = self._process.wait()
        self._readers[1].join()
        return ChildDied(returncode, b"".join(self._tail).decode(errors="replace").strip())

    def _collect_answers(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            self._answers.put(line)
        self._answers.put(None)

    def _collect_tail(self, pipe: IO[bytes]) -> None:
        while line := pipe.readline(_TAIL_COLUMNS):
            self._tail.append(line)


def _spawn(argv: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process that a Ctrl-C in the terminal does not reach and that inherits no secret."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    return subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        process_group=0,  # no new session: there, Linux weighs niceness only against itself
        creationflags=flags,
    )


def environment() -> dict[str, str]:
    """Return what a child may know: no setting of ours, and where this very program lies.

    Never the working folder (-P above): a merchant starts BotOps anywhere, among anything.
    """
    known = {key: value for key, value in os.environ.items() if not key.startswith("BOTOPS_")}
    paths = [str(Path(__file__).parents[2]), *filter(None, [known.get("PYTHONPATH")])]
    return {**known, "PYTHONPATH": os.pathsep.join(paths)}


def _reading(pipe: IO[bytes] | None, collect: Callable[[IO[bytes]], None]) -> threading.Thread:
    thread = threading.Thread(target=collect, args=(pipe,), name="decode-pipe", daemon=True)
    thread.start()
    return thread
