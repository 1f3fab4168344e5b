"""Terminal: a program in a terminal of ours, all that it paints, and the moment of each piece."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf

import psutil
import pyte

COLUMNS, ROWS = 120, 35
CELL = (8, 16)  # pixels
PATIENCE = 60.0
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
# What is set where the measurer sits; without PYTHON… bytecode is kept, as everywhere.
STRANGE = ("TMUX", "STY", "ZELLIJ", "NO_COLOR", "TEXTUAL", "BOTOPS", "PYTHON")
# What a plain terminal answers at once: no sixel, but whole frames. To the rest it says nothing.
ANSWERS = {b"\x1b[c": b"\x1b[?62;22c", b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
_NEWER_THAN_PYTE = re.compile(rb"\x1b\[[><=][\d;]*[a-zA-Z]|\x1b_[^\x1b]*\x1b\\")

Lines = list[str]


class Terminal:
    """A process in a terminal; what it paints is only kept, since drawing it would cost time."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.pieces: list[tuple[float, bytes]] = []
        self._came = threading.Condition()
        self._ours, theirs = pty.openpty()
        pixels = (COLUMNS * CELL[0], ROWS * CELL[1])
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, *pixels))
        plain = {key: value for key, value in os.environ.items() if not key.startswith(STRANGE)}
        self.started_at = time.perf_counter()
        self.process = psutil.Popen(
            argv,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**plain, **TERMINAL},
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, words: str, *, since: int = 0) -> None:
        """Wait until words were painted in one go, after the first `since` pieces.

        Raises:
            TimeoutError: They were not.
        """
        wanted = words.encode()

        def came() -> bool:
            return wanted in b"".join(piece for _, piece in self.pieces[since:])

        with self._came:
            if not self._came.wait_for(came, PATIENCE):
                raise TimeoutError(f"{words!r} was not painted")

    def press(self, keys: str) -> float:
        """Press keys; return when."""
        pressed_at = time.perf_counter()
        os.write(self._ours, keys.encode())
        return pressed_at

    def close(self) -> None:
        """End the program as the system does, and the terminal."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(PATIENCE)
        os.close(self._ours)

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._ours, 65536)
            except OSError:  # the program has ended
                return
            at = time.perf_counter()
            if not piece:
                return
            for question, answer in ANSWERS.items():
                if question in piece:
                    os.write(self._ours, answer)
            with self._came:
                self.pieces.append((at, piece))
                self._came.notify_all()


@contextmanager
def a_terminal(argv: Sequence[str]) -> Iterator[Terminal]:
    """Give a program in a terminal, and end it."""
    terminal = Terminal(argv)
    try:
        yield terminal
    finally:
        terminal.close()


class Replay:
    """What stood on the screen after each piece, drawn once nothing is measured any more."""

    def __init__(self, pieces: Sequence[tuple[float, bytes]]) -> None:
        self._pieces = tuple(pieces)
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._next = 0
        self._at = 0.0

    def lines(self) -> Lines:
        """Return what stands there now."""
        return [line.rstrip() for line in self._screen.display]

    def until(self, moment: float) -> None:
        """Draw all that had come by a moment."""
        while self._next < len(self._pieces) and self._pieces[self._next][0] <= moment:
            self._draw()

    def since(self, holds: Callable[[Lines], bool], *, before: float = inf) -> float | None:
        """Return the moment since when something stands there, or nothing if not by `before`."""
        while not holds(self.lines()):
            if self._next == len(self._pieces) or self._pieces[self._next][0] > before:
                return None
            self._draw()
        return self._at

    def _draw(self) -> None:
        self._at, piece = self._pieces[self._next]
        self._next += 1
        self._stream.feed(_NEWER_THAN_PYTE.sub(b"", piece))
