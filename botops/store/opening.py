"""Opening: everything that stands between a home and its database being used."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botops.kernel.errors import StorageTrouble
from botops.store.backup import check_at_start, refuse_newer
from botops.store.database import db
from botops.store.migrate import Migrated, alone, known_steps, migrate
from botops.store.restore import finish_restore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from botops.kernel.paths import Home

log = logging.getLogger(__name__)


def open_store(
    home: Home, *, triggers: Sequence[Callable[[], None]] = (), checked: bool = False
) -> Migrated:
    """Open the database of a home, brought to the shape that this program knows.

    A restore that was broken off is finished first. `checked` reads the whole file over: the
    engine does so at its start, single commands don't.

    Raises:
        StorageTrouble: The database is damaged, or an update of it failed.
        NewerDatabase: A newer program has changed it.
    """
    with alone(home.database):
        if finish_restore(home):
            log.warning("a restore that had been broken off was finished")
    if checked:
        check_at_start(home.database, home.backups)
    db.open(home.database)
    return migrate(home.database, home.backups, triggers=triggers)


def open_for_reading(home: Home) -> None:
    """Open a database that another process keeps, such that nothing here can change it.

    Raises:
        NewerDatabase: A newer program has changed it.
        StorageTrouble: It is still in the shape of an older one, or can't be read.
    """
    if not home.database.exists():
        raise StorageTrouble(f"There is no database at {home.database}.")
    db.open(home.database, reads_only=True)
    try:
        _refuse_other_shape()
    except BaseException:
        db.close()
        raise


def _refuse_other_shape() -> None:
    applied = frozenset(name for (name,) in db.execute("SELECT name FROM schema_migration"))
    refuse_newer(applied, known_steps())
    if pending := sorted(known_steps() - applied):
        raise StorageTrouble(
            f"The engine is older than this program: its database lacks {pending[0]}.",
            hint="Restart the engine with this version.",
        )
