"""Trouble: what SQLite and peewee report, in the words of the rest of the program."""

from __future__ import annotations

import sqlite3

from peewee import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    PeeweeException,
    ProgrammingError,
)

from botops.kernel.errors import DiskFull, StorageTrouble

_PEEWEES = {
    kind.__name__: kind
    for kind in (
        DataError, IntegrityError, InterfaceError, InternalError, NotSupportedError,
        OperationalError, ProgrammingError,
    )
}  # fmt: skip
DAMAGED = "The database is damaged."
RESTORE = "Stop BotOps and bring back a backup: botops restore FILE."
# SQLite's code, or the beginning of its extended ones -> what it means, and what to do.
_SENTENCES = {
    "SQLITE_BUSY": (
        "Another program has kept the database for itself for more than 10 seconds.",
        "Stop what else writes to it, then try again.",
    ),
    "SQLITE_LOCKED": ("The database is kept by something else.", "Try again."),
    "SQLITE_READONLY": (
        "The database can't be written.",
        "Make botops.db and its folder writable.",
    ),
    "SQLITE_CANTOPEN": (
        "The database can't be opened.",
        "Make botops.db and its folder readable and writable.",
    ),
    "SQLITE_CORRUPT": (DAMAGED, RESTORE),
    "SQLITE_NOTADB": (DAMAGED, RESTORE),
    "SQLITE_IOERR": (
        "The disk of the database fails.",
        "Look after the disk, and keep the last backup elsewhere.",
    ),
}


class Undone(sqlite3.OperationalError):
    """SQLite has undone the transaction by itself, and no statement may run on its own now."""


def translated(error: BaseException) -> BaseException:
    """Return the error as the rest of the program knows it: peewee's, or of our own tree."""
    raw = _raw(error)
    if raw is None:
        return error
    if isinstance(raw, Undone):
        return undone(error)
    if _is_full(raw):
        return _disk_full()
    name = str(getattr(raw, "sqlite_errorname", ""))
    for code, (sentence, hint) in _SENTENCES.items():
        if name.startswith(code):
            return StorageTrouble(sentence, hint=hint)
    if isinstance(error, sqlite3.Error):
        return _PEEWEES.get(type(error).__name__, DatabaseError)(error, *error.args)
    return error


def undone(error: BaseException | None = None) -> StorageTrouble:
    """Return why a transaction is gone: on a full disk SQLite may undo it by itself.

    Then peewee fails to go back to its savepoint, and only the context of that failure says why.
    """
    while error is not None:
        if _is_full(_raw(error)):
            return _disk_full()
        error = error.__context__
    return StorageTrouble("The transaction was undone; nothing more can join it.")


def _disk_full() -> DiskFull:
    return DiskFull(
        "There is no room left on the disk.",
        hint="Free some space; everything that was accepted before is kept.",
    )


def _raw(error: BaseException) -> sqlite3.Error | None:
    """Return SQLite's own error, which peewee keeps in its own."""
    own = getattr(error, "orig", None) if isinstance(error, PeeweeException) else error
    return own if isinstance(own, sqlite3.Error) else None


def _is_full(error: sqlite3.Error | None) -> bool:
    return getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
