"""Sync: makes commits safe on disk, all that wait at the same time with one sync.

With `synchronous=FULL` SQLite syncs the log inside of each commit, while every other writer waits
for the disk too. Here a commit only writes: the next writer goes on, and whoever has committed
waits for a sync that began after that. All who come meanwhile share the next one.

It is as safe: with FULL SQLite does nothing more than that sync of the log (`walFrames` in its
wal.c); with NORMAL it still syncs the log's header when the log begins anew, and log and database
around a checkpoint. What may be seen a moment before it is safe is what others have committed;
whoever goes on from there syncs the same log, and with it all that was written before.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from botops.kernel.errors import StorageTrouble

if TYPE_CHECKING:
    from pathlib import Path

# Elsewhere a sync by another handle promises less, or is spelled otherwise: there SQLite does it.
IS_SHARED = sys.platform == "linux"


class LogSync:
    """Syncs the write-ahead log of one database for all threads."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._state = threading.Condition()
        self._begun = 0
        self._done = 0
        self._is_running = False
        self._failure: OSError | None = None

    def wait(self) -> None:
        """Return when all that this thread has committed is safe.

        Raises:
            StorageTrouble: The disk does not take it. After that nothing is accepted any more:
                the kernel tells of a failed sync only once, and a second one would seem to work.
        """
        with self._state:
            wanted = self._begun + 1  # one that runs already may have begun before our commit
            while self._done < wanted:
                if self._failure is not None:
                    raise StorageTrouble(
                        "The disk did not take what was written to the database.",
                        hint="Look after the disk, then start BotOps again.",
                    ) from self._failure
                if self._is_running:
                    self._state.wait()
                else:
                    self._sync()

    def _sync(self) -> None:
        """Sync, and let the others in meanwhile; the state is held before and after."""
        self._begun += 1
        self._is_running = True
        self._state.release()
        failure: OSError | None = None
        is_safe = False
        try:
            _sync_file(self._log)
            is_safe = True
        except OSError as error:
            failure = error
        finally:
            self._state.acquire()
            self._is_running = False
            self._failure = self._failure or failure
            self._done += int(is_safe)
            self._state.notify_all()


def _sync_file(file: Path) -> None:
    """Sync a file as it is found now: the log is another one after all have closed it."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fdatasync(handle)
    finally:
        os.close(handle)
