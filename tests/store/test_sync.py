"""Sync: nothing is acknowledged before the disk has it, and those who wait share one sync."""

import errno
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from botops.kernel.errors import StorageTrouble
from botops.store import Store, sync
from tests.store.notes import LONG, add, in_thread, opened, texts

pytestmark = pytest.mark.skipif(not sync.IS_SHARED, reason="SQLite syncs by itself here")


class Disk:
    """A disk whose syncs begin and end when the test says so."""

    def __init__(self) -> None:
        self.synced: list[Path] = []
        self.begun = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)
        self.error: OSError | None = None

    def sync(self, file: Path) -> None:
        """Sync a file, and take as long as the test wants."""
        self.begun.release()
        assert self.may_end.acquire(timeout=LONG)
        self.synced.append(file)
        if self.error is not None:
            raise self.error


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database with one empty table."""
    yield from opened(tmp_path / "notes.db")


@pytest.fixture
def disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The disk below that database."""
    disk = Disk()
    monkeypatch.setattr(sync, "_sync_file", disk.sync)
    return disk


class Writer(threading.Thread):
    """Writes a note, and says what became of it."""

    def __init__(self, store: Store, text: str) -> None:
        super().__init__(daemon=True)
        self.store, self.text = store, text
        self.followed: list[str] = []
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Write, with something that follows the commit."""
        try:
            with self.store.write():
                add(self.store, self.text)
                self.store.after_commit(lambda: self.followed.append(self.text))
        except StorageTrouble as error:
            self.error = error
        self.store.disconnect()


def test_a_write_ends_when_the_disk_has_it(store: Store, disk: Disk) -> None:
    """Until then nothing follows from it, and whoever wrote it waits; the log is what is synced."""
    writer = Writer(store, "a")
    assert disk.begun.acquire(timeout=LONG)
    assert writer.is_alive()
    assert writer.followed == []
    disk.may_end.release()
    writer.join(LONG)
    assert writer.followed == ["a"]
    assert [file.name for file in disk.synced] == ["notes.db-wal"]


def test_nobody_waits_for_the_disk_of_another(store: Store, disk: Disk) -> None:
    """While one waits for the disk, others commit, and all of them share the next sync."""
    first = Writer(store, "a")
    assert disk.begun.acquire(timeout=LONG)
    others = [Writer(store, text) for text in "bcd"]
    deadline = threading.Event()
    while len(texts(store)) < 4:
        deadline.wait(0.002)
    disk.may_end.release()
    first.join(LONG)
    assert disk.begun.acquire(timeout=LONG), "a sync that began after their commits"
    assert all(other.is_alive() for other in others)
    disk.may_end.release()
    for other in others:
        other.join(LONG)
    assert len(disk.synced) == 2
    assert [other.followed for other in others] == [["b"], ["c"], ["d"]]


def test_a_statement_of_its_own_is_safe_too(store: Store, disk: Disk) -> None:
    """Single changes wait for the disk as blocks do."""
    for number, write in enumerate((store.change, store.write_one), 1):
        disk.may_end.release()
        write("INSERT INTO note (text) VALUES (?)", (str(number),))
        assert len(disk.synced) == number


def test_a_disk_that_fails_is_believed_once_and_for_all(store: Store, disk: Disk) -> None:
    """The kernel tells of it only once: whoever comes later is refused, and nothing follows."""
    disk.error = OSError(errno.EIO, "Input/output error")
    disk.may_end.release()
    first = Writer(store, "a")
    first.join(LONG)
    disk.error = None
    second = Writer(store, "b")
    second.join(LONG)
    for writer in (first, second):
        assert isinstance(writer.error, StorageTrouble)
        assert writer.followed == []
    assert len(disk.synced) == 1


def test_who_waits_when_the_disk_fails_is_told(store: Store, disk: Disk) -> None:
    """Not only the one who synced, but all whose commits it was to cover, and those after."""
    disk.error = OSError(errno.EIO, "Input/output error")
    first = Writer(store, "a")
    assert disk.begun.acquire(timeout=LONG)
    second = Writer(store, "b")
    deadline = threading.Event()
    while len(texts(store)) < 2:
        deadline.wait(0.002)
    disk.may_end.release()
    for writer in (first, second):
        writer.join(LONG)
        assert isinstance(writer.error, StorageTrouble)


def test_outside_of_a_write_sqlite_syncs_by_itself(store: Store) -> None:
    """What writes past the store's own ways, as a migration does, is as safe as ever."""
    with store.write():
        add(store, "a")
    assert store.execute("PRAGMA synchronous") == [(2,)]
    with pytest.raises(ZeroDivisionError), store.write():
        assert store.change("INSERT INTO note (text) VALUES ('b')") / 0
    assert store.execute("PRAGMA synchronous") == [(2,)]
    in_thread(lambda: store.execute("PRAGMA synchronous") == [(2,)])


def test_a_power_cut_takes_nothing_that_was_acknowledged(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every row, what the disk had when its write returned is enough to find it again."""
    file = tmp_path / "notes.db"
    whole: list[Path] = []
    acknowledged: list[tuple[str, Path]] = []

    def keep(log: Path) -> None:
        copy = tmp_path / f"copy {len(whole)}.db"
        shutil.copyfile(file, copy)  # no checkpoint comes: it is as it was made
        shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
        whole.append(copy)

    monkeypatch.setattr(sync, "_sync_file", keep)

    def write(name: str) -> None:
        for number in range(20):
            text = f"{name} {number}"
            with store.write():
                add(store, text)
            acknowledged.append((text, whole[-1]))
        store.disconnect()

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert len(acknowledged) == 80
    found = {copy: rows_of(copy) for copy in whole}
    assert [text for text, copy in acknowledged if text not in found[copy]] == []


def rows_of(file: Path) -> set[str]:
    """What a database says after it was opened again."""
    with closing(sqlite3.connect(file)) as connection:
        return {text for (text,) in connection.execute("SELECT text FROM note")}


def test_a_block_that_fails_waits_for_no_disk(store: Store, disk: Disk) -> None:
    """There is nothing to be made safe."""
    with pytest.raises(ZeroDivisionError), store.write():
        assert store.change("INSERT INTO note (text) VALUES ('b')") / 0
    assert disk.synced == []


def test_without_a_write_ahead_log_sqlite_syncs(
    store: Store, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file system has no such log, each commit is synced by itself."""
    store.execute("PRAGMA journal_mode = DELETE")
    store.disconnect()
    monkeypatch.setattr("botops.store.database.PRAGMAS", [("synchronous", "FULL")])
    path = store._database.database
    store.open(Path(path))
    with store.write():
        add(store, "a")
        assert store.execute("PRAGMA synchronous") == [(2,)]
    assert disk.synced == []
