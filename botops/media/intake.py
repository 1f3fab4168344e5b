"""Intake: a file's way from the inbox into the store, killed at any point and done again.

The order is what keeps it safe: a copy among the originals, the variants, the row, and only
then, if it is still the same file, the source is removed.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from botops.jobs.retry import Snooze
from botops.kernel import clock
from botops.media import formats, verdict
from botops.media.names import shown
from botops.media.pool import DecodeStopped
from botops.media.records import DUPLICATE, READY, REJECTED, STORED, Arrival, Origin
from botops.media.sightings import Sighting, look
from botops.media.verdict import Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botops.jobs.run import JobRun
    from botops.kernel.paths import Home
    from botops.media.models import MediaFile
    from botops.media.pool import DecodePool
    from botops.media.protocol import Decoded
    from botops.media.records import Records
    from botops.media.vault import Staged, Vault

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRules:
    """What a merchant may set about taking files in."""

    max_size: int  # bytes
    sizes: Mapping[str, int]  # pixels
    keeps_source: bool


class Intake:
    """Does the jobs that take pictures in."""

    def __init__(
        self, home: Home, rules: IntakeRules, *, vault: Vault, pool: DecodePool, records: Records
    ) -> None:
        self._home = home
        self._rules = rules
        self._vault = vault
        self._pool = pool
        self._records = records

    def take_in(self, run: JobRun) -> dict[str, Any]:
        """Do the job `media.ingest`: a file that lies in the inbox, settled."""
        source, origin, name = read_source(run.args)
        now = look(os.fspath(source))
        if now is None:
            return {"outcome": "gone"}
        if (now.device, now.inode, now.size, now.mtime_ns) != _identity(origin):
            return {"outcome": "changed"}  # the watcher brings it again once it is at rest
        if self._records.knows(run.merchant_id, origin):
            self._remove_source(source, origin)
            return {"outcome": "known"}
        staged = self._vault.stage(source, checkpoint=run.checkpoint)
        arrival = Arrival(run.merchant_id, name, staged.sha256, staged.size)
        outcome = self._store(run, arrival, staged, origin=origin, stall=run.args.get("stalled"))
        self._remove_source(source, origin)
        return {"outcome": outcome}

    def look_again(self, run: JobRun) -> dict[str, Any]:
        """Do the job `media.process`: a stored file for the first time, or any file anew."""
        row = self._records.get(int(run.args["media_id"]))
        name = PurePosixPath(row.original_name)
        arrival = Arrival(row.merchant_id, name, row.hash, row.size)
        file = self._vault.file_of(row.storage_path, row.hash, row.original_name)
        if row.status == READY:
            decoded = self._decode(run, file, row.hash)
            with run.completing({"outcome": STORED}):
                self._records.ready(arrival, decoded, storage_path=row.storage_path)
            return {"outcome": STORED}
        staged = self._vault.stage(file, checkpoint=run.checkpoint)
        outcome = self._store(run, arrival, staged, origin=None)
        if outcome != REJECTED:
            self._vault.forget_reject(row.hash, row.original_name)
        return {"outcome": outcome}

    def _store(
        self,
        run: JobRun,
        arrival: Arrival,
        staged: Staged,
        *,
        origin: Origin | None,
        stall: str | None = None,
    ) -> str:
        known = self._records.find(arrival.merchant_id, arrival.sha256)
        if known and known.status == READY and not known.deleted_at:
            staged.path.unlink()
            with run.completing({"outcome": DUPLICATE, "media_id": str(known.id)}):
                self._records.linked_again(known, arrival)
                self._came_from(known, origin, DUPLICATE)
            return DUPLICATE
        try:
            extension = self._check(staged, stall)
        except Rejected as why:
            return self._reject(run, arrival, staged.path, origin=origin, why=why)
        original = self._vault.keep_original(staged, extension)
        try:
            decoded = self._decode(run, original, arrival.sha256)
        except Rejected as why:
            return self._reject(run, arrival, original, origin=origin, why=why)
        where = original.relative_to(self._home.root).as_posix()
        with run.completing({"outcome": STORED}):
            row = self._records.ready(arrival, decoded, storage_path=where)
            self._came_from(row, origin, STORED)
        return STORED

    def _check(self, staged: Staged, stall: str | None) -> str:
        if staged.size > self._rules.max_size:
            raise verdict.too_large(staged.size, self._rules.max_size)
        if stall == "unreadable":
            raise verdict.unreadable()
        with staged.path.open("rb") as file:
            return formats.recognise(file).extension

    def _decode(self, run: JobRun, original: Path, sha256: str) -> Decoded:
        try:
            decoded = self._pool.convert(
                original, self._rules.sizes, folder=self._home.tmp, checkpoint=run.checkpoint
            )
        except DecodeStopped as ending:  # the program ends, and nothing is wrong with the photo
            raise Snooze(0) from ending
        for variant in decoded.variants:
            self._vault.keep_variant(variant.path, sha256, variant.name)
        return decoded

    def _reject(
        self, run: JobRun, arrival: Arrival, file: Path, *, origin: Origin | None, why: Rejected
    ) -> str:
        name = arrival.name.name
        at = clock.iso(clock.epoch())
        self._vault.reject(file, arrival.sha256, name=name, why=why, at=at)
        with run.completing({"outcome": REJECTED, "code": why.verdict.value}):
            row = self._records.rejected(arrival, why)
            self._came_from(row, origin, REJECTED)
        return REJECTED

    def _came_from(self, row: MediaFile, origin: Origin | None, outcome: str) -> None:
        if origin is not None:
            self._records.came_from(row, origin, outcome)

    def _remove_source(self, source: Path, origin: Origin) -> None:
        """Take the file out of the inbox, last of all, if it is still the one that was stored."""
        if self._rules.keeps_source:
            return
        now = look(os.fspath(source))
        if now is not None and (now.device, now.inode, now.size, now.mtime_ns) == _identity(origin):
            with suppress(FileNotFoundError):
                source.unlink()


def source_args(sighting: Sighting, inbox: Path) -> dict[str, Any]:
    """Return a settled file as the arguments of a job: JSON, whatever bytes its name has."""
    name = shown(Path(os.path.relpath(sighting.file, inbox)).as_posix())
    path = shown(sighting.file)
    args: dict[str, Any] = {
        "name": name,
        "path": path,
        "device": sighting.device,
        "inode": sighting.inode,
        "size": sighting.size,
        "mtime_ns": sighting.mtime_ns,
    }
    if path != sighting.file:
        args["raw"] = os.fsencode(sighting.file).hex()
    if sighting.stalled:
        args["stalled"] = sighting.stalled
    return args


def read_source(args: dict[str, Any]) -> tuple[Path, Origin, PurePosixPath]:
    """Return what `source_args` was made of: the raw path, its identity, the name to show."""
    raw = os.fsdecode(bytes.fromhex(args["raw"])) if "raw" in args else args["path"]
    origin = Origin(args["path"], args["device"], args["inode"], args["size"], args["mtime_ns"])
    return Path(raw), origin, PurePosixPath(args["name"])


def _identity(origin: Origin) -> tuple[int, int, int, int]:
    return (origin.device, origin.inode, origin.size, origin.mtime_ns)
