"""Platform: what differs between Linux, macOS and Windows, behind one door."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import IO, TYPE_CHECKING

from botops.kernel.errors import AlreadyRunning, StorageTrouble
from botops.kernel.locking import locks, unlock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_BYTES = 1024  # written whole and padded, so that a reader never meets half a document
LOCK_PATIENCE = 0.5  # seconds: a look at the lock holds it for a moment
LOOK_EVERY = 0.02
READS = 5  # how often a document is read again that was met while it was written
_NO_INHERIT = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Who runs the engine of a home, as `botops.lock` says it."""

    pid: int | None = None
    port: int | None = None
    ready: bool = False
    socket: str | None = None
    started_at: str | None = None


class InstanceLock:
    """At most one engine a home: a lock that the system lets go of when the process dies."""

    def __init__(self, file: Path) -> None:
        self._path = file
        self._held: IO[bytes] | None = None

    def take(self, info: EngineInfo) -> None:
        """Take the lock and say who has it.

        Raises:
            AlreadyRunning: Another process has it.
            StorageTrouble: The file can't be written or locked.
        """
        _make_whole(self._path)
        handle = _open(self._path)
        try:
            taken = _locks_in_time(handle, LOCK_PATIENCE)
        except BaseException:
            handle.close()
            raise
        if not taken:
            handle.close()
            raise AlreadyRunning(
                f"BotOps already runs on this home{_who(read_lock(self._path))}.",
                hint="Use that one, or stop it first.",
            )
        self._held = handle
        self.write(info)

    def write(self, info: EngineInfo) -> None:
        """Change what the file says; the lock must be held."""
        if self._held is None:
            raise RuntimeError("the lock is not held")
        self._held.seek(0)
        self._held.write(_document(info))
        self._held.truncate(LOCK_BYTES)

    def release(self) -> None:
        """Say that nobody runs, and let go; the file stays."""
        if self._held is not None:
            self.write(EngineInfo())
            unlock(self._held)
            self._held.close()
            self._held = None


def running_engine(file: Path) -> EngineInfo | None:
    """Return who runs the engine, or None; the file is believed only while it is locked."""
    try:
        handle = file.open("r+b", buffering=0)
    except FileNotFoundError:
        return None
    with handle:
        if locks(handle, shared=True):
            unlock(handle)
            return None
    return read_lock(file)


def read_lock(file: Path) -> EngineInfo:
    """Return what the lock file says, believed or not."""
    known = {field.name for field in fields(EngineInfo)}
    for _ in range(READS):
        try:
            said = json.loads(file.read_bytes())
        except OSError:
            break
        except ValueError:
            continue
        if isinstance(said, dict):
            return EngineInfo(**{key: value for key, value in said.items() if key in known})
    return EngineInfo()


@contextmanager
def one_at_a_time(file: Path, *, patience: float, busy: str) -> Iterator[None]:
    """Let processes that use the same lock file take turns.

    Raises:
        StorageTrouble: The others took longer than `patience` seconds; `busy` says with what.
    """
    with _open(file) as handle:
        if not _locks_in_time(handle, patience):
            raise StorageTrouble(busy, hint="Wait for it to end, then try again.")
        try:
            yield
        finally:
            unlock(handle)


def fsync_dir(folder: Path) -> None:
    """Make the names in a folder survive a power cut (Windows does so by itself)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open(file: Path) -> IO[bytes]:
    def make(path: str, _flags: int) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | _NO_INHERIT, 0o600)

    with _saying_why(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        return open(file, "r+b", buffering=0, opener=make)


def _make_whole(file: Path) -> None:
    """Make the file with its content at once, if there is none: nobody meets an empty one."""
    if file.exists():
        return
    part = file.with_name(f".{file.name}.{os.urandom(8).hex()}")
    with _saying_why(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        part.touch(0o600)
    try:
        part.write_bytes(_document(EngineInfo()))
        # Somebody else was first, or there are no links here: then it is made empty, and filled.
        with contextlib.suppress(OSError):
            os.link(part, file)
    finally:
        part.unlink()


@contextmanager
def _saying_why(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageTrouble(
            f"{file} can't be written: {error.strerror}.", hint="Make it and its folder writable."
        ) from error


def _document(info: EngineInfo) -> bytes:
    return json.dumps(asdict(info)).encode().ljust(LOCK_BYTES)


def _locks_in_time(handle: IO[bytes], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not locks(handle):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY)
    return True


def _who(info: EngineInfo) -> str:
    return f" (process {info.pid})" if info.pid else ""
