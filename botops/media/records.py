"""Records: the rows of pictures, written in the transaction that ends a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from botops.kernel import clock
from botops.kernel.errors import NotFound
from botops.kernel.events import Bus, Changed, PublicEvent
from botops.media.models import MediaFile, MediaSource
from botops.media.names import candidates, comparing_key

if TYPE_CHECKING:
    from pathlib import PurePath

    from botops.media.protocol import Decoded
    from botops.media.verdict import Rejected

READY, FAILED, PROCESSING = "ready", "failed", "processing"
STORED, DUPLICATE, REJECTED = "stored", "duplicate", "rejected"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A content that came in, under which name, and for whom; `name` is safe to show."""

    merchant_id: str
    name: PurePath  # inside the inbox
    sha256: str
    size: int

    @property
    def name_key(self) -> str:
        """The form in which two names are equal."""
        return comparing_key(self.name.as_posix())


@dataclass(frozen=True, slots=True)
class Origin:
    """Where on the disk a file lay, and what told it from others."""

    path: str  # storable
    device: int
    inode: int
    size: int
    mtime_ns: int


class Records:
    """Writes what became of files; always inside the caller's transaction."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def ready(self, arrival: Arrival, decoded: Decoded, *, storage_path: str | None) -> MediaFile:
        """Book a picture as ready, and tell who links pictures to products."""
        row = self.find(arrival.merchant_id, arrival.sha256)
        is_new = row is None or row.status != READY or row.deleted_at is not None
        row = row or self._new(arrival)
        row.file_name = f"{arrival.sha256}.{decoded.extension}"
        row.mime_type = decoded.mime_type
        row.width, row.height = decoded.width, decoded.height
        row.storage_path = storage_path
        row.status, row.code, row.reason = READY, None, None
        row.metadata = _metadata(decoded)
        self._save(row)
        if is_new:
            self._publish_ready(row, arrival)
        return row

    def linked_again(self, row: MediaFile, arrival: Arrival) -> None:
        """Tell that a picture that is there already came again, maybe under another name.

        Where another picture has had its name since, it is the newest version again.
        """
        newest = self._newest_version(arrival)
        if row.name_key == arrival.name_key and row.version < newest:
            row.version = newest + 1
            self._save(row)
        self._publish_ready(row, arrival)

    def set_removed(self, row: MediaFile, *, is_removed: bool) -> None:
        """Put a picture aside or bring it back, and tell who shows it."""
        row.updated_at = clock.utcnow()
        row.deleted_at = row.updated_at if is_removed else None
        row.save()
        self.changed()
        kind = "media_removed" if is_removed else "media_restored"
        data = {"mediaId": str(row.id), "fileName": row.original_name}
        self._bus.publish(PublicEvent(kind, data, merchant_id=row.merchant_id))

    def rejected(self, arrival: Arrival, why: Rejected) -> MediaFile:
        """Book a file as one that can't be used."""
        row = self.find(arrival.merchant_id, arrival.sha256) or self._new(arrival)
        row.original_name, row.name_key = arrival.name.name, arrival.name_key
        row.status, row.code, row.reason = FAILED, why.verdict.value, why.reason
        row.storage_path = None
        self._save(row)
        data = {
            "mediaId": str(row.id),
            "fileName": row.original_name,
            "code": row.code,
            "reason": row.reason,
        }
        self._bus.publish(PublicEvent("media_rejected", data, merchant_id=row.merchant_id))
        return row

    def accepted(self, arrival: Arrival, *, storage_path: str) -> MediaFile:
        """Book a file that is stored and still to be looked at."""
        row = self._new(arrival)
        row.storage_path = storage_path
        self._save(row)
        return row

    def came_from(self, row: MediaFile, origin: Origin, outcome: str) -> None:
        """Remember the file on the disk, so that it is known when it is seen again."""
        values: dict[str, Any] = {
            "media_id": row.id,
            "device": str(origin.device),
            "inode": str(origin.inode),
            "size": origin.size,
            "mtime_ns": origin.mtime_ns,
            "outcome": outcome,
            "seen_at": clock.utcnow(),
        }
        MediaSource.insert(merchant_id=row.merchant_id, path=origin.path, **values).on_conflict(
            conflict_target=[MediaSource.merchant_id, MediaSource.path], update=values
        ).execute()

    def find(self, merchant_id: str, sha256: str) -> MediaFile | None:
        """Return the row of a content."""
        row: MediaFile | None = MediaFile.get_or_none(
            MediaFile.merchant_id == merchant_id, MediaFile.hash == sha256
        )
        return row

    def get(self, media_id: int) -> MediaFile:
        """Return the row of a number.

        Raises:
            NotFound: There is no such picture.
        """
        row: MediaFile | None = MediaFile.get_or_none(MediaFile.id == media_id)
        if row is None:
            raise NotFound(f"There is no picture {media_id}.")
        return row

    def knows(self, merchant_id: str, origin: Origin) -> bool:
        """Tell whether this very file was taken in before, unchanged."""
        source = MediaSource.get_or_none(
            MediaSource.merchant_id == merchant_id, MediaSource.path == origin.path
        )
        return source is not None and (
            (source.device, source.inode, source.size, source.mtime_ns)
            == (str(origin.device), str(origin.inode), origin.size, origin.mtime_ns)
        )

    def _newest_version(self, arrival: Arrival) -> int:
        versions = MediaFile.select(fn.MAX(MediaFile.version)).where(
            MediaFile.merchant_id == arrival.merchant_id, MediaFile.name_key == arrival.name_key
        )
        return versions.scalar() or 0

    def _new(self, arrival: Arrival) -> MediaFile:
        return MediaFile(
            merchant_id=arrival.merchant_id,
            hash=arrival.sha256,
            original_name=arrival.name.name,
            name_key=arrival.name_key,
            file_name=arrival.name.name,
            size=arrival.size,
            version=self._newest_version(arrival) + 1,
            status=PROCESSING,
        )

    def _save(self, row: MediaFile) -> None:
        row.deleted_at = None
        row.updated_at = clock.utcnow()
        row.save()
        self.changed()

    def changed(self) -> None:
        """Say that rows of pictures are new, once the transaction is committed."""
        self._bus.publish(Changed("media"))

    def _publish_ready(self, row: MediaFile, arrival: Arrival) -> None:
        older = (
            MediaFile.select(MediaFile.id)
            .where(
                MediaFile.merchant_id == row.merchant_id,
                MediaFile.name_key == arrival.name_key,
                MediaFile.status == READY,
                MediaFile.id != row.id,
                MediaFile.version < row.version,
            )
            .order_by(MediaFile.version.desc())
            .first()
        )
        data = {
            "mediaId": str(row.id),
            "fileName": arrival.name.name,
            "version": row.version,
            "hash": row.hash,
            "mimeType": row.mime_type,
            "width": row.width,
            "height": row.height,
            "size": row.size,
            "replaces": str(older.id) if older else None,
            "candidates": [
                {"sku": each.sku_key, "sequence": each.sequence, "primary": each.is_primary}
                for each in candidates(arrival.name)
            ],
        }
        self._bus.publish(PublicEvent("media_ready", data, merchant_id=row.merchant_id))


def _metadata(decoded: Decoded) -> dict[str, Any]:
    return {
        "format": decoded.format,
        "mode": decoded.mode,
        "has_alpha": decoded.has_alpha,
        "is_animated": decoded.is_animated,
        "notes": list(decoded.notes),
        "variants": {
            each.name: {"width": each.width, "height": each.height, "size": each.size}
            for each in decoded.variants
        },
    }
