"""Local socket: a line between programs of one user on this machine, closed to everybody else."""

from __future__ import annotations

import contextlib
import getpass
import logging
import os
import secrets
import socket
import stat
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botops.kernel import clock
from botops.kernel.files import written

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
TRY_EVERY = 0.01
HAS_UNIX = hasattr(socket, "AF_UNIX")
_TCP = "tcp:"
_CREDENTIALS = struct.Struct("3i")  # process, user, group: `struct ucred` of Linux


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end; the process only where the system tells it."""

    user: str
    pid: int | None
    is_us: bool


class Listener:
    """A socket that others of this user can reach at `address`, with `token` where one is asked."""

    def __init__(
        self, opened: socket.socket, address: str, *, token: str, forget: Callable[[], None]
    ) -> None:
        self.socket = opened
        self.address = address
        self.token = token
        self._forget = forget

    def close(self) -> None:
        """Let nobody in any more, and leave no file behind."""
        self.socket.close()
        self._forget()


def listen(path: Path, *, prefers_unix: bool = HAS_UNIX) -> Listener:
    """Open a socket at `path`, in a folder for this user alone.

    Where the system or the disk knows no such sockets, it is one of the loopback device, and a
    file beside `path` holds the word that opens it. A socket that a dead process has left is
    removed: the caller holds the lock of the home, so that it is nobody's.

    Raises:
        OSError: There can be no socket at all.
        StorageTrouble: The file of the token can't be written.
    """
    path.parent.chmod(0o700)
    if prefers_unix:
        try:
            return _listen_unix(path)
        except OSError as error:
            log.warning("no socket can be made at %s (%s); using loopback", path, error)
    return _listen_loopback(path.with_suffix(".token"))


def connect(address: str, *, seconds: float) -> tuple[socket.socket, str]:
    """Return a line to whoever listens at an address, and the token to begin with.

    Raises:
        OSError: Nobody listens there, or the token can't be read.
    """
    if address.startswith(_TCP):
        port, _, file = address.removeprefix(_TCP).partition(":")
        if not port.isdecimal():
            raise OSError(f"{address} is no address")
        token = Path(file).read_text(encoding="ascii")
        return socket.create_connection((LOOPBACK, int(port)), timeout=seconds), token
    if not HAS_UNIX:
        raise OSError(f"{address} can't be reached from this system")
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(seconds)
        _get_in(line, address, seconds=seconds)
    except BaseException:
        line.close()
        raise
    return line, ""


def peer_of(line: socket.socket) -> Peer:
    """Return who is at the other end.

    Only Linux tells; elsewhere the modes of file and folder, or the token, have let nobody but
    this user in.
    """
    if hasattr(socket, "SO_PEERCRED") and line.family == socket.AF_UNIX:
        told = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, user, _ = _CREDENTIALS.unpack(told)
        return Peer(_name_of(user), pid, is_us=user == os.geteuid())
    return Peer(getpass.getuser(), None, is_us=True)


def _get_in(line: socket.socket, address: str, *, seconds: float) -> None:
    """Connect, and wait in front of the door where a crowd stands: Linux would not."""
    deadline = clock.monotonic() + seconds
    while True:
        try:
            return line.connect(address)
        except BlockingIOError:
            if clock.monotonic() > deadline:
                raise
        time.sleep(TRY_EVERY)


def _listen_unix(path: Path) -> Listener:
    _remove_stale(path)
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        opened.bind(str(path))
        path.chmod(0o600)
        opened.listen()
    except BaseException:
        opened.close()
        raise
    return Listener(opened, str(path), token="", forget=lambda: _remove_stale(path))


def _listen_loopback(file: Path) -> Listener:
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.bind((LOOPBACK, 0))
        opened.listen()
        token = secrets.token_urlsafe(32)
        with written(file) as part:
            part.touch(0o600)
            part.write_text(token, encoding="ascii")
    except BaseException:
        opened.close()
        raise
    address = f"{_TCP}{opened.getsockname()[1]}:{file}"
    return Listener(opened, address, token=token, forget=lambda: file.unlink(missing_ok=True))


def _remove_stale(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(f"{path} is not a socket, and is left alone")
        path.unlink()


def _name_of(user: int) -> str:
    import pwd  # there is none on Windows

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
