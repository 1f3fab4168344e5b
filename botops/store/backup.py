"""Backup: a copy that can be trusted, taken while everything runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from botops.kernel.errors import NewerDatabase, Refused, StorageTrouble
from botops.kernel.files import written
from botops.store.database import db

if TYPE_CHECKING:
    from pathlib import Path

SQLITE = b"SQLite format 3\x00"
SUFFIXES = (".tar", ".db")  # of backups in the folder for them


def copy_database(target: Path) -> Path:
    """Write a copy of the open database to `target` and check it; writers barely wait.

    Raises:
        Refused: There is a file of this name.
        DiskFull: There is no room for it.
        StorageTrouble: The copy is not whole.
    """
    if target.exists():
        raise Refused(f"There is a file {target} already.", hint="Name another.")
    with written(target) as part:
        db.execute("VACUUM INTO ?", (str(part),))
        check_database(part)
    return target


def check_database(file: Path) -> frozenset[str]:
    """Read a database file from end to end; return the names of the steps that made it.

    Raises:
        StorageTrouble: It is damaged.
        Refused: It is no database of ours.
    """
    verdict, names = _read_over(file, "integrity_check")
    if verdict != "ok":
        raise StorageTrouble(f"{file.name} is damaged: {verdict}.", hint="Restore another backup.")
    return names


def look_over(file: Path) -> tuple[str, frozenset[str]]:
    """Return "ok" or what is wrong with a database file, and the names of the steps that made it.

    It is not changed, and may be in use.

    Raises:
        Refused: It is no database of ours.
    """
    return _read_over(file, "quick_check(1)")


def _read_over(file: Path, check: str) -> tuple[str, frozenset[str]]:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
            verdict = str(source.execute(f"PRAGMA {check}").fetchone()[0])
            ours = source.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_migration'")
            is_ours = ours.fetchone() is not None
            steps = source.execute("SELECT name FROM schema_migration") if is_ours else ()
            names = frozenset(str(name) for (name,) in steps)
    except sqlite3.DatabaseError as error:
        raise Refused(f"{file.name} is damaged, or no database: {error}.") from error
    if verdict == "ok" and not names:
        raise Refused(f"{file.name} is not a database of BotOps.")
    return verdict, names


def refuse_newer(steps: frozenset[str], known: frozenset[str]) -> None:
    """Refuse a database that was made by steps which this program does not know.

    Raises:
        NewerDatabase: There is one.
    """
    if unknown := sorted(steps - known):
        raise NewerDatabase(
            f"This database was made by a newer BotOps (it knows {unknown[-1]}).",
            hint="Use that version, or restore an older backup.",
        )


def check_at_start(file: Path, backups: Path) -> None:
    """Look over the database before it is used; no file at all is a new home.

    Raises:
        StorageTrouble: It is damaged. The newest backup is named.
    """
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file)) as database:
            verdict = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        newest = newest_backup(backups)
        raise StorageTrouble(
            f"The database {file} is damaged: {verdict}.",
            hint=f"Bring the newest backup back: botops restore {newest}"
            if newest
            else f"There is no backup in {backups}. If you have one: botops restore FILE",
        )


def newest_backup(backups: Path) -> Path | None:
    """Return the backup that was written last, if there is any."""
    if not backups.is_dir():
        return None
    found = [file for file in backups.iterdir() if file.suffix in SUFFIXES and file.is_file()]
    return max(found, key=lambda file: file.stat().st_mtime, default=None)
