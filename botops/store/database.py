"""Database: one write at a time, nothing acknowledged before it is safe on disk."""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from peewee import (
    DatabaseError,
    DatabaseProxy,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    SqliteDatabase,
)

from botops.kernel import clock
from botops.kernel.errors import DiskFull, StorageTrouble
from botops.store.actor import current_actor
from botops.store.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)
BUSY_SECONDS = 10  # how long to wait for another process that writes
PRAGMAS: list[tuple[str, int | str]] = [
    ("journal_mode", "wal"),
    ("synchronous", "FULL"),  # a commit survives a power cut
    ("foreign_keys", 1),
    ("recursive_triggers", 1),  # REPLACE fires the delete triggers
    ("cache_size", -8_000),
    ("journal_size_limit", 64_000_000),
]
PEEWEES = {
    kind.__name__: kind
    for kind in (
        DataError, IntegrityError, InterfaceError, InternalError, NotSupportedError,
        OperationalError, ProgrammingError,
    )
}  # fmt: skip
if sys.platform == "darwin":
    PRAGMAS.append(("fullfsync", 1))


class _Connection(threading.local):
    """What one thread knows about its transaction."""

    depth = 0

    def __init__(self) -> None:
        self.after: list[Callable[[], None]] = []


class _Sqlite(SqliteDatabase):
    """SQLite with the functions that our triggers call.

    A tool that opens the file without them can read it, but what it writes to an audited
    table fails: nobody writes around the trail by accident.
    """

    def _add_conn_hooks(self, conn: sqlite3.Connection) -> None:
        super()._add_conn_hooks(conn)  # type: ignore[misc]  # the stubs lack it
        for name, arguments, function in (
            ("botops_actor", 0, lambda: current_actor().name),
            ("botops_actor_role", 0, lambda: current_actor().role),
            ("botops_actor_address", 0, lambda: current_actor().address),
            ("botops_actor_agent", 0, lambda: current_actor().agent),
            ("botops_now", 0, lambda: clock.iso(clock.epoch())),
            ("botops_fingerprint", -1, fingerprint),
        ):
            conn.create_function(name, arguments, function)


class Store:
    """The open database of this process."""

    def __init__(self) -> None:
        self.proxy = DatabaseProxy()
        self.writes = 0  # transactions committed by this process
        self._database: Any = None  # peewee's stubs lack half of what is used here
        self._lock = threading.RLock()
        self._local = _Connection()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self.writes = 0  # transactions of this process so far

    def open(self, file: Path, *, max_pages: int | None = None) -> None:
        """Use a database file; `max_pages` caps its size (tests fill a disk with it)."""
        self.close()
        pragmas = [*PRAGMAS, *([("max_page_count", max_pages)] if max_pages else [])]
        self._database = _Sqlite(
            str(file),
            timeout=BUSY_SECONDS,
            lock_type="IMMEDIATE",
            autoconnect=False,
            check_same_thread=False,
            pragmas=pragmas,
        )
        self.proxy.initialize(self._database)

    def close(self) -> None:
        """Close the connections of all threads."""
        if self._database is None:
            return
        with self._lock:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
            self.proxy.close()
            self.proxy.initialize(None)
            self._database = None

    @property
    def is_open(self) -> bool:
        """Whether there is a database to use."""
        return self._database is not None

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run the block as one write transaction; joins the one that is open in this thread.

        A block that joins is a savepoint: when it raises and the outer one catches that, only
        the inner one's changes are undone.

        Raises:
            DiskFull: There is no room for it. Nothing of the block is kept.
        """
        if self._local.depth:
            with self._savepoint():
                yield
            return
        try:
            with self._lock, self._transaction():
                yield
        except BaseException as error:
            self._local.after.clear()
            if isinstance(error, sqlite3.Error | OperationalError):
                raise _translated(error) from error
            raise
        self.writes += 1
        self._run_after()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        database, connection = self._opened(), self._connection()
        connection.execute("BEGIN IMMEDIATE")
        database.push_transaction(self)  # so that peewee nests within it
        self._local.depth = 1
        try:
            yield
            connection.execute("COMMIT")
            self.writes += 1
        except BaseException:
            if connection.in_transaction:  # SQLite has undone it by itself when the disk is full
                connection.execute("ROLLBACK")
            raise
        finally:
            self._local.depth = 0
            database.pop_transaction()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        local, connection = self._local, self._connection()
        name, calls = f"level_{local.depth}", len(local.after)
        connection.execute(f"SAVEPOINT {name}")
        local.depth += 1
        try:
            yield
        except BaseException:
            del local.after[calls:]
            if connection.in_transaction:
                connection.execute(f"ROLLBACK TO {name}")
                connection.execute(f"RELEASE {name}")
            raise
        else:
            connection.execute(f"RELEASE {name}")
        finally:
            local.depth -= 1

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Give the block a connection of this thread."""
        self._connection()
        yield

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement of SQL and return all rows."""
        return self._run(sql, parameters).fetchall()

    def change(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement of SQL and return how many rows it changed."""
        return self._run(sql, parameters).rowcount

    def _run(self, sql: str, parameters: Sequence[Any]) -> sqlite3.Cursor:
        """Run a statement past peewee, whose way costs more than a small statement itself."""
        connection = self._connection()
        if self._local.depth and not connection.in_transaction:
            raise StorageTrouble("The transaction was undone; nothing more can join it.")
        try:
            return connection.execute(sql, parameters)
        except sqlite3.Error as error:
            raise _translated(error) from error

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` once the current transaction is on disk, or now if there is none."""
        if self._local.depth:
            self._local.after.append(call)
        else:
            call()

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is inside `write`."""
        return self._local.depth > 0

    def data_version(self) -> int:
        """Return a number that changes when another connection has committed."""
        return int(self.execute("PRAGMA data_version")[0][0])

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the database file."""
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def disconnect(self) -> None:
        """Close the connection of this thread, at its end."""
        with self._lock:
            self._connections.pop(threading.current_thread(), None)
        if self._database is not None:
            self._database.close()

    def _opened(self) -> Any:
        if self._database is None:
            raise StorageTrouble("No database is open.")
        return self._database

    def _connection(self) -> sqlite3.Connection:
        database = self._opened()
        if database.is_closed():
            database.connect()
            with self._lock:
                self._forget_ended_threads()
                self._connections[threading.current_thread()] = database.connection()
        return database.connection()  # type: ignore[no-any-return]  # see above

    def _forget_ended_threads(self) -> None:
        for thread in [thread for thread in self._connections if not thread.is_alive()]:
            self._connections.pop(thread).close()

    def _run_after(self) -> None:
        calls, self._local.after = self._local.after, []
        for call in calls:
            try:
                call()
            except Exception:
                log.exception("what should follow a commit has failed; the commit stands")


def _translated(error: Exception) -> Exception:
    """Return the error as the rest of the program knows it: peewee's, or of our own tree."""
    if "full" in str(error):
        return DiskFull(
            "There is no room left on the disk.",
            hint="Free some space; everything that was accepted before is kept.",
        )
    if isinstance(error, sqlite3.Error):
        return PEEWEES.get(type(error).__name__, DatabaseError)(*error.args)
    return error


db = Store()
