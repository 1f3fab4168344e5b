"""Sightings: what a file in the inbox looks like right now, and whether all of it is there."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from botops.kernel.lease import has_writer
from botops.media.names import is_ignored

# Why a file that nobody touches any more still can't be whole.
Stall = Literal["empty", "truncated", "unreadable"]
Finding = Literal["whole", "writing"] | Stall
# Device, inode, size and mtime: the bytes stay the same for as long as these do.
FileKey = tuple[int, int, int, int]

_TAIL = 4096
# How a file in the inbox is opened, which anybody may have changed since it was seen.
OPENING = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe under a photo's name must not hold us up
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One file as it was seen; `file` is the raw path, fit to be opened."""

    file: str
    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    stalled: Stall | None = None

    @property
    def path(self) -> Path:
        """The raw path."""
        return Path(self.file)

    @property
    def key(self) -> FileKey:
        """What tells whether these bytes were taken in before."""
        return (self.device, self.inode, self.size, self.mtime_ns)

    @property
    def changed_at(self) -> float:
        """When it was last written or renamed, as the disk says, in epoch seconds."""
        return max(self.mtime_ns, self.ctime_ns) / 1e9


def sighting_of(file: str, facts: os.stat_result) -> Sighting:
    """Return the sighting for what `lstat` said."""
    return Sighting(
        file, facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns
    )


def look(file: str) -> Sighting | None:
    """Return the file as it is now, or None if there is no regular file of that name."""
    with suppress(FileNotFoundError, NotADirectoryError):
        facts = os.lstat(file)
        if stat.S_ISREG(facts.st_mode):
            return sighting_of(file, facts)
    return None


def probe(file: str) -> Finding:
    """Return whether a file is whole, as far as its end and the system tell.

    A copier that reserves the room first leaves zeros at the end until it gets there.
    """
    try:
        descriptor = os.open(file, OPENING)
    except OSError:
        return "unreadable"
    try:
        if has_writer(descriptor):
            return "writing"
        return _end_of(descriptor)
    except OSError:
        return "unreadable"
    finally:
        os.close(descriptor)


def _end_of(descriptor: int) -> Finding:
    size = os.fstat(descriptor).st_size
    if size == 0:
        return "empty"
    os.lseek(descriptor, max(0, size - _TAIL), os.SEEK_SET)
    tail = os.read(descriptor, _TAIL)
    return "truncated" if tail.count(0) == len(tail) else "whole"


def walk(
    folder: str, skipped: Callable[[str, OSError], None]
) -> Iterator[tuple[str, os.stat_result]]:
    """Yield each regular file below a folder that is not passed over, with its facts.

    Links are not followed. A folder inside that can't be read is told to `skipped`.

    Raises:
        OSError: The folder itself can't be read.
    """
    folders = [folder]
    while folders:
        current = folders.pop()
        try:
            entries = _entries(current)
        except OSError as error:
            if current == folder:
                raise
            skipped(current, error)
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
                continue
            with suppress(FileNotFoundError):  # gone since it was listed
                facts = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(facts.st_mode):
                    yield entry.path, facts


def _entries(folder: str) -> list["os.DirEntry[str]"]:
    with os.scandir(folder) as entries:
        wanted = [entry for entry in entries if not is_ignored(entry.name)]
    return sorted(wanted, key=lambda entry: entry.name)
