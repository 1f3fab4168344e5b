"""Migrate: brings a database to the shape that this program knows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playhouse.migrations import Migration, Runner

from botops.kernel import clock
from botops.kernel.errors import BotOpsError, StorageTrouble
from botops.kernel.files import free_name
from botops.kernel.platform import one_at_a_time
from botops.store.backup import copy_database, refuse_newer
from botops.store.database import db
from botops.store.triggers import install_audit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

log = logging.getLogger(__name__)
DIRECTORY = Path(__file__).parent / "migrations"
PATIENCE = 60  # seconds; another process may be rebuilding a large table


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

    All steps are one transaction: whatever goes wrong, the database is as it was before.
    `triggers` make a feature's triggers anew: a step that rebuilds a table loses them.

    Raises:
        NewerDatabase: A newer program has changed it. Nothing is done.
        StorageTrouble: A step failed. Nothing is changed; the copy made before is named.
    """
    with alone(file):
        status = _status(directory)
        refuse_newer(
            frozenset(step.name for step in status if step.applied), known_steps(directory)
        )
        pending = [step.name for step in status if not step.applied]
        if not pending:
            _mend_trail()
            return Migrated(())
        backup = _copy_before(backups, pending[0]) if len(pending) < len(status) else None
        try:
            _apply(pending, directory, triggers=triggers)
        except BotOpsError:
            raise
        except Exception as error:
            raise StorageTrouble(
                f"The database could not be updated, and is as it was before: {error}.",
                hint=f"A copy from before is {backup}." if backup else "Report this, with the log.",
            ) from error
        log.info("database brought to %s", pending[-1])
        return Migrated(tuple(pending), backup)


def alone(file: Path) -> AbstractContextManager[None]:
    """Let nobody else change the shape of the database at `file`, or put another in its place."""
    return one_at_a_time(
        file.with_name(f"{file.name}.migrate.lock"),
        patience=PATIENCE,
        busy="Another BotOps is still busy with this database.",
    )


def pending_steps(directory: Path = DIRECTORY) -> list[str]:
    """Return the names of the steps that the open database lacks."""
    return [step.name for step in _status(directory) if not step.applied]


def known_steps(directory: Path = DIRECTORY) -> frozenset[str]:
    """Return the names of all steps that this program has."""
    return frozenset(path.stem for path in directory.glob("[0-9]*.py"))


def _status(directory: Path) -> list[Migration]:
    with db.reading():
        return list(Runner(db.proxy.obj, str(directory)).status())


def _mend_trail() -> None:
    if mended := install_audit():
        log.warning("the trail's triggers were missing or changed: %s", ", ".join(mended))


def _copy_before(backups: Path, step: str) -> Path:
    moment = clock.utcnow().strftime("%Y%m%d-%H%M%S")
    return copy_database(free_name(backups / f"before-{step}-{moment}.db"))


def _apply(pending: list[str], directory: Path, *, triggers: Sequence[Callable[[], None]]) -> None:
    with db.reading():
        runner = Runner(db.proxy.obj, str(directory))
        # A table that is rebuilt would take with it what points to it; inside of a transaction
        # this can't be changed.
        db.execute("PRAGMA foreign_keys = 0")
        try:
            with db.write():
                for step in pending:
                    runner.up(step)
                for install in (install_audit, *triggers):
                    install()
                _check_references()
        finally:
            db.execute("PRAGMA foreign_keys = 1")


def _check_references() -> None:
    if broken := db.execute("PRAGMA foreign_key_check"):
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise LookupError(f"{len(broken)} rows of {tables} would point at something that is gone")
