"""Platform: one engine a home, told truly, and free again when its process is gone."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.kernel import platform
from botops.kernel.errors import AlreadyRunning, StorageTrouble
from botops.kernel.locking import locks, unlock
from botops.kernel.platform import (
    EngineInfo,
    InstanceLock,
    one_at_a_time,
    read_lock,
    running_engine,
)

INFO = EngineInfo(pid=4711, port=4001, ready=True, socket="/x/run/engine.sock", started_at="now")
HOLD = """
import sys, pathlib
from botops.kernel.platform import EngineInfo, InstanceLock
lock = InstanceLock(pathlib.Path(sys.argv[1]))
lock.take(EngineInfo(pid=12345))
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the lock lies, in a folder that is not there yet."""
    return tmp_path / "home" / "botops.lock"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "LOCK_PATIENCE", 0.03)


@pytest.fixture
def lock(file: Path) -> Iterator[InstanceLock]:
    """A lock that this test holds."""
    held = InstanceLock(file)
    held.take(INFO)
    yield held
    held.release()


@pytest.fixture
def holder(file: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "taken\n"
        yield process
        process.kill()


def test_who_runs_is_told_as_a_document(file: Path, lock: InstanceLock) -> None:
    """While the lock is held, its file says who has it, in the words of the contract."""
    assert json.loads(file.read_text()) == {
        "pid": 4711,
        "port": 4001,
        "ready": True,
        "socket": "/x/run/engine.sock",
        "started_at": "now",
    }
    assert running_engine(file) == INFO
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_second_one_is_refused_by_name(file: Path, lock: InstanceLock) -> None:
    """Who comes second is told which process was first, and harms nothing."""
    with pytest.raises(AlreadyRunning, match=r"\(process 4711\)") as caught:
        InstanceLock(file).take(EngineInfo(pid=1))
    assert caught.value.exit_code == 5
    assert running_engine(file) == INFO


def test_after_a_clean_end_nobody_runs(file: Path) -> None:
    """Let go of, the file stays, names nobody, and the lock can be taken again."""
    first = InstanceLock(file)
    first.take(INFO)
    first.release()
    first.release()
    assert json.loads(file.read_text())["pid"] is None
    assert running_engine(file) is None
    second = InstanceLock(file)
    second.take(EngineInfo(pid=2))
    assert read_lock(file).pid == 2
    second.release()


def test_what_a_file_says_is_believed_only_while_it_is_locked(file: Path) -> None:
    """A file that a dead process has left behind says nothing about now."""
    file.parent.mkdir()
    file.write_text('{"pid": 99, "ready": true}')
    assert running_engine(file) is None
    assert read_lock(file) == EngineInfo(pid=99, ready=True)


def test_without_a_file_nobody_runs(file: Path) -> None:
    """A home that never ran has no engine, and asking makes no file."""
    assert running_engine(file) is None
    assert not file.exists()


def test_another_process_is_seen(file: Path, holder: "subprocess.Popen[str]") -> None:
    """The lock of another process is one."""
    assert running_engine(file) == EngineInfo(pid=12345)
    with pytest.raises(AlreadyRunning, match="process 12345"):
        InstanceLock(file).take(INFO)


def test_a_killed_process_lets_go(file: Path, holder: "subprocess.Popen[str]") -> None:
    """However a process ends, its lock ends with it."""
    holder.send_signal(signal.SIGKILL)
    holder.wait(20)
    assert running_engine(file) is None
    lock = InstanceLock(file)
    lock.take(INFO)
    lock.release()


def test_a_child_does_not_keep_the_lock(file: Path) -> None:
    """A process started meanwhile has no part in the lock."""
    lock = InstanceLock(file)
    lock.take(INFO)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False) as child:
        lock.release()
        assert running_engine(file) is None
        child.kill()


def test_a_look_is_no_obstacle(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who starts while somebody looks waits for the look to end."""
    file.parent.mkdir()
    file.touch()
    with file.open("r+b") as look:
        assert locks(look, shared=True)
        monkeypatch.setattr(time, "sleep", lambda _seconds: unlock(look))
        lock = InstanceLock(file)
        lock.take(INFO)
    assert running_engine(file) == INFO
    lock.release()


def test_a_reader_meets_no_half_document(file: Path, lock: InstanceLock) -> None:
    """However often the file is written, each reading of it is a whole document."""
    done = threading.Event()
    lock.write(EngineInfo())

    def write() -> None:
        for number in range(2_000):
            lock.write(EngineInfo(pid=number, started_at="x" * (number % 300)))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    reads = 0
    while not done.is_set() or reads < 100:
        assert json.loads(file.read_bytes())["port"] is None
        reads += 1
    writer.join(20)
    assert read_lock(file).pid == 1_999


def test_a_file_is_never_seen_empty(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever finds the file finds a document in it, from the first moment on."""
    seen: list[bytes] = []
    link = os.link

    def watched_link(source: Path, target: Path) -> None:
        link(source, target)
        seen.append(target.read_bytes())

    monkeypatch.setattr(os, "link", watched_link)
    lock = InstanceLock(file)
    lock.take(INFO)
    lock.release()
    assert [json.loads(content)["pid"] for content in seen] == [None]
    assert list(file.parent.iterdir()) == [file]


def test_where_there_are_no_links_the_file_is_made_all_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk without hard links, such as a stick, can hold a home too."""

    def no_links(source: Path, target: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_links)
    lock = InstanceLock(file)
    lock.take(INFO)
    assert read_lock(file) == INFO
    lock.release()
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("content", ["", "{", "[1]", "null", '{"pid": 3, "newer": "field"}'])
def test_a_strange_file_is_read_as_far_as_it_goes(file: Path, content: str) -> None:
    """What another version or a broken disk left is no error, and is written over."""
    file.parent.mkdir()
    file.write_text(content + " " * 3000)
    assert read_lock(file).pid == (3 if "pid" in content else None)
    lock = InstanceLock(file)
    lock.take(INFO)
    assert json.loads(file.read_text())["pid"] == 4711
    lock.release()


def test_a_lock_that_is_not_held_is_not_written(file: Path) -> None:
    """Only who has the lock says who has it."""
    with pytest.raises(RuntimeError):
        InstanceLock(file).write(INFO)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where the folder should be is an error in words."""
    (tmp_path / "home").write_text("")
    with pytest.raises(StorageTrouble, match=r"botops\.lock can't be written"):
        InstanceLock(tmp_path / "home" / "botops.lock").take(INFO)


def test_processes_take_turns(tmp_path: Path) -> None:
    """Who waits too long for its turn is told what for; afterwards the way is free."""
    file = tmp_path / "turn.lock"
    with (
        one_at_a_time(file, patience=1, busy="busy"),
        pytest.raises(StorageTrouble, match="busy with this"),
        one_at_a_time(file, patience=0, busy="busy with this"),
    ):
        pytest.fail("two at a time")
    with one_at_a_time(file, patience=0, busy="busy"):
        pass
