"""Migrate: brings a database to the shape that this program knows."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import portalocker
from playhouse.migrations import Migration, Runner

from botops.kernel.errors import NewerDatabase, StorageTrouble
from botops.store.backup import copy_database
from botops.store.database import db
from botops.store.triggers import install_audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

log = logging.getLogger(__name__)
DIRECTORY = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a run has done: the steps applied, and the copy made before them."""

    applied: tuple[str, ...]
    backup: Path | None = None


def migrate(
    file: Path,
    backups: Path,
    *,
    triggers: Sequence[Callable[[], None]] = (),
    directory: Path = DIRECTORY,
) -> Migrated:
    """Apply the steps that the open database at `file` lacks; several starts take turns.

    `triggers` make a feature's triggers anew: a step that rebuilds a table loses them.

    Raises:
        NewerDatabase: A newer program has changed it. Nothing is done.
        StorageTrouble: A step broke a reference. The copy made before it is named.
    """
    with _one_at_a_time(file):
        with db.reading():
            runner = Runner(db.proxy.obj, str(directory))
            status = runner.status()
        _refuse_newer(status)
        pending = [step.name for step in status if not step.applied]
        if not pending:
            return Migrated(())
        backup = _copy_before(backups, pending[0]) if len(pending) < len(status) else None
        applied = runner.up()
        with db.write():
            for install in (install_audit, *triggers):
                install()
        _check_references(backup)
        log.info("database brought to %s", applied[-1])
        return Migrated(tuple(applied), backup)


def pending_steps(directory: Path = DIRECTORY) -> list[str]:
    """Return the names of the steps that the open database lacks."""
    with db.reading():
        return [
            step.name for step in Runner(db.proxy.obj, str(directory)).status() if not step.applied
        ]


@contextmanager
def _one_at_a_time(file: Path) -> Iterator[None]:
    with portalocker.Lock(f"{file}.migrate.lock", "a", timeout=60):
        yield


def _refuse_newer(status: list[Migration]) -> None:
    unknown = [step.name for step in status if step.path is None]
    if unknown:
        raise NewerDatabase(
            f"This database was made by a newer BotOps (it knows {unknown[-1]}).",
            hint="Use that version, or restore an older backup.",
        )


def _copy_before(backups: Path, step: str) -> Path:
    return copy_database(backups / f"before-{step}.db")


def _check_references(backup: Path | None) -> None:
    broken = db.execute("PRAGMA foreign_key_check")
    if broken:
        raise StorageTrouble(
            f"After the update {len(broken)} rows point at something that is gone.",
            hint=f"Restore {backup}." if backup else "Report this, with the log.",
        )
