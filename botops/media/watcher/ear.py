"""Ear: one watchdog observer on one folder, and the truth about whether it still hears."""

import logging
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

logger = logging.getLogger(__name__)


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether a complaint says more than that a watch was given back, as it should be."""
    return "called when the thread is inactive" not in record.getMessage()


logging.getLogger("watchdog.observers.inotify").addFilter(_is_news)

# Device and inode: the same path may be another folder a moment later.
FolderIdentity = tuple[int, int]

# Opening and reading are left out: we do both to each file, and would hear ourselves.
_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileMovedEvent, FileClosedEvent, DirCreatedEvent, DirMovedEvent
]  # fmt: skip
# Where nobody tells that a writer has closed a file, each writing must be told.
_EVENTS_ELSEWHERE = [*_EVENTS, FileModifiedEvent]


class Ear:
    """Listens to one folder and all below it, as it is now, until it is closed.

    `heard` gets a raw path for each event, in watchdog's thread. Paths are hints: one may be
    wrong (the folder was renamed), missing (an overflow) or late.
    """

    def __init__(self, root: Path, heard: Callable[[str], None]) -> None:
        """Start to listen.

        Raises:
            OSError: The folder is missing, or the system watches no more folders.
        """
        self.identity = identify(root)
        self._root = os.fspath(root)
        self._real = os.path.realpath(root)  # a link itself would be watched, not its folder
        self._heard = heard
        self._observer: BaseObserver = Observer()
        try:
            self._listen()
        except BaseException:
            self.close()
            raise

    def hears(self, identity: FolderIdentity) -> bool:
        """Return whether events of this very folder still come.

        The observer's own "alive" stays true when the folder is gone, and when the thread that
        reads the events has died.
        """
        reader = getattr(self._observer, "_inotify_fd", None)
        return (
            self.identity == identity
            and self._observer.is_alive()
            and all(emitter.is_alive() for emitter in self._observer.emitters)
            and (reader is None or reader.is_alive())
        )

    def close(self) -> None:
        """Stop listening, without waiting for it: a dead network share would hold us up."""
        threading.Thread(target=self._stop, name="ear-close", daemon=True).start()

    def _stop(self) -> None:
        try:
            self._observer.stop()
        except Exception:
            logger.exception("An old watch of the inbox was not given back")

    def _listen(self) -> None:
        events = _EVENTS if sys.platform == "linux" else _EVENTS_ELSEWHERE
        collector = _Collector(self._translated)
        self._observer.schedule(collector, self._real, recursive=True, event_filter=events)
        self._observer.start()

    def _translated(self, path: str) -> None:
        self._heard(self._root + path.removeprefix(self._real))


def try_to_listen(root: Path) -> None:
    """Listen to a folder for a moment.

    Raises:
        OSError: The folder is missing, or the system watches no more folders.
    """
    Ear(root, lambda _: None).close()


def identify(root: Path) -> FolderIdentity:
    """Return which folder this is.

    Raises:
        OSError: There is none.
    """
    facts = root.stat()
    if not stat.S_ISDIR(facts.st_mode):
        raise NotADirectoryError(20, "it is no folder")
    return (facts.st_dev, facts.st_ino)


@contextmanager
def hearing_losses(lost: Callable[[], None]) -> Iterator[None]:
    """Call `lost` whenever watchdog lost events, or may have: it only ever logs that."""
    source = logging.getLogger("watchdog")
    listener = _LossListener(lost)
    source.setLevel(logging.WARNING)  # below, it would tell of each single event
    source.addHandler(listener)
    try:
        yield
    finally:
        source.removeHandler(listener)


class _Collector(FileSystemEventHandler):
    """Passes paths on, and does nothing else: it holds up all events that follow."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        self._heard = heard

    def dispatch(self, event: FileSystemEvent) -> None:
        """Pass on where something happened, whatever it was."""
        for path in (event.src_path, event.dest_path):
            if path:
                self._heard(os.fsdecode(path))


class _LossListener(logging.Handler):
    """Takes each complaint as a loss: a scan too many costs little, a lost photo much."""

    def __init__(self, lost: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._lost = lost

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on that something was lost."""
        del record
        self._lost()
