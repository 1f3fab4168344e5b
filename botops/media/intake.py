"""Intake: a file's way from the inbox into the store, killed at any point and done again.

The order is what keeps it safe: a copy that nobody else reaches, a look at it, the original and
the variants in their places, the row, and only then the source is let go.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botops.jobs.retry import Discard, Snooze
from botops.kernel import clock
from botops.kernel.errors import BotOpsError, NotFound
from botops.media import formats, sources, verdict
from botops.media.names import shown
from botops.media.pool import DecodeStopped
from botops.media.records import DUPLICATE, FAILED, READY, REJECTED, STORED, Arrival
from botops.media.sources import SourceChanged, SourceGone
from botops.media.verdict import Rejected
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from botops.jobs.run import JobRun
    from botops.media.models import MediaFile
    from botops.media.pool import DecodePool
    from botops.media.protocol import Decoded
    from botops.media.records import Records
    from botops.media.sources import Source
    from botops.media.vault import Staged, Vault

log = logging.getLogger(__name__)
Result = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class IntakeRules:
    """What a merchant may set about taking files in; each photo is looked at by those of now."""

    max_size: int  # bytes
    sizes: Mapping[str, int]  # pixels
    home: Path
    keep_source: bool | None = None  # None: keep what lies outside of the home

    def keeps(self, file: Path) -> bool:
        """Tell whether a file stays where it is: whatever a link says, by where it really lies."""
        if self.keep_source is not None:
            return self.keep_source
        folder, home = os.path.realpath(file.parent), os.path.realpath(self.home)
        return not folder.startswith(home + os.sep)

    def check(self, file: Path, size: int) -> str:
        """Return the ending of an original, by its content.

        Raises:
            Rejected: It is too large, or no picture.
        """
        if size > self.max_size:
            raise verdict.too_large(size, self.max_size)
        with file.open("rb") as reading:
            return formats.recognise(reading).extension


class Intake:
    """Does the jobs that take pictures in."""

    def __init__(
        self, rules: IntakeRules, *, vault: Vault, pool: DecodePool, records: Records
    ) -> None:
        self._rules = rules
        self._vault = vault
        self._pool = pool
        self._records = records

    def take_in(self, run: JobRun) -> Result:
        """Do the job `media.ingest`: a file that lies in the inbox, settled."""
        source = sources.read(run.args)
        keeps = self._rules.keeps(source.path)
        if keeps and self._records.taken_in_as(run.merchant_id, source) is not None:
            return {"outcome": "known"}
        try:
            result = self._take_in(run, source)
        except SourceGone:
            return {"outcome": "gone"}
        except SourceChanged:
            return {"outcome": "changed"}  # the watcher brings it again once it is at rest
        if not keeps:
            self._let_go(source)
        return result

    def look_again(self, run: JobRun) -> Result:
        """Do the job `media.process`: a stored file for the first time, or any file anew."""
        row = self._row(run)
        file = self._vault.file_of(row)
        if not file.exists():
            raise Discard(f"The file of {row.original_name} is gone. Drop it again.")
        if row.status == READY:
            return self._make_anew(run, row, file=file)
        with (
            self._vault.room.noticed(),
            self._vault.staged(file, checkpoint=run.checkpoint) as staged,
        ):
            if staged.sha256 != row.hash:
                raise Discard(f"{row.original_name} was changed where it lies. Drop it again.")
            result = self._store(run, Arrival.again(row), staged=staged)
        self._tidy(row.hash, row.storage_path)
        return result

    def _take_in(self, run: JobRun, source: Source) -> Result:
        with (
            self._vault.room.noticed(),
            self._vault.staged(source.path, key=source.key, checkpoint=run.checkpoint) as staged,
        ):
            arrival = Arrival(run.merchant_id, source.name, staged.sha256, staged.size, source)
            return self._store(run, arrival, staged=staged)

    def _store(self, run: JobRun, arrival: Arrival, *, staged: Staged) -> Result:
        known = self._records.find(arrival.merchant_id, arrival.sha256)
        if known is not None:
            if self._is_this_one(known, arrival):  # killed after the row, before it was let go
                return {"outcome": "known", "media_id": str(known.id)}
            if known.status == READY and self._vault.has_all(known, self._rules.sizes):
                return self._came_again(run, arrival)
        try:
            extension = self._rules.check(staged.path, staged.size)
            with self._decoded(run, staged.path) as decoded:
                original = self._vault.keep_original(staged, extension)
                self._vault.keep_variants(arrival.sha256, decoded.variants)
        except Rejected as why:
            return self._reject(run, arrival, staged=staged, why=why)
        result: Result = {"outcome": STORED}
        with run.completing(result):
            _still_there(original)
            row = self._records.ready(
                arrival, decoded, storage_path=self._vault.stored_as(original)
            )
            result["media_id"] = str(row.id)
        if known is not None and known.status == FAILED and arrival.media_id is None:
            self._tidy(arrival.sha256)
        return result

    def _is_this_one(self, known: MediaFile, arrival: Arrival) -> bool:
        """Tell whether a row was written for this very file, and what it promises is there."""
        if arrival.source is None or known.deleted_at is not None:
            return False
        taken_in = self._records.taken_in_as(arrival.merchant_id, arrival.source)
        return taken_in == known.id and self._vault.file_of(known).exists()

    def _came_again(self, run: JobRun, arrival: Arrival) -> Result:
        result: Result = {"outcome": DUPLICATE}
        with run.completing(result):
            result["media_id"] = str(self._records.came_again(arrival).id)
        return result

    def _reject(self, run: JobRun, arrival: Arrival, *, staged: Staged, why: Rejected) -> Result:
        known = self._records.find(arrival.merchant_id, arrival.sha256)
        at = clock.iso(clock.epoch())
        file = self._vault.reject(staged, arrival.name.name, why=why, at=at)
        result: Result = {"outcome": REJECTED, "code": why.verdict.value}
        with run.completing(result):
            _still_there(file)
            row = self._records.rejected(arrival, why)
            result["media_id"] = str(row.id)
            if row.status == READY:
                result["outcome"] = DUPLICATE
        if known is not None and arrival.media_id is None:  # it may lie here under another name
            self._tidy(arrival.sha256, known.storage_path)
        return result

    def _make_anew(self, run: JobRun, row: MediaFile, *, file: Path) -> Result:
        try:
            with self._vault.room.noticed(), self._decoded(run, file) as decoded:
                self._vault.keep_variants(row.hash, decoded.variants)
        except Rejected as why:
            raise Discard(f"{row.original_name} stays as it is. {why.reason}") from why
        result: Result = {"outcome": STORED, "media_id": str(row.id)}
        with run.completing(result):
            self._records.redone(row.id, decoded)
        return result

    @contextmanager
    def _decoded(self, run: JobRun, file: Path) -> Iterator[Decoded]:
        """Give a picture with its variants; those that the block does not place are removed."""
        try:
            decoded = self._pool.convert(
                file,
                self._rules.sizes,
                folder=self._vault.bench.folder,
                checkpoint=run.checkpoint,
            )
        except DecodeStopped as ending:  # the program ends, and nothing is wrong with the photo
            raise Snooze(0) from ending
        try:
            yield decoded
        except BaseException:
            for variant in decoded.variants:
                variant.path.unlink(missing_ok=True)
            raise

    def _tidy(self, sha256: str, storage_path: str | None = None) -> None:
        """Remove what a content has left where it was before; killed before that, it just lies.

        Within a transaction, so that nobody begins to need it meanwhile.
        """
        with db.write():
            needed = self._records.names_of_rejects(sha256)
            self._vault.forget_rejects(sha256, needed=needed)
            if storage_path and not self._records.needs(sha256, storage_path):
                self._vault.drop_original(storage_path)

    def _row(self, run: JobRun) -> MediaFile:
        try:
            return self._records.get(int(run.args["media_id"]))
        except NotFound as error:
            raise Discard(error.message) from error

    def _let_go(self, source: Source) -> None:
        try:
            sources.take_out(source, self._vault.bench.way_out(source.name.name))
        except FileNotFoundError:
            log.debug("%s has been taken away already", shown(source.file))
        except OSError as error:
            log.warning(
                "%s is stored, but can't be taken out of the inbox: %s",
                shown(source.file),
                error.strerror,
            )


def _still_there(file: Path) -> None:
    """Object when somebody has removed a file since it was put into its place.

    Within the transaction: those who remove files do so in one, if no row needs them.
    """
    if not file.exists():
        raise BotOpsError(f"{file.name} is gone again. It is tried anew.")
