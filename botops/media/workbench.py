"""Workbench: a folder for the half-done files of this process, cleared by the next start."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from typing import TYPE_CHECKING

from botops.kernel import ids
from botops.kernel.errors import StorageTrouble
from botops.kernel.platform import EngineInfo, InstanceLock, running_engine
from botops.media.names import rejected_name
from botops.media.room import turning_full

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)
_TRIES = 3
_LOCK = "lock"
_OUT = "out"
_MARK = 13  # characters before a name in the folder of what was taken out of the inbox


class Workbench:
    """A folder in `tmp/` that is locked for as long as this process lives.

    A command may be storing a photo while the engine starts, and a decoding process may outlive
    the engine that was killed by a moment: the first keeps its files, the second finds no folder
    to write to.
    """

    def __init__(self, tmp: Path) -> None:
        self._tmp = tmp
        self._lock: InstanceLock | None = None
        self._folder: Path | None = None
        self._making = threading.Lock()

    @property
    def folder(self) -> Path:
        """The folder; made when it is first asked for.

        Raises:
            DiskFull: There is no room for it.
            StorageTrouble: It can't be made.
        """
        folder = self._folder
        if folder is None:
            with self._making:
                folder = self._folder = self._already_made() or self._make()
        return folder

    def part(self, ending: str) -> Path:
        """Return where a file may be written that nobody else has the name of."""
        return self.folder / f"{ids.token()}.{ending}"

    def way_out(self, name: str) -> Path:
        """Return where a file goes that is taken out of the inbox, before it is let go."""
        return self.folder / _OUT / rejected_name(ids.token(), name)

    def close(self) -> None:
        """Remove the folder, and all that is left in it."""
        with self._making:
            folder, self._folder = self._folder, None
            if self._lock is not None:
                self._lock.release()
            if folder is not None:
                _remove(folder)

    def clear(self, rescue: Callable[[Path, str], None]) -> int:
        """Remove what processes left that are gone; return how many things that were.

        `rescue` gets each file that was being taken out of the inbox, and its name there: nobody
        knows whether it was the one that is stored. What it can't rescue now, stays.
        """
        found = [path for path in self._tmp.iterdir() if path != self._folder]
        return sum(_clear(path, rescue) for path in found)

    def _already_made(self) -> Path | None:
        return self._folder  # by another thread, meanwhile

    def _make(self) -> Path:
        for _ in range(_TRIES):
            folder = self._tmp / ids.token()
            with turning_full():
                (folder / _OUT).mkdir(mode=0o700, parents=True)
            if self._take(folder):
                return folder
        raise StorageTrouble(f"Something else removes what lies in {self._tmp}.")

    def _take(self, folder: Path) -> bool:
        """Lock a new folder, unless it was taken for a left one and cleared before it came to that.

        Raises:
            StorageTrouble: It can't be locked.
        """
        lock = InstanceLock(folder / _LOCK)
        try:
            lock.take(EngineInfo(pid=os.getpid()))
        except StorageTrouble as error:
            if not folder.exists():
                return False
            _remove(folder)
            if isinstance(error.__cause__, OSError):
                with turning_full():
                    raise error.__cause__ from None
            raise
        self._lock = lock
        return True


def _clear(path: Path, rescue: Callable[[Path, str], None]) -> bool:
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return True
    if running_engine(path / _LOCK) is not None:
        return False
    try:
        for file in (path / _OUT).glob("*"):
            rescue(file, file.name[_MARK:])
    except OSError:
        log.exception("a file that was taken out of the inbox waits in %s", path)
        return False
    _remove(path)
    return True


def _remove(folder: Path) -> None:
    """Remove a folder, though somebody still writes into it."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    log.warning("%s could not be removed", folder)
