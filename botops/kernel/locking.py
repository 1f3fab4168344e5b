"""Locking: a lock on an open file, that the system lets go of when the process dies."""

from __future__ import annotations

import sys
from typing import IO

from botops.kernel.errors import StorageTrouble

if sys.platform == "win32":
    import portalocker

    def locks(handle: IO[bytes], *, shared: bool = False) -> bool:
        """Take the lock, or tell that another has it.

        Raises:
            StorageTrouble: The disk knows no locks.
        """
        kind = portalocker.LockFlags.SHARED if shared else portalocker.LockFlags.EXCLUSIVE
        try:
            portalocker.lock(handle, kind | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.AlreadyLocked:
            return False
        except portalocker.LockException as error:
            raise _trouble(handle, error) from error
        return True

    def unlock(handle: IO[bytes]) -> None:
        """Let go of the lock."""
        portalocker.unlock(handle)

else:
    # What portalocker does here, too; its import takes 30 ms of the way to the first frame.
    import fcntl

    def locks(handle: IO[bytes], *, shared: bool = False) -> bool:
        """Take the lock, or tell that another has it.

        Raises:
            StorageTrouble: The disk knows no locks.
        """
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise _trouble(handle, error) from error
        return True

    def unlock(handle: IO[bytes]) -> None:
        """Let go of the lock."""
        fcntl.flock(handle, fcntl.LOCK_UN)


def _trouble(handle: IO[bytes], error: Exception) -> StorageTrouble:
    return StorageTrouble(
        f"{handle.name} can't be locked: {error}.",
        hint="The home must lie on a disk that knows locks, as local ones do.",
    )
