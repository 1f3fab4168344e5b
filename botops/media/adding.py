"""Adding: a photo that somebody hands over by name, stored while they wait."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from botops.kernel import clock
from botops.kernel.errors import NotFound, Refused
from botops.media.names import shown
from botops.media.records import READY, Arrival
from botops.media.sources import SourceChanged, SourceGone, SourceUnreadable
from botops.media.verdict import Rejected
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.media.intake import IntakeRules
    from botops.media.models import MediaFile
    from botops.media.records import Records
    from botops.media.vault import Staged, Vault

Added = tuple["MediaFile", int | None]


class Adding:
    """Stores photos, and adds the jobs that make pictures of them."""

    def __init__(
        self,
        rules: IntakeRules,
        *,
        vault: Vault,
        records: Records,
        process: Callable[[MediaFile], int],
    ) -> None:
        """Make one; `process` adds the job for a row and returns the job's number."""
        self._rules = rules
        self._vault = vault
        self._records = records
        self._process = process

    def add(self, file: Path, merchant_id: str) -> Added:
        """Store a file, and return its row and the number of its job, if it needs one.

        Raises:
            NotFound: There is no such file.
            Refused: It is no file, can't be read, or was changed while it was copied.
            DiskFull: There is no room for it.
        """
        name = PurePosixPath(shown(file.name))
        try:
            # Whoever names a link means the file behind it.
            with self._vault.staged(file.resolve()) as staged:
                arrival = Arrival(merchant_id, name, staged.sha256, staged.size)
                return self._store(arrival, staged)
        except SourceGone as error:
            raise NotFound(f"There is no file {shown(str(file))}.") from error
        except SourceUnreadable as error:
            raise Refused(error.message, hint=error.hint) from error
        except SourceChanged as error:
            raise Refused(
                f"{name} is no plain file, or was written to while it was copied.",
                hint="Add it again once it is at rest.",
            ) from error

    def _store(self, arrival: Arrival, staged: Staged) -> Added:
        try:
            ending = self._rules.check(staged.path, staged.size)
        except Rejected as why:
            return self._reject(arrival, staged, why=why)
        # The file and its row are one step: who removes what no row needs, waits for it.
        with db.write():
            known = self._records.find(arrival.merchant_id, arrival.sha256)
            if known and known.status == READY and self._vault.has_all(known, self._rules.sizes):
                return self._records.came_again(arrival), None
            original = self._vault.keep_original(staged, ending)
            row = self._records.accepted(arrival, storage_path=self._vault.stored_as(original))
            return row, self._process(row)

    def _reject(self, arrival: Arrival, staged: Staged, *, why: Rejected) -> Added:
        at = clock.iso(clock.epoch())
        with db.write():
            self._vault.reject(staged, arrival.name.name, why=why, at=at)
            return self._records.rejected(arrival, why), None
