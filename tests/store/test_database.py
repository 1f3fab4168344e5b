"""Database: transactions hold, and threads keep apart."""

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from peewee import IntegrityError

from botops.kernel.errors import StorageTrouble
from botops.store import Store
from botops.store import database as module
from tests.store.notes import LONG, Note, Stop, add, in_thread, opened, texts


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database with one empty table."""
    yield from opened(tmp_path / "notes.db")


def test_a_block_is_kept_as_a_whole(store: Store) -> None:
    """What a block wrote is there for everybody once it has ended."""
    with store.write():
        add(store, "a")
        Note.create(text="b")
    seen: list[list[str]] = []
    in_thread(lambda: seen.append(texts(store)))
    assert seen == [["a", "b"]]


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    """When the block raises, nothing of it is kept, and the error comes through."""

    def fail() -> None:
        with store.write():
            add(store, "a")
            raise Stop

    with pytest.raises(Stop):
        fail()
    assert texts(store) == []
    assert not store.in_transaction


def test_only_the_inner_block_is_undone_when_its_error_is_caught(store: Store) -> None:
    """A block within a block is a savepoint, at any depth."""
    with store.write():
        add(store, "outer")
        with contextlib.suppress(Stop), store.write():
            add(store, "inner")
            with contextlib.suppress(Stop), store.write():
                add(store, "innermost")
                raise Stop
            assert texts(store) == ["outer", "inner"]
            raise Stop
        with store.write():
            add(store, "after")
    assert texts(store) == ["outer", "after"]


def test_peewee_nests_within_a_block(store: Store) -> None:
    """What peewee itself runs as a transaction becomes a savepoint of ours."""
    with store.write():
        with contextlib.suppress(Stop), store.proxy.atomic():
            Note.create(text="inner")
            raise Stop
        with store.proxy.atomic():
            Note.create(text="kept")
    assert texts(store) == ["kept"]


def test_what_follows_the_commit_comes_after_it(store: Store) -> None:
    """Calls wait for the outermost commit, come in their order, and may write themselves."""
    heard: list[str] = []

    def note(text: str) -> Callable[[], None]:
        def call() -> None:
            assert not store.in_transaction
            heard.append(text)
            with store.write():
                add(store, text)

        return call

    with store.write():
        store.after_commit(note("first"))
        with store.write():
            store.after_commit(note("second"))
        assert heard == []
    assert heard == texts(store) == ["first", "second"]


def test_what_follows_no_transaction_comes_at_once(store: Store) -> None:
    """Outside of a block there is nothing to wait for."""
    heard: list[str] = []
    store.after_commit(lambda: heard.append("now"))
    assert heard == ["now"]


def test_what_was_to_follow_is_forgotten_with_its_cause(store: Store) -> None:
    """A block that fails announces nothing: neither an inner one nor the whole."""
    heard: list[str] = []
    with store.write():
        store.after_commit(lambda: heard.append("outer"))
        with contextlib.suppress(Stop), store.write():
            store.after_commit(lambda: heard.append("inner"))
            raise Stop
    assert heard == ["outer"]
    with contextlib.suppress(Stop), store.write():
        store.after_commit(lambda: heard.append("never"))
        raise Stop
    with store.write():
        add(store, "a")
    assert heard == ["outer"]


def test_a_failing_follower_stops_nobody(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """What fails after the commit is logged; the others are called, and the commit stands."""
    heard: list[str] = []

    def fail() -> None:
        raise Stop

    with store.write():
        add(store, "a")
        store.after_commit(fail)
        store.after_commit(lambda: heard.append("next"))
    assert heard == ["next"]
    assert texts(store) == ["a"]
    assert "the commit stands" in caplog.text


def test_threads_write_in_turn(store: Store) -> None:
    """Threads that read and write at once never meet a locked database, and lose nothing."""
    rounds, count = 20, 6
    start, failed = threading.Barrier(count), []

    def work(name: int) -> None:
        start.wait(LONG)
        try:
            for number in range(rounds):
                with store.write():
                    before = len(texts(store))
                    add(store, f"{name}/{number}")
                    assert len(texts(store)) == before + 1
        except BaseException as error:  # noqa: BLE001 - the test fails with it
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert failed == []
    assert len(texts(store)) == rounds * count
    assert store.writes == rounds * count + 1


def test_a_writer_holds_no_reader_up(store: Store) -> None:
    """While one thread writes, a new thread reads what was there before."""
    with store.write():
        add(store, "not yet")
        seen: list[list[str]] = []
        in_thread(lambda: seen.append(texts(store)))
    assert seen == [[]]


def test_a_single_statement_takes_its_turn(store: Store) -> None:
    """Outside of a block, one that changes something is a transaction that waits for the others."""
    done = threading.Event()

    def write() -> None:
        assert store.write_one("INSERT INTO note (text) VALUES ('b') RETURNING id") == [(2,)]
        assert store.change("UPDATE note SET text = text || '!'") == 2
        done.set()

    thread = threading.Thread(target=write)
    with store.write():
        thread.start()
        assert not done.wait(0.05)
        add(store, "a")
    thread.join(LONG)
    assert texts(store) == ["a!", "b!"]
    assert store.writes == 4


def test_many_rows_are_written_as_a_whole(store: Store) -> None:
    """When one of many rows can't be written, none is; within a block the others of it stay."""
    with store.write():
        add(store, "kept")
        with contextlib.suppress(IntegrityError):
            store.change_many("INSERT INTO note (text) VALUES (?)", [["a"], ["kept"]])
    with pytest.raises(IntegrityError):
        store.change_many("INSERT INTO note (text) VALUES (?)", [["b"], ["kept"]])
    store.change_many("INSERT INTO note (text) VALUES (?)", [["c"], ["d"]])
    assert texts(store) == ["kept", "c", "d"]


