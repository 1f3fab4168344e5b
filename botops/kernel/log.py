"""Log: where the program's own words go; never the terminal while a screen is up."""

from __future__ import annotations

import logging
import logging.handlers
import queue
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, Literal

from typing_extensions import override

from botops.kernel import clock
from botops.kernel.files import saying_why

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pythonjsonlogger.core import LogData

Stderr = Literal["none", "console", "json"]

FILE_BYTES = 5_000_000
FILES_KEPT = 5
RING_LINES = 2_000
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"
_CHATTY = ("huey", "peewee", "watchdog", "PIL", "asyncio", "markdown_it")
# What a terminal would act upon when somebody reads the file; tabs and line ends stay.
_CONTROLS = {
    code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"
}
log = logging.getLogger(__name__)


class Ring(logging.Handler):
    """The last lines, for the screen."""

    def __init__(self, lines: int = RING_LINES) -> None:
        super().__init__()
        self._lines: deque[str] = deque(maxlen=lines)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        try:
            self._lines.append(self.format(record))
        except Exception:  # noqa: BLE001 - as every handler does: the thread that writes goes on
            self.handleError(record)

    def tail(self, count: int) -> list[str]:
        """Return the last `count` lines, oldest first."""
        self.acquire()
        try:
            return list(self._lines)[max(0, len(self._lines) - count) :]
        finally:
            self.release()


class _Formatter(logging.Formatter):
    """A line for each record, in UTC, with what must not be seen made unseen."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        super().__init__(_FORMAT)
        self._redact = redact

    @override
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the record's time as ISO text."""
        return clock.iso(record.created)

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text, redacted as a whole, traceback included.

        Lines that follow are set in: no text from outside can pass for a record of its own.
        """
        text = self._redact(super().format(record))
        return text.translate(_CONTROLS).rstrip("\n").replace("\n", "\n    ")


class LogPipe:
    """Takes records from every thread without waiting, and writes them in one of its own.

    What Python itself would print, such as warnings and the errors of threads, goes there too.
    """

    def __init__(
        self,
        file: Path,
        *,
        level: int = logging.INFO,
        stderr: Stderr = "none",
        redact: Callable[[str], str] = str,
    ) -> None:
        """Set up the root logger; `stop` undoes it.

        Raises:
            StorageTrouble: The file can't be written.
        """
        self.ring = Ring()
        self._handlers: list[logging.Handler] = [self.ring, _file_handler(file)]
        plain = _Formatter(redact)
        for handler in self._handlers:
            handler.setFormatter(plain)
        if stderr != "none":
            console = logging.StreamHandler(sys.__stderr__)
            console.setFormatter(_json_formatter(redact) if stderr == "json" else plain)
            self._handlers.append(console)
        records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
        self._listener = logging.handlers.QueueListener(records, *self._handlers)
        self._listener.start()
        self._undo: Callable[[], None] | None = _take_over(
            logging.handlers.QueueHandler(records), level
        )

    def set_level(self, level: int) -> None:
        """Write what is at least so important from now on."""
        if self._undo is not None:
            _set_levels(level)

    def stop(self) -> None:
        """Write what is still waiting, close the files, leave the root logger as it was."""
        if self._undo is None:
            return
        self._undo()
        self._undo = None
        self._listener.stop()
        for handler in self._handlers:
            handler.close()


def _take_over(entrance: logging.Handler, level: int) -> Callable[[], None]:
    """Let everything come in by one handler; return the way to undo it."""
    root = logging.getLogger()
    chatty = [logging.getLogger(name) for name in _CHATTY]
    handlers, levels = list(root.handlers), [(each, each.level) for each in (root, *chatty)]
    hooks = (logging.raiseExceptions, threading.excepthook, sys.unraisablehook)

    def undo() -> None:
        root.handlers[:] = handlers
        for logger, level_was in levels:
            logger.setLevel(level_was)
        logging.raiseExceptions, threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(capture=False)

    root.handlers[:] = [entrance]
    _set_levels(level)
    logging.raiseExceptions = False  # a failing handler would print over the screen
    threading.excepthook, sys.unraisablehook = _note_thread, _note_unraisable
    logging.captureWarnings(capture=True)
    return undo


def _set_levels(level: int) -> None:
    logging.getLogger().setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _note_thread(what: threading.ExceptHookArgs) -> None:
    name = what.thread.name if what.thread else "a thread"
    error = what.exc_value
    log.error("%s has ended with an error", name, exc_info=error)


def _note_unraisable(what: sys.UnraisableHookArgs) -> None:
    log.error("%s: %r", what.err_msg or "ignored", what.object, exc_info=what.exc_value)


def _file_handler(file: Path) -> logging.Handler:
    with saying_why(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        return logging.handlers.RotatingFileHandler(
            file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", errors="replace"
        )


def _json_formatter(redact: Callable[[str], str]) -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    class Redacted(JsonFormatter):
        """One JSON object a line."""

        @override
        def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
            return clock.iso(record.created)

        @override
        def process_log_record(self, log_data: LogData) -> LogData:
            return {
                name: redact(value) if isinstance(value, str) else value
                for name, value in log_data.items()
            }

    names = {"asctime": "timestamp", "levelname": "level", "name": "logger"}
    return Redacted("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names)
