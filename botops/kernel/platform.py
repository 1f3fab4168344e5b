"""Platform: what differs between Linux, macOS and Windows, behind one door."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

import portalocker

from botops.kernel.errors import AlreadyRunning

if TYPE_CHECKING:
    from pathlib import Path

LOCK_BYTES = 1024  # written whole and padded, so that a reader never meets half a document
LOCK_PATIENCE = 0.5  # seconds: a look at the lock holds it for a moment


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
        """
        handle = self._open()
        deadline = time.monotonic() + LOCK_PATIENCE
        while not _locks(handle, portalocker.LockFlags.EXCLUSIVE):
            if time.monotonic() > deadline:
                handle.close()
                raise AlreadyRunning(
                    f"BotOps already runs on this home{_who(read_lock(self._path))}.",
                    hint="Use that one, or stop it first.",
                )
            time.sleep(0.02)
        self._held = handle
        self.write(info)

    def write(self, info: EngineInfo) -> None:
        """Change what the file says; the lock must be held."""
        if self._held is None:
            raise RuntimeError("the lock is not held")
        text = json.dumps(asdict(info)).encode().ljust(LOCK_BYTES)
        self._held.seek(0)
        self._held.write(text)
        self._held.flush()

    def release(self) -> None:
        """Say that nobody runs, and let go; the file stays."""
        if self._held is not None:
            self.write(EngineInfo())
            portalocker.unlock(self._held)
            self._held.close()
            self._held = None

    def _open(self) -> IO[bytes]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | _NO_INHERIT, 0o600)
        return os.fdopen(descriptor, "r+b", buffering=0)


def running_engine(file: Path) -> EngineInfo | None:
    """Return who runs the engine, or None; the file is believed only while it is locked."""
    try:
        handle = file.open("r+b", buffering=0)
    except FileNotFoundError:
        return None
    with handle:
        if _locks(handle, portalocker.LockFlags.SHARED):
            portalocker.unlock(handle)
            return None
    return read_lock(file)


def read_lock(file: Path) -> EngineInfo:
    """Return what the lock file says, believed or not."""
    try:
        said = json.loads(file.read_bytes() or b"{}")
    except (OSError, ValueError):
        return EngineInfo()
    known = EngineInfo.__dataclass_fields__
    return EngineInfo(**{key: value for key, value in said.items() if key in known})


def fsync_dir(folder: Path) -> None:
    """Make the names in a folder survive a power cut (Windows does so by itself)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_NO_INHERIT = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)


def _locks(handle: IO[bytes], flag: portalocker.LockFlags) -> bool:
    try:
        portalocker.lock(handle, flag | portalocker.LockFlags.NON_BLOCKING)
    except (portalocker.LockException, portalocker.AlreadyLocked):
        return False
    return True


def _who(info: EngineInfo) -> str:
    return f" (process {info.pid})" if info.pid else ""