def test_each_connection_is_set_up(store: Store) -> None:
    """Durability and checks hold in every thread, not only in the first."""

    def look() -> None:
        names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        found = [store.execute(f"PRAGMA {name}")[0][0] for name in names]
        assert found == ["wal", 2, 1, 1]

    look()
    in_thread(look)


def test_a_broken_rule_is_peewees_error(store: Store) -> None:
    """A constraint fails in the same way whether a model or a statement broke it."""
    for write in (lambda: add(store, "a"), lambda: Note.create(text="a")):
        with store.write():
            store.change("DELETE FROM note")
            write()
        with pytest.raises(IntegrityError), store.write():
            write()


def test_a_thread_takes_its_connection_with_it(store: Store) -> None:
    """Connections of threads that have ended are closed, whether they said goodbye or not."""
    sessions: list[sqlite3.Connection] = []

    def look() -> None:
        texts(store)
        session = store._thread.session
        assert session is not None
        sessions.append(session.connection)

    def look_and_leave() -> None:
        look()
        store.disconnect()

    in_thread(look)
    in_thread(look_and_leave)
    for connection in sessions:
        with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
            connection.execute("SELECT 1")
    assert len(store._sessions) == 1


def test_closing_waits_for_no_reader_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A thread that reads while all is closed ends its reading unharmed, and that is logged."""
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.05)
    with store.write():
        add(store, "a")
    reads, closed = threading.Event(), threading.Event()
    seen: list[list[tuple[str]]] = []

    def read() -> None:
        with store.reading():
            connection = store.proxy.connection()
            reads.set()
            closed.wait(LONG)
            seen.append(connection.execute("SELECT text FROM note").fetchall())

    thread = threading.Thread(target=read)
    thread.start()
    reads.wait(LONG)
    with caplog.at_level(logging.WARNING):
        store.close()
    closed.set()
    thread.join(LONG)
    assert seen == [[("a",)]]
    assert "still reads" in caplog.text


def test_a_closed_database_says_so(store: Store) -> None:
    """After the end, each use is an error in words, and closing again is nothing."""
    store.close()
    store.close()
    assert not store.is_open
    with pytest.raises(StorageTrouble, match="No database is open"):
        store.execute("SELECT 1")
    with pytest.raises(StorageTrouble, match="No database is open"), store.write():
        pytest.fail("there is nothing to write to")


def test_a_database_is_not_closed_under_its_transaction(store: Store) -> None:
    """Closing inside of a block is a mistake that shows."""
    with store.write():
        with pytest.raises(RuntimeError, match="inside of a transaction"):
            store.close()
        add(store, "a")
    assert texts(store) == ["a"]


def test_threads_follow_to_the_next_database(store: Store, tmp_path: Path) -> None:
    """A thread that used the old file uses the new one once that is opened."""
    first, opened_again = threading.Event(), threading.Event()

    def work() -> None:
        with store.write():
            add(store, "old")
        first.set()
        opened_again.wait(LONG)
        with store.write():
            store.change("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
            add(store, "new")

    thread = threading.Thread(target=work)
    thread.start()
    first.wait(LONG)
    store.open(tmp_path / "next.db")
    opened_again.set()
    thread.join(LONG)
    assert texts(store) == ["new"]


def test_commits_of_others_are_seen(store: Store) -> None:
    """The number changes with the commit of another connection, and not without one."""
    before = store.data_version()
    assert store.data_version() == before
    other = sqlite3.connect(store.proxy.obj.database)
    with other:
        other.execute("INSERT INTO note (text) VALUES ('from outside')")
    other.close()
    assert store.data_version() != before


def test_the_log_is_folded_into_the_file(store: Store, tmp_path: Path) -> None:
    """After a checkpoint the file alone holds everything."""
    with store.write():
        add(store, "a")
    store.checkpoint()
    assert (tmp_path / "notes.db-wal").stat().st_size == 0


def test_an_undone_transaction_takes_nothing_more(store: Store) -> None:
    """After SQLite has undone a transaction, no statement of its block runs on its own."""

    def lose_and(go_on: Callable[[], object]) -> None:
        with store.write():
            store.execute("ROLLBACK")
            go_on()

    for go_on in (lambda: add(store, "a"), lambda: Note.create(text="a"), lambda: None):
        with pytest.raises(StorageTrouble, match="was undone"):
            lose_and(go_on)
        assert texts(store) == []
