"""Opening: everything that stands between a home and its database being used."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botops.store.backup import check_at_start
from botops.store.database import db
from botops.store.migrate import Migrated, alone, migrate
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
