"""Database: one write at a time, nothing acknowledged before it is safe on disk."""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from peewee import DatabaseProxy, PeeweeException, SqliteDatabase

from botops.kernel import clock
from botops.kernel.errors import StorageTrouble
from botops.store.actor import current_actor
from botops.store.fingerprint import fingerprint
from botops.store.sync import IS_SHARED, LogSync
from botops.store.trouble import Undone, translated, undone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)
BUSY_SECONDS = 10  # how long to wait for another process that writes
CLOSE_SECONDS = 5  # how long to wait for a thread that reads when all is to be closed
PRAGMAS: list[tuple[str, int | str]] = [
    ("journal_mode", "wal"),
    ("synchronous", "FULL"),  # a commit survives a power cut; in `write`, see botops.store.sync
    ("foreign_keys", 1),
    ("recursive_triggers", 1),  # REPLACE fires the delete triggers
    ("cache_size", -8_000),
    ("journal_size_limit", 64_000_000),
]
if sys.platform == "darwin":
    PRAGMAS.append(("fullfsync", 1))
FUNCTIONS: tuple[tuple[str, int, Callable[..., str | None]], ...] = (
    ("botops_actor", 0, lambda: current_actor().name),
    ("botops_actor_role", 0, lambda: current_actor().role),
    ("botops_actor_address", 0, lambda: current_actor().address),
    ("botops_actor_agent", 0, lambda: current_actor().agent),
    ("botops_now", 0, lambda: clock.iso(clock.epoch())),
    ("botops_fingerprint", -1, fingerprint),
)


class _Sqlite(SqliteDatabase):
    """SQLite with the functions that our triggers call.

    A tool that opens the file without them can read it, but what it writes to an audited
    table fails: nobody writes around the trail by accident.
    """

    def __init__(self, file: Path, pragmas: list[tuple[str, int | str]]) -> None:
        super().__init__(
            str(file),
            timeout=BUSY_SECONDS,
            lock_type="IMMEDIATE",
            autoconnect=False,
            check_same_thread=False,
            pragmas=pragmas,
        )
        for name, arguments, function in FUNCTIONS:
            self.register_function(function, name, arguments)

    def cursor(self, named_cursor: None = None) -> Any:
        """Return a cursor, but none that would write past a transaction that SQLite has undone."""
        cursor = super().cursor(named_cursor)  # type: ignore[no-untyped-call]  # as in the stubs
        if self.in_transaction() and not cursor.connection.in_transaction:
            raise Undone
        return cursor


class _Session:
    """One thread's connection, closed with the thread, and what it knows of its transaction."""

    def __init__(self, database: Any) -> None:
        database.connect()
        self.database = database
        self.connection: sqlite3.Connection = database.connection()
        journal = self.connection.execute("PRAGMA journal_mode").fetchone()[0]
        self.may_sync_later = IS_SHARED and journal == "wal"
        self.in_use = threading.RLock()
        self.depth = 0
        self.after: list[Callable[[], None]] = []
        weakref.finalize(self, self.connection.close).atexit = False


class _Thread(threading.local):
    session: _Session | None = None


