"""Local socket: only programs of this user come in, by either way, and nothing stays behind."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.kernel import local_socket
from botops.kernel.local_socket import Listener, connect, listen, peer_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the socket belongs, in a folder that is too open."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    return folder / "engine.sock"


@pytest.fixture(params=[True, False], ids=["unix", "loopback"])
def listener(path: Path, request: pytest.FixtureRequest) -> Iterator[Listener]:
    """A socket of each kind."""
    opened = listen(path, prefers_unix=request.param)
    yield opened
    opened.close()


def mode(file: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(file.lstat().st_mode)


def test_both_ends_hear_each_other(listener: Listener) -> None:
    """What one end says the other hears, and the token is the one that the listener knows."""
    ours, token = connect(listener.address, seconds=5)
    theirs, _ = listener.socket.accept()
    with ours, theirs:
        assert token == listener.token
        ours.sendall(b"hello")
        assert theirs.recv(100) == b"hello"
        assert peer_of(theirs).is_us


def test_the_other_end_is_named(path: Path) -> None:
    """The system, not the caller, says which user and process it is."""
    opened = listen(path)
    ours, _ = connect(opened.address, seconds=5)
    theirs, _ = opened.socket.accept()
    with ours, theirs:
        peer = peer_of(theirs)
    opened.close()
    assert peer.pid == os.getpid()
    assert peer.user


def test_another_user_is_not_us(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of another user is told apart."""
    opened = listen(path)
    ours, _ = connect(opened.address, seconds=5)
    theirs, _ = opened.socket.accept()
    with ours, theirs:
        monkeypatch.setattr(os, "geteuid", lambda: 4711)
        assert not peer_of(theirs).is_us
    opened.close()


def test_file_and_folder_are_for_this_user_alone(listener: Listener, path: Path) -> None:
    """Socket or token is 0600, in a folder that is made 0700."""
    (made,) = path.parent.iterdir()
    assert mode(made) == 0o600
    assert mode(path.parent) == 0o700


def test_nothing_stays_behind(path: Path) -> None:
    """Closed, neither a socket nor a token lies there, and nobody answers."""
    for prefers_unix in (True, False):
        opened = listen(path, prefers_unix=prefers_unix)
        opened.close()
        assert list(path.parent.iterdir()) == []
        with pytest.raises(OSError, match=r"."):
            connect(opened.address, seconds=1)


def test_a_socket_of_a_dead_process_is_replaced(path: Path) -> None:
    """What was left by a crash is in nobody's way."""
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(path))
    dead.close()
    opened = listen(path)
    connect(opened.address, seconds=5)[0].close()
    opened.close()


def test_a_file_of_somebody_is_left_alone(path: Path) -> None:
    """What is no socket is not removed; the loopback device is used instead."""
    path.write_text("a note")
    opened = listen(path)
    assert opened.address.startswith("tcp:")
    opened.close()
    assert path.read_text() == "a note"


def test_a_disk_without_sockets_is_got_by(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no socket can be made, as on some shares, the loopback device is used."""

    def refuse(_path: Path) -> Listener:
        raise OSError("not here")

    monkeypatch.setattr(local_socket, "_listen_unix", refuse)
    opened = listen(path)
    connect(opened.address, seconds=5)[0].close()
    opened.close()


@pytest.mark.parametrize("address", ["", "tcp:", "tcp:x:/dev/null", "/nowhere/engine.sock"])
def test_an_address_of_nobody_is_an_error_of_the_system(address: str) -> None:
    """Whatever the lock file says, what comes of it is an OSError."""
    with pytest.raises(OSError, match=r"."):
        connect(address, seconds=1)


def test_a_listener_who_is_busy_does_not_hold_the_caller(listener: Listener) -> None:
    """Who is not let in yet waits no longer than it wanted to."""
    ours, _ = connect(listener.address, seconds=0.05)
    with ours, pytest.raises(TimeoutError):
        ours.recv(1)


def test_a_crowd_at_the_door_is_waited_for(path: Path) -> None:
    """When more want in than the system lets wait, one waits all the same, for a while."""
    opened = listen(path)
    opened.socket.listen(0)
    crowd = [connect(opened.address, seconds=5)[0]]
    with pytest.raises(OSError, match=r"."):
        connect(opened.address, seconds=0.05)
    opened.socket.accept()[0].close()
    crowd.append(connect(opened.address, seconds=5)[0])
    for each in crowd:
        each.close()
    opened.close()
