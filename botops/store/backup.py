"""Backup: a copy that can be trusted, taken while everything runs."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from botops.kernel.errors import DiskFull, Refused, StorageTrouble
from botops.kernel.platform import fsync_dir
from botops.store.database import db

if TYPE_CHECKING:
    from pathlib import Path


def copy_database(target: Path) -> Path:
    """Write a copy of the open database to `target` and check it; writers barely wait.

    Raises:
        DiskFull: There is no room for it.
        StorageTrouble: The copy is not whole.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        db.execute("VACUUM INTO ?", (str(part),))
    except Exception as error:
        part.unlink(missing_ok=True)
        if "full" in str(error):
            raise DiskFull("There is no room for the backup.", hint="Free some space.") from error
        raise
    check_database(part)
    os.chmod(part, 0o600)
    with part.open("rb+") as handle:
        os.fsync(handle.fileno())
    part.replace(target)
    fsync_dir(target.parent)
    return target


def check_database(file: Path) -> None:
    """Read a database file from end to end.

    Raises:
        StorageTrouble: It is damaged.
        Refused: It is no database of ours.
    """
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            ours = connection.execute(
                "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migration'"
            ).fetchone()[0]
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise Refused(f"{file.name} is not a database: {error}.") from error
    if verdict != "ok":
        raise StorageTrouble(f"{file.name} is damaged: {verdict}.", hint="Restore a backup.")
    if not ours:
        raise Refused(f"{file.name} is not a backup of BotOps.")
