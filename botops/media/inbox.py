"""Inbox: what lies in the folder, what of it is known already, and what may be taken in."""

import logging
import os
import stat
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from botops.kernel import clock
from botops.media.names import is_ignored, shown
from botops.media.settling import Settling, WaitState
from botops.media.sightings import FileKey, Sighting, sighting_of, walk

logger = logging.getLogger(__name__)

# Asked with some hundred files at once; returns the keys of those that were taken in before.
IgnoreSeen = Callable[[Sequence[Sighting]], Collection[FileKey]]

# Path → device, inode, size, mtime, ctime.
_Known = dict[str, tuple[int, ...]]

_BATCH = 500
_SHOWN_FILES = 200


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file on its way into the store, for people to see."""

    file: str  # raw
    name: str  # inside the inbox, safe to show
    size: int
    state: WaitState
    since: float  # unchanged since then, epoch seconds


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits in the inbox: how many, and the first of them."""

    count: int = 0
    files: tuple[PendingFile, ...] = ()


def nothing_seen(batch: Sequence[Sighting]) -> Collection[FileKey]:
    """Say that none of these was taken in before: right for an inbox that is emptied."""
    del batch
    return ()


class Inbox:
    """The folder and everything in it; without threads, and used by one at a time.

    What was handed on is remembered by path, device, inode, size, mtime and ctime, for as long as
    it lies there: a look at 30,000 known files compares numbers and asks nobody.
    """

    def __init__(
        self, root: Path, settling: Settling, *, ignore_seen: IgnoreSeen = nothing_seen
    ) -> None:
        self.settling = settling
        self._trusts_times = True
        self._root = os.fspath(root.absolute())
        self._ignore_seen = ignore_seen
        self._known: _Known = {}
        self._unreadable: set[str] = set()

    def adapt(self, *, quiet_seconds: float, trusts_times: bool) -> None:
        """Change how long a file must rest, and whether the disk's own times count for that.

        Where they do, an old file needs no second look to be at rest. Windows writes them late,
        and a network share has another clock.
        """
        self.settling.quiet_seconds = quiet_seconds
        self._trusts_times = trusts_times

    def notice(self, paths: Iterable[str]) -> None:
        """Look at paths that something happened to, in any order, true or not.

        Raises:
            Exception: `ignore_seen` failed; a rescan finds what was not noted.
        """
        self._note(self._found(paths), self._known)

    def rescan(self, *, afresh: bool = False) -> int:
        """Look at everything in the folder and return how many files lie there.

        `afresh` hands on again what was handed on before and still lies there.

        Raises:
            OSError: The folder can't be read.
            Exception: `ignore_seen` failed; scan again.
        """
        before, self._known = self._known, {}
        try:
            return self._note(walk(self._root, self._skipped), {} if afresh else before)
        except BaseException:
            self._known = before | self._known
            raise

    def take(self, limit: int = 50) -> list[Sighting]:
        """Return files that have settled; they are returned again later unless `done` is said."""
        return self.settling.take(limit)

    def done(self, sighting: Sighting) -> None:
        """Note that a file is in good hands, and needs no second look while it stays the same."""
        self._known[sighting.file] = (*sighting.key, sighting.ctime_ns)
        self.settling.forget(sighting.file)

    def pending(self) -> Pending:
        """Return what waits, at most 200 of them by name."""
        offset = clock.epoch() - clock.monotonic()
        files = tuple(
            PendingFile(
                each.sighting.file,
                shown(os.path.relpath(each.sighting.file, self._root)),
                each.sighting.size,
                each.state,
                each.since + offset,
            )
            for each in self.settling.waiting(_SHOWN_FILES)
        )
        return Pending(len(self.settling), files)

    def gather(
        self, *, patience: float, wait: Callable[[float], None] = time.sleep
    ) -> Iterator[Sighting]:
        """Yield what lies in the folder as it settles, without a watcher, for `patience` seconds.

        What is not whole by then stays pending. Asking for the next file says that the last one
        is done.

        Raises:
            OSError: The folder can't be read.
        """
        self.rescan()
        deadline = clock.monotonic() + patience
        while (at := self.settling.next_check()) is not None:
            for sighting in self.take():
                yield sighting
                self.done(sighting)
            now = clock.monotonic()
            if now > deadline:
                return
            if at > now:
                wait(min(at, deadline) - now)

    def _note(self, files: Iterable[tuple[str, os.stat_result]], known: _Known) -> int:
        """Sort files into known ones and strangers; return how many there were."""
        count = 0
        strangers: list[Sighting] = []
        for count, (file, facts) in enumerate(files, 1):  # noqa: B007 - the last one is returned
            identity = _identity(facts)
            if known.get(file) == identity:
                self._known[file] = identity
                continue
            strangers.append(sighting_of(file, facts))
            if len(strangers) == _BATCH:
                self._welcome(strangers)
                strangers = []
        self._welcome(strangers)
        return count

    def _welcome(self, strangers: list[Sighting]) -> None:
        """Let files settle, unless they were taken in before."""
        asked = [each for each in strangers if not self.settling.holds(each)]
        seen = self._ignore_seen(asked) if asked else ()
        now = clock.epoch()
        for each in strangers:
            if each.key in seen:
                self.done(each)
            else:
                age = (
                    max(0.0, now - each.changed_at)
                    if self._trusts_times and os.name == "posix"
                    else 0.0
                )
                self.settling.see(each, age=age)

    def _found(self, paths: Iterable[str]) -> Iterator[tuple[str, os.stat_result]]:
        """Yield the files that really lie at some paths, or below them."""
        for path in filter(self._is_ours, paths):
            try:
                facts = os.lstat(path)
                if stat.S_ISREG(facts.st_mode):
                    yield path, facts
                elif stat.S_ISDIR(facts.st_mode):
                    yield from walk(path, self._skipped)
            except (FileNotFoundError, NotADirectoryError):
                self.settling.forget(path)
            except OSError as error:
                self._skipped(path, error)

    def _is_ours(self, path: str) -> bool:
        """Whether a path lies in the inbox, with no part of it passed over."""
        if not path.startswith(self._root + os.sep):
            return False
        return not any(map(is_ignored, PurePath(path[len(self._root) + 1 :]).parts))

    def _skipped(self, place: str, error: OSError) -> None:
        """Say once that a place can't be read; it is looked at again with each scan."""
        if not isinstance(error, FileNotFoundError) and place not in self._unreadable:
            self._unreadable.add(place)
            logger.warning("%s can't be read: %s.", shown(place), error.strerror)


def _identity(facts: os.stat_result) -> tuple[int, ...]:
    return (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
