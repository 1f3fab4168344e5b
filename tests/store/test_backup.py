"""Backup: a copy is whole or is not there, and a damaged database is told before it is used."""

import os
import sqlite3
from pathlib import Path

import pytest

from botops.kernel.errors import DiskFull, Refused, StorageTrouble
from botops.store import db
from botops.store.backup import check_at_start, check_database, copy_database, newest_backup

FIRST = frozenset({"0001_house"})


def damage(file: Path) -> None:
    """Break everything in a database but its first page."""
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


def test_a_copy_has_what_was_committed(database: Path, tmp_path: Path) -> None:
    """A copy holds what lies in the write-ahead log too, and is readable by its owner only."""
    with db.write():
        db.change("UPDATE merchants SET name = 'in the log'")
    copy = copy_database(tmp_path / "backups" / "copy.db")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT name FROM merchants").fetchall() == [("in the log",)]
    connection.close()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert check_database(copy) >= FIRST
    assert list(copy.parent.iterdir()) == [copy]


def test_a_copy_takes_nobodys_place(database: Path, tmp_path: Path) -> None:
    """A file that is there is never overwritten."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="already"):
        copy_database(tmp_path / "mine.txt")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_copy_that_fails_leaves_nothing(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full before the copy is safe, no part of it stays."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="no room left"):
        copy_database(tmp_path / "backups" / "copy.db")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_damaged_file_is_no_backup(database: Path, tmp_path: Path) -> None:
    """What can't be read from end to end is not trusted."""
    copy = copy_database(tmp_path / "copy.db")
    damage(copy)
    with pytest.raises((Refused, StorageTrouble), match="damaged"):
        check_database(copy)


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\x00" + b"x" * 5000])
def test_another_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    """What is no database is refused."""
    (tmp_path / "other.db").write_bytes(content)
    with pytest.raises(Refused):
        check_database(tmp_path / "other.db")


def test_anothers_database_is_no_backup(tmp_path: Path) -> None:
    """A database of another program is refused, whole as it may be."""
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(Refused, match="not a database of BotOps"):
        check_database(tmp_path / "other.db")


def test_a_start_looks_the_database_over(database: Path, tmp_path: Path) -> None:
    """A whole database, and a home that has none yet, pass."""
    check_at_start(database, tmp_path)
    check_at_start(tmp_path / "none.db", tmp_path)
    assert not (tmp_path / "none.db").exists()


def test_a_damaged_database_is_told_at_the_start(database: Path, tmp_path: Path) -> None:
    """The error says which backup to bring back, and with which words."""
    backups = tmp_path / "backups"
    older, newer = (copy_database(backups / name) for name in ("b.db", "a.db"))
    os.utime(older, (1, 1))
    (backups / "note.txt").touch()
    db.close()
    damage(database)
    with pytest.raises(StorageTrouble, match=r"botops\.db is damaged") as caught:
        check_at_start(database, backups)
    assert f"botops restore {newer}" in caught.value.hint


def test_a_damaged_database_without_backups_is_told(tmp_path: Path) -> None:
    """Where there is no backup, the error says where it looked."""
    (tmp_path / "botops.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(StorageTrouble, match="damaged") as caught:
        check_at_start(tmp_path / "botops.db", tmp_path / "backups")
    assert "There is no backup in" in caught.value.hint
    assert newest_backup(tmp_path / "backups") is None
