"""Log: where the program's own words go; never the terminal while a screen is up."""

from __future__ import annotations

import logging
import logging.handlers
import queue
import sys
from collections import deque
from typing import TYPE_CHECKING, Literal

from botops.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Stderr = Literal["none", "console", "json"]

FILE_BYTES = 5_000_000
FILES_KEPT = 5
RING_LINES = 2_000
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"
_CHATTY = ("huey", "peewee", "watchdog", "PIL", "asyncio", "markdown_it")


class Ring(logging.Handler):
    """The last lines, for the screen."""

    def __init__(self, lines: int = RING_LINES) -> None:
        super().__init__()
        self._lines: deque[str] = deque(maxlen=lines)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self._lines.append(self.format(record))

    def tail(self, count: int) -> list[str]:
        """Return the last `count` lines, oldest first."""
        return list(self._lines)[-count:]


class _Formatter(logging.Formatter):
    """One line a record, UTC, with what must not be seen made unseen."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        super().__init__(_FORMAT)
        self._redact = redact

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - the library's name and shape
        """Return the record's time as ISO text."""
        return clock.iso(record.created)

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text, redacted as a whole, traceback included."""
        return self._redact(super().format(record))


class LogPipe:
    """Takes records from every thread without waiting, and writes them in one of its own."""

    def __init__(
        self,
        file: Path,
        *,
        level: int = logging.INFO,
        stderr: Stderr = "none",
        redact: Callable[[str], str] = str,
    ) -> None:
        """Set up the root logger; `stop` undoes it."""
        self.ring = Ring()
        self._handlers: list[logging.Handler] = [self.ring, _file_handler(file)]
        if stderr != "none":
            self._handlers.append(logging.StreamHandler(sys.__stderr__))
        plain = _Formatter(redact)
        for handler in self._handlers:
            handler.setFormatter(plain)
        if stderr == "json":
            self._handlers[-1].setFormatter(_json_formatter(redact))
        records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
        self._entrance = logging.handlers.QueueHandler(records)
        self._listener = logging.handlers.QueueListener(records, *self._handlers)
        self._listener.start()
        self._root_was = _take_root(self._entrance, level)

    def stop(self) -> None:
        """Write what is still waiting, close the files, leave the root logger as it was."""
        handlers, level, raising = self._root_was
        root = logging.getLogger()
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.raiseExceptions = raising
        self._listener.stop()
        for handler in self._handlers:
            handler.close()


def _take_root(entrance: logging.Handler, level: int) -> tuple[list[logging.Handler], int, bool]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, logging.raiseExceptions)
    root.handlers[:] = [entrance]
    root.setLevel(level)
    logging.raiseExceptions = False  # a failing handler would print over the screen
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    return before


def _file_handler(file: Path) -> logging.Handler:
    file.parent.mkdir(parents=True, exist_ok=True)
    return logging.handlers.RotatingFileHandler(
        file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", errors="replace"
    )


def _json_formatter(redact: Callable[[str], str]) -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    class Redacted(JsonFormatter):
        """One JSON object a line."""

        def format(self, record: logging.LogRecord) -> str:
            return redact(super().format(record))

    names = {"asctime": "timestamp", "levelname": "level", "name": "logger"}
    return Redacted("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names)
