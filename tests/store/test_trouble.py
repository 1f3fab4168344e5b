"""Trouble: a full disk, a damaged file or a busy neighbour comes as a sentence."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from botops.kernel.errors import DiskFull, StorageTrouble
from botops.store import Store
from botops.store import database as module
from tests.store.notes import Note, add, opened, texts


def test_a_program_that_keeps_the_database_is_named_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a wait for another process's transaction, the error is a sentence."""
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    for store in opened(tmp_path / "notes.db"):
        other = sqlite3.connect(tmp_path / "notes.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageTrouble, match="Another program has kept"), store.write():
            pytest.fail("the block must not begin")
        assert not store.in_transaction
        other.execute("ROLLBACK")
        other.close()
        with store.write():
            add(store, "now")
        assert texts(store) == ["now"]


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Store]:
    """A database on a disk that is almost full."""
    for store in opened(tmp_path / "notes.db", max_pages=12):
        with store.write():
            add(store, "kept")
        yield store


BIG = "x" * 100_000


def write_raw(store: Store) -> None:
    """Fill the disk past peewee."""
    add(store, BIG)


def write_model(_store: Store) -> None:
    """Fill the disk by a model."""
    Note.create(text=BIG)


WAYS = pytest.mark.parametrize("fill", [write_raw, write_model])


@WAYS
def test_a_full_disk_is_told_as_such(full: Store, fill: Callable[[Store], None]) -> None:
    """When there is no room, nothing of the block is kept, and what was there stays usable."""
    with pytest.raises(DiskFull, match="no room left"), full.write():
        fill(full)
    assert texts(full) == ["kept"]
    with full.write():
        add(full, "small")
    assert texts(full) == ["kept", "small"]


@WAYS
def test_a_full_disk_within_a_block_is_told_as_such(
    full: Store, fill: Callable[[Store], None]
) -> None:
    """An inner block says that the disk is full, whichever way it was written."""
    with pytest.raises(DiskFull), full.write(), full.write():
        fill(full)
    assert texts(full) == ["kept"]


@WAYS
def test_peewee_within_a_block_says_why_it_failed(
    full: Store, fill: Callable[[Store], None]
) -> None:
    """That SQLite undid everything by itself does not hide that the disk is full."""
    with pytest.raises(DiskFull), full.write(), full.proxy.atomic():
        fill(full)
    assert texts(full) == ["kept"]


@WAYS
@pytest.mark.parametrize("go_on", [lambda store: add(store, "s"), lambda _: Note.create(text="s")])
def test_nothing_is_written_past_a_transaction_that_was_undone(
    full: Store, fill: Callable[[Store], None], go_on: Callable[[Store], None]
) -> None:
    """Whoever catches the error and goes on either keeps what it writes then, or is told."""
    told = False
    try:
        with full.write():
            add(full, "lost")
            with contextlib.suppress(DiskFull), full.write():
                fill(full)
            go_on(full)
    except StorageTrouble:
        told = True
    assert texts(full) == (["kept"] if told else ["kept", "lost", "s"])


@pytest.mark.parametrize("content", [b"no database at all, but long enough " * 100])
def test_a_damaged_file_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    """What is no database is an error that says how to bring a backup back."""
    (tmp_path / "notes.db").write_bytes(content)
    store = Store()
    store.open(tmp_path / "notes.db")
    with pytest.raises(StorageTrouble, match="damaged") as caught, store.reading():
        pytest.fail("there is nothing to read")
    assert "botops restore" in caught.value.hint
    store.close()


def test_damage_found_while_reading_is_told_as_such(tmp_path: Path) -> None:
    """A page that is broken is an error in words, for a statement as for a model."""
    for store in opened(tmp_path / "notes.db"):
        with store.write():
            for number in range(200):
                add(store, f"{number} " + "x" * 200)
        store.checkpoint()
        store.close()
        content = bytearray((tmp_path / "notes.db").read_bytes())
        content[4096 * 3 :] = b"\xff" * len(content[4096 * 3 :])
        (tmp_path / "notes.db").write_bytes(content)
        store.open(tmp_path / "notes.db")
        with pytest.raises(StorageTrouble, match="damaged"):
            texts(store)
        with pytest.raises(StorageTrouble, match="damaged"), store.reading():
            list(Note.select())


def test_a_file_that_cannot_be_opened_is_told_as_such(tmp_path: Path) -> None:
    """A folder where the database should be is an error in words."""
    store = Store()
    store.open(tmp_path)
    with pytest.raises(StorageTrouble, match="can't be opened"), store.write():
        pytest.fail("there is nothing to write to")
    store.close()
