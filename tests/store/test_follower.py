"""Follower: commits of other processes are heard, and nothing else wakes anybody."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from botops.store import db, follower
from botops.store.follower import Follower

LONG = 20  # seconds after which a test that waits has failed


class Ear:
    """Counts what it is told, and waits for it."""

    def __init__(self) -> None:
        self.count = 0
        self._told = threading.Semaphore(0)

    def __call__(self) -> None:
        """Be told."""
        self.count += 1
        self._told.release()

    def wait(self) -> None:
        """Wait until there is something new."""
        assert self._told.acquire(timeout=LONG)


@pytest.fixture
def ears() -> tuple[Ear, Ear]:
    """Who is nudged, and who gets the news."""
    return Ear(), Ear()


@pytest.fixture
def following(
    database: Path, ears: tuple[Ear, Ear], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Follower]:
    """A follower that looks often."""
    monkeypatch.setattr(follower, "LOOK_EVERY", 0.002)
    monkeypatch.setattr(follower, "TELL_EVERY", 0.02)
    following = Follower(*ears)
    following.start()
    yield following
    following.stop()


def commit_outside(database: Path) -> None:
    """Commit something as another process would."""
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("INSERT INTO probe (job_id) VALUES (1)")


def wait_for_looks(following: Follower, monkeypatch: pytest.MonkeyPatch, count: int = 5) -> None:
    """Wait until the follower has looked some times."""
    looks = threading.Semaphore(0)
    look = db.data_version

    def counted() -> int:
        looks.release()
        return look()

    with monkeypatch.context() as patched:
        patched.setattr(db, "data_version", counted)
        for _ in range(count):
            assert looks.acquire(timeout=LONG)


def test_a_commit_of_another_process_is_heard(
    following: Follower, ears: tuple[Ear, Ear], database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each commit from outside nudges and is news; silence is neither."""
    wait_for_looks(following, monkeypatch)
    assert [ear.count for ear in ears] == [0, 0]
    for _ in range(3):
        commit_outside(database)
        for ear in ears:
            ear.wait()
    wait_for_looks(following, monkeypatch)
    assert [ear.count for ear in ears] == [3, 3]


def test_a_commit_from_outside_is_heard_while_this_process_writes(
    following: Follower, ears: tuple[Ear, Ear], database: Path
) -> None:
    """Commits of our own drown nobody else's: the news comes within its time."""
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            db.change("UPDATE merchants SET name = name")
        db.disconnect()

    writer = threading.Thread(target=write)
    writer.start()
    commit_outside(database)
    for ear in ears:
        ear.wait()
    done.set()
    writer.join(LONG)


def test_the_end_leaves_nothing_behind(following: Follower) -> None:
    """Stopped, the thread is gone with its connection, and it can be started again."""
    assert following.is_alive()
    following.stop()
    assert not following.is_alive()
    following.start()
    assert following.is_alive()