class Store:
    """The open database of this process."""

    def __init__(self) -> None:
        self.proxy = DatabaseProxy()
        self.writes = 0  # transactions committed by this process
        self._database: Any = None  # peewee's stubs lack half of what is used here
        self._sync: LogSync | None = None
        self._writing = threading.RLock()
        self._thread = _Thread()
        self._sessions: weakref.WeakSet[_Session] = weakref.WeakSet()
        self._counting = threading.Lock()

    def open(self, file: Path, *, max_pages: int | None = None, reads_only: bool = False) -> None:
        """Use a database file; with `reads_only` nothing in this process can change it.

        `max_pages` caps its size (tests fill a disk with it).
        """
        self.close()
        pragmas = [*PRAGMAS, *([("max_page_count", max_pages)] if max_pages else [])]
        if reads_only:
            pragmas.append(("query_only", 1))
        self._database = _Sqlite(file, pragmas)
        self._sync = LogSync(file.with_name(f"{file.name}-wal")) if IS_SHARED else None
        self.proxy.initialize(self._database)

    def close(self) -> None:
        """Close the connections of all threads, each when its thread is done with it."""
        if self._database is None:
            return
        if self.in_transaction:
            raise RuntimeError("a database can't be closed inside of a transaction")
        with self._writing:
            self._database = None
            self.proxy.initialize(None)
            self._thread.session = None
            with self._counting:
                sessions = list(self._sessions)
                self._sessions.clear()
        deadline = clock.monotonic() + CLOSE_SECONDS
        for session in sessions:
            if session.in_use.acquire(timeout=max(0.0, deadline - clock.monotonic())):
                session.connection.close()
                session.in_use.release()
            else:  # it is closed with its thread; to close it now would pull it from under SQLite
                log.warning("a thread still reads from the database while it is closed")

    @property
    def is_open(self) -> bool:
        """Whether there is a database to use."""
        return self._database is not None

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run the block as one write transaction; joins the one that is open in this thread.

        A block that joins is a savepoint: when it raises and the outer one catches that, only
        the inner one's changes are undone, and what was to follow its commit is forgotten.

        Raises:
            DiskFull: There is no room for it. Nothing of the block is kept.
            StorageTrouble: The database can't be written; the sentence says why.
        """
        session = self._session()
        try:
            if session.depth:
                with _savepoint(session):
                    yield
                return
            with self._turn(session), _transaction(session):
                yield
            self._make_safe(session)
        except (sqlite3.Error, PeeweeException) as error:
            _raise_translated(error)
        _run(session)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Give the block a connection of this thread.

        Raises:
            StorageTrouble: The database can't be read; the sentence says why.
        """
        try:
            with self._session().in_use:
                yield
        except (sqlite3.Error, PeeweeException) as error:
            _raise_translated(error)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement of SQL and return all rows; one that writes belongs into `write`."""
        session = self._session()
        try:
            with session.in_use:
                return _ready(session).execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            _raise_translated(error)

    def change(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement as a transaction of its own, or in the open one; count its rows."""
        return self._run(sql, parameters)[1]

    def write_one(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement as a transaction of its own, or in the open one; return its rows.

        Raises:
            DiskFull: There is no room for it. Nothing of it is kept.
            StorageTrouble: The database can't be written; the sentence says why.
        """
        return self._run(sql, parameters)[0]

    def change_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each of many rows of parameters: all of them or none."""
        with self.write():
            try:
                self._session().connection.executemany(sql, rows)
            except sqlite3.Error as error:
                _raise_translated(error)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` once the current transaction is on disk, or now if there is none."""
        session = self._thread.session
        if session is not None and session.depth:
            session.after.append(call)
        else:
            call()

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside `write`."""
        session = self._thread.session
        return session is not None and session.depth > 0

    def data_version(self) -> int:
        """Return a number that changes when another connection has committed."""
        return int(self.execute("PRAGMA data_version")[0][0])

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the database file."""
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def disconnect(self) -> None:
        """Close the connection of this thread, at its end."""
        session, self._thread.session = self._thread.session, None
        if session is not None:
            session.connection.close()
            session.database.close()

    def _session(self) -> _Session:
        session = self._thread.session
        if session is None or session.database is not self._database:
            session = self._thread.session = self._connect()
        return session

    def _run(self, sql: str, parameters: Sequence[Any]) -> tuple[list[tuple[Any, ...]], int]:
        """Run one statement that writes; return its rows, and how many it has changed."""
        session = self._session()
        try:
            if session.depth:
                with session.in_use:
                    return _results(_ready(session).execute(sql, parameters))
            with self._turn(session):
                found = _results(session.connection.execute(sql, parameters))
            self._make_safe(session)
        except sqlite3.Error as error:
            _raise_translated(error)
        return found

    @contextmanager
    def _turn(self, session: _Session) -> Iterator[None]:
        """Wait for the turn among those that write; the disk is waited for afterwards."""
        with self._writing, session.in_use:
            connection = session.connection
            syncs_later = session.may_sync_later and not connection.in_transaction
            if syncs_later:
                connection.execute("PRAGMA synchronous = NORMAL")
            try:
                yield
            finally:
                if syncs_later:
                    connection.execute("PRAGMA synchronous = FULL")
            self.writes += 1

    def _make_safe(self, session: _Session) -> None:
        """Wait until the disk has what was committed; if it has not, nothing follows from it."""
        if session.may_sync_later and self._sync is not None:
            try:
                self._sync.wait()
            except StorageTrouble:
                session.after.clear()
                raise

    def _connect(self) -> _Session:
        if self._database is None:
            raise StorageTrouble("No database is open.")
        try:
            session = _Session(self._database)
        except PeeweeException as error:
            _raise_translated(error)
        with self._counting:
            self._sessions.add(session)
        return session


@contextmanager
def _transaction(session: _Session) -> Iterator[None]:
    connection = session.connection
    connection.execute("BEGIN IMMEDIATE")
    session.database.push_transaction(session)  # so that peewee nests within it
    session.depth = 1
    try:
        yield
        _ready(session).execute("COMMIT")
    except BaseException:
        session.after.clear()
        if connection.in_transaction:  # SQLite has undone it by itself when the disk is full
            connection.execute("ROLLBACK")
        raise
    finally:
        session.depth = 0
        session.database.pop_transaction()


@contextmanager
def _savepoint(session: _Session) -> Iterator[None]:
    name, calls = f"level_{session.depth}", len(session.after)
    _ready(session).execute(f"SAVEPOINT {name}")
    session.depth += 1
    try:
        yield
        _ready(session).execute(f"RELEASE {name}")
    except BaseException:
        del session.after[calls:]
        if session.connection.in_transaction:
            session.connection.execute(f"ROLLBACK TO {name}")
            session.connection.execute(f"RELEASE {name}")
        raise
    finally:
        session.depth -= 1


def _ready(session: _Session) -> sqlite3.Connection:
    """Return the connection, past which peewee's way costs more than a small statement itself."""
    if session.depth and not session.connection.in_transaction:
        raise undone()
    return session.connection


def _results(cursor: sqlite3.Cursor) -> tuple[list[tuple[Any, ...]], int]:
    return cursor.fetchall(), cursor.rowcount


def _run(session: _Session) -> None:
    calls, session.after = session.after, []
    for call in calls:
        try:
            call()
        except Exception:
            log.exception("what should follow a commit has failed; the commit stands")


def _raise_translated(error: Exception) -> NoReturn:
    known = translated(error)
    if known is error:
        raise error
    raise known from error


db = Store()
