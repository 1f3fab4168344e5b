"""Locking: one holder or many lookers, and a sentence where the disk knows no locks."""

import errno
import fcntl
from pathlib import Path

import pytest

from botops.kernel.errors import StorageTrouble
from botops.kernel.locking import locks, unlock


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    """Who has the file locked keeps others out, until it lets go."""
    with (tmp_path / "lock").open("wb") as one, (tmp_path / "lock").open("wb") as other:
        assert locks(one)
        assert not locks(other)
        assert not locks(other, shared=True)
        unlock(one)
        assert locks(other)


def test_lookers_do_not_mind_each_other(tmp_path: Path) -> None:
    """A shared lock lets others share it, and nobody have it alone."""
    with (tmp_path / "lock").open("wb") as one, (tmp_path / "lock").open("wb") as other:
        assert locks(one, shared=True)
        assert locks(other, shared=True)
        unlock(one)
        assert not locks(one)


def test_a_disk_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk knows no locks, the sentence says what to do."""

    def no_locks(_handle: object, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with (tmp_path / "lock").open("wb") as handle, pytest.raises(StorageTrouble, match="locked"):
        locks(handle)
