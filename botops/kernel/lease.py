"""Lease: whether anybody has a file open for writing, as far as the system tells."""

import os
import signal
import sys
from functools import lru_cache
from pathlib import Path

from botops.kernel import clock

_MOUNTS = Path("/proc/self/mountinfo")
# These say "somebody writes" whenever the server has not promised otherwise, and their folders
# tell of no change that another machine made (WSL's drives among them, as 9p).
_REMOTE = {
    "9p", "afs", "ceph", "cifs", "davfs", "drvfs", "nfs", "nfs4", "prl_fs", "smb3", "smbfs",
    "vboxsf", "virtiofs", "vmhgfs",
}  # fmt: skip

if sys.platform == "linux":
    import fcntl

    # The signal for whoever breaks our lease. The usual one, SIGIO, kills a process that has not
    # asked for it, and only the main thread may ask; SIGURG is ignored unless somebody does.
    _F_SETSIG = 10

    def has_writer(file: str | os.PathLike[str] | int) -> bool | None:
        """Return whether a file is open for writing anywhere, or None where nobody can know.

        The kernel grants a read lease only while there is no writer; it is given back at once.
        `file` is a path or a descriptor opened for reading. Unknown are files of other users
        (EACCES), file systems without leases, network shares, and systems other than Linux.

        Raises:
            OSError: A path can't be opened.
        """
        if isinstance(file, int):
            return _ask(file)
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _ask(descriptor)
        finally:
            os.close(descriptor)

    def _ask(descriptor: int) -> bool | None:
        if is_remote(os.fstat(descriptor).st_dev):
            return None
        try:
            # Each release resets the signal, so it is set again before each lease.
            fcntl.fcntl(descriptor, _F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            return True
        except OSError:
            return None
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False

else:

    def has_writer(file: str | os.PathLike[str] | int) -> bool | None:
        """Return None: only Linux tells who has a file open for writing."""
        del file
        return None


def is_remote(device: int) -> bool:
    """Return whether a device (`st_dev`) is a network share, as far as Linux tells."""
    kind = _kind_of(device, minute=int(clock.monotonic() // 60))
    return kind in _REMOTE or kind.startswith("fuse.")  # sshfs and others; a local disk is fuseblk


@lru_cache(maxsize=16)
def _kind_of(device: int, *, minute: int) -> str:
    """Return the file system's name, read anew each minute: numbers of devices are used again."""
    del minute
    wanted = f"{os.major(device)}:{os.minor(device)}" if hasattr(os, "major") else ""
    try:
        mounts = os.fsdecode(_MOUNTS.read_bytes())
    except OSError:
        return ""
    return kind_in(mounts, wanted)


def kind_in(mounts: str, device: str) -> str:
    """Return the kind of `major:minor` in the text of a mountinfo file, or an empty text."""
    for line in mounts.splitlines():
        place, _, system = line.partition(" - ")
        if place.split(" ")[2:3] == [device]:
            return system.split(" ")[0]
    return ""
