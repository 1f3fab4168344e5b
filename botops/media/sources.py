"""Sources: files of the inbox as jobs know them, and their safe way out of it."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from botops.kernel import ids
from botops.kernel.errors import BotOpsError
from botops.media.names import shown
from botops.media.sightings import OPENING, look, probe, sighting_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botops.media.sightings import FileKey, Sighting

_LARGEST = 2**63 - 1  # what a database takes; some disks tell of years that come after
_LINK = {errno.ELOOP, getattr(errno, "EMLINK", errno.ELOOP)}  # what O_NOFOLLOW answers


class SourceGone(Exception):
    """The file is no longer there."""


class SourceChanged(Exception):
    """Another file is there by now, or this one was written to."""


class SourceUnreadable(BotOpsError):
    """The file can't be read; maybe it can be later."""

    code = "unreadable_source"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that has settled: its raw path, its name to show, and what tells it from others."""

    file: str
    name: PurePosixPath  # inside the inbox
    key: FileKey

    @property
    def path(self) -> Path:
        """The raw path."""
        return Path(self.file)

    @property
    def place(self) -> str:
        """The path as it is stored."""
        return storable(self.file)

    @property
    def stored_key(self) -> tuple[str, str, int, int]:
        """What tells it from others, as it is stored."""
        return stored_key(self.key)


def of(sighting: Sighting, inbox: Path) -> Source:
    """Return what was seen as a source."""
    name = shown(Path(os.path.relpath(sighting.file, inbox)).as_posix())
    return Source(sighting.file, PurePosixPath(name), sighting.key)


def job_args(source: Source) -> dict[str, Any]:
    """Return a source as the arguments of a job: JSON, whatever bytes its name has."""
    device, inode, size, mtime_ns = source.key
    args: dict[str, Any] = {
        "name": source.name.as_posix(),
        "path": shown(source.file),
        "device": device,
        "inode": inode,
        "size": size,
        "mtime_ns": mtime_ns,
    }
    if args["path"] != source.file:
        args["raw"] = os.fsencode(source.file).hex()
    return args


def read(args: dict[str, Any]) -> Source:
    """Return the source that `job_args` was made of."""
    file = os.fsdecode(bytes.fromhex(args["raw"])) if "raw" in args else args["path"]
    key = (args["device"], args["inode"], args["size"], args["mtime_ns"])
    return Source(file, PurePosixPath(args["name"]), key)


def storable(file: str) -> str:
    """Return a raw path as text that any database takes; different paths stay different."""
    text = shown(file)
    return text if text == file else f"{text} ({os.fsencode(file).hex()})"


def stored_key(key: FileKey) -> tuple[str, str, int, int]:
    """Return a file's key as it is stored; numbers of devices and files may have 64 bits."""
    device, inode, size, mtime_ns = key
    return (str(device), str(inode), size, max(-_LARGEST, min(mtime_ns, _LARGEST)))


@contextmanager
def opened(path: Path, key: FileKey | None = None) -> Iterator[IO[bytes]]:
    """Open a file for a block that reads all of it; it must be the same before and after.

    `key` says which file is meant; without it, whichever is there. Links are not followed.

    Raises:
        SourceGone: There is none.
        SourceChanged: It is another one, no file, or was written to meanwhile.
        SourceUnreadable: It can't be opened.
    """
    with os.fdopen(_open(path), "rb") as reading:
        before = _key(reading.fileno())
        if key is not None and before != key:
            raise SourceChanged
        yield reading
        if _key(reading.fileno()) != before:
            raise SourceChanged


def take_out(source: Source, aside: Path) -> bool:
    """Remove a file if it is still the one that was stored; return whether it was.

    To look at it and then to remove it would remove what somebody put there in between. So it
    goes aside first, where nobody finds it, and comes back if it is another one.

    Raises:
        OSError: The folder can't be changed.
    """
    if _is_other(source.file, source.key):
        return False
    aside = _set_aside(source.path, aside)
    if _is_other(os.fspath(aside), source.key) or probe(os.fspath(aside)) == "writing":
        put_back(aside, source.path)
        return False
    aside.unlink()
    return True


def put_back(aside: Path, wanted: Path) -> Path:
    """Give a file its place again, or one like it where that is taken; return which.

    A folder that was removed meanwhile is made again, but not those above it.

    Raises:
        OSError: The folder can't be changed.
    """
    wanted.parent.mkdir(exist_ok=True)
    for number in count(1):
        place = (
            wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        )
        try:
            os.link(aside, place, follow_symlinks=False)
        except FileExistsError:
            continue
        except OSError:  # a folder, or a disk that knows no links
            if place.exists():
                continue
            aside.rename(place)
            return place
        aside.unlink()
        return place
    raise RuntimeError("numbers have ended")  # pragma: no cover - they don't


def _set_aside(path: Path, aside: Path) -> Path:
    try:
        path.rename(aside)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        aside = path.with_name(f".{ids.token()}.part")  # another disk: hidden from the watcher
        path.rename(aside)
    return aside


def _is_other(file: str, key: FileKey) -> bool:
    found = look(file)
    return found is None or found.key != key


def _open(path: Path) -> int:
    try:
        descriptor = os.open(path, OPENING)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceGone from error
    except OSError as error:
        if error.errno in _LINK:
            raise SourceChanged from error
        raise SourceUnreadable(
            f"{shown(path.name)} can't be read: {error.strerror}.",
            hint="Let BotOps read it, then try again.",
        ) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SourceChanged
    return descriptor


def _key(descriptor: int) -> FileKey:
    return sighting_of("", os.fstat(descriptor)).key
