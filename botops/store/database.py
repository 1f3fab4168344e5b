"""Database: one write at a time, nothing acknowledged before it is safe on disk."""

from __future__ import annotations

import sqlite3
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from peewee import DatabaseProxy, OperationalError, SqliteDatabase

from botops.kernel import clock
from botops.kernel.errors import DiskFull, StorageTrouble
from botops.store.actor import current_actor
from botops.store.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

BUSY_SECONDS = 10  # how long to wait for another process that writes
PRAGMAS: list[tuple[str, int | str]] = [
    ("journal_mode", "wal"),
    ("synchronous", "FULL"),  # a commit survives a power cut
    ("foreign_keys", 1),
    ("recursive_triggers", 1),  # REPLACE fires the delete triggers
    ("cache_size", -8_000),
    ("journal_size_limit", 64_000_000),
]
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
        super()._add_conn_hooks(conn)
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
        self._lock = threading.RLock()
        self._local = _Connection()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}

    def open(self, file: Path, *, max_pages: int | None = None) -> None:
        """Use a database file; `max_pages` caps its size (tests fill a disk with it)."""
        self.close()
        pragmas = [*PRAGMAS, *([("max_page_count", max_pages)] if max_pages else [])]
        self.proxy.initialize(
            _Sqlite(
                str(file),
                timeout=BUSY_SECONDS,
                lock_type="IMMEDIATE",
                autoconnect=False,
                check_same_thread=False,
                pragmas=pragmas,
            )
        )

    def close(self) -> None:
        """Close the connections of all threads."""
        if self.proxy.obj is None:
            return
        with self._lock:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
            self.proxy.close()
            self.proxy.initialize(None)

    @property
    def is_open(self) -> bool:
        """Whether there is a database to use."""
        return self.proxy.obj is not None

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run the block as one write transaction; joins the one that is open in this thread.

        Raises:
            DiskFull: There is no room for it. Nothing of the block is kept.
        """
        if self._local.depth:
            with self.proxy.atomic():
                yield
            return
        try:
            with self._lock:
                self._connect()
                with self.proxy.atomic():
                    self._local.depth = 1
                    try:
                        yield
                    finally:
                        self._local.depth = 0
        except BaseException as error:
            self._local.after.clear()
            if isinstance(error, OperationalError):
                raise _translated(error) from error
            raise
        self._run_after()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Give the block a connection of this thread."""
        self._connect()
        yield

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement of SQL and return all rows."""
        self._connect()
        return list(self.proxy.execute_sql(sql, parameters).fetchall())

    def change(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement of SQL and return how many rows it changed."""
        self._connect()
        return int(self.proxy.execute_sql(sql, parameters).rowcount)

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
        if self.proxy.obj is not None:
            self.proxy.close()

    def _connect(self) -> None:
        if self.proxy.obj is None:
            raise StorageTrouble("No database is open.")
        if self.proxy.is_closed():
            self.proxy.connect()
            with self._lock:
                self._forget_ended_threads()
                self._connections[threading.current_thread()] = self.proxy.connection()

    def _forget_ended_threads(self) -> None:
        for thread in [thread for thread in self._connections if not thread.is_alive()]:
            self._connections.pop(thread).close()

    def _run_after(self) -> None:
        calls, self._local.after = self._local.after, []
        for call in calls:
            call()


def _translated(error: OperationalError) -> Exception:
    if "full" in str(error):
        return DiskFull(
            "There is no room left on the disk.",
            hint="Free some space; everything that was accepted before is kept.",
        )
    return error


db = Store()
