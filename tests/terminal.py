"""Terminal: the program as it looks in a real one, with keys that are really pressed."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Sequence

import pyte

from tests.program import PATIENCE, wait_for

KEYS = {"enter": "\r", "escape": "\x1b", "ctrl+q": "\x11", "tab": "\t", "down": "\x1b[B"}
COLOURS = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


class Paper(pyte.Screen):
    """A screen that passes over what newer terminals understand and this one does not."""

    def report_device_attributes(self, mode: int = 0, **_: object) -> None:
        """Answer no question: the program must do without."""

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        """Colour what follows; `CSI > … m` asks for key codes, and is no colour."""
        if not private:
            super().select_graphic_rendition(*attributes)


class Terminal:
    """A process in a terminal of its own."""

    def __init__(self, argv: Sequence[str], *, columns: int = 120, rows: int = 35) -> None:
        self._screen = Paper(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        self.raw = b""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(theirs)
        self._theirs = theirs
        self.process = subprocess.Popen(
            argv,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, **COLOURS, "COLUMNS": str(columns), "LINES": str(rows)},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def text(self) -> str:
        """What stands on the screen, line by line."""
        with self._lock:
            return "\n".join(line.rstrip() for line in self._screen.display)

    def cells(self) -> list[dict[int, pyte.screens.Char]]:
        """What stands on the screen, line by line and cell by cell, with its colours."""
        with self._lock:
            return [
                dict(
                    enumerate(
                        map(self._screen.buffer[row].__getitem__, range(self._screen.columns))
                    )
                )
                for row in range(self._screen.lines)
            ]

    def press(self, *keys: str) -> None:
        """Press keys: letters, or names such as `enter`."""
        for key in keys:
            os.write(self._ours, KEYS.get(key, key).encode())

    def wait_for(self, words: str) -> str:
        """Wait until words stand on the screen; return all that stands there then."""
        try:
            return wait_for(lambda: self.text() if words in self.text() else None, repr(words))
        except AssertionError as error:
            raise AssertionError(f"{error}; there stands:\n{self.text()}") from None

    def wait_end(self) -> int:
        """Wait for the program's end; return its exit code."""
        return self.process.wait(PATIENCE)

    def is_as_before(self) -> bool:
        """Whether the terminal echoes and waits for lines, as it did at first."""
        return termios.tcgetattr(self._theirs) == self.before

    def send_signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def close(self) -> None:
        """End the program and the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)
        os.close(self._theirs)
        self._reader.join(PATIENCE)
        os.close(self._ours)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._ours, 65536)
            except OSError:  # the other side is closed
                return
            if not data:
                return
            with self._lock:
                self.raw += data
                self._stream.feed(data)
