"""Records: the rows of pictures, written in the transaction that ends a job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any

from botops.kernel import clock
from botops.kernel.errors import NotFound
from botops.kernel.events import Bus, Changed, PublicEvent
from botops.media.models import MediaFile, MediaSource
from botops.media.names import candidates, comparing_key
from botops.store import db
from botops.store.bulk import insert_rows

if TYPE_CHECKING:
    from peewee import ModelSelect

    from botops.media.protocol import Decoded
    from botops.media.sources import Source
    from botops.media.verdict import Rejected

# In SQL, since there are as many of them to a photo, and the mapper takes a millisecond for each.
_ID_OF = "SELECT id FROM media_files WHERE merchant_id = ? AND hash = ?"
_SOURCE_AT = (
    "SELECT media_id, device, inode, size, mtime_ns FROM media_sources "
    "WHERE merchant_id = ? AND path = ?"
)
_OF_A_NAME = (
    "SELECT id, version, status FROM media_files WHERE merchant_id = ? AND name_key = ? "
    "AND id <> ? ORDER BY version DESC"
)
_CAME_FROM = (
    "INSERT INTO media_sources "
    "(merchant_id, path, media_id, device, inode, size, mtime_ns, outcome, seen_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (merchant_id, path) DO UPDATE SET "
    "media_id = excluded.media_id, device = excluded.device, inode = excluded.inode, "
    "size = excluded.size, mtime_ns = excluded.mtime_ns, outcome = excluded.outcome, "
    "seen_at = excluded.seen_at"
)
_COLUMNS = [name for name in MediaFile._meta.fields if name != "id"]
READY, FAILED, PROCESSING = "ready", "failed", "processing"
STORED, DUPLICATE, REJECTED = "stored", "duplicate", "rejected"
Key = tuple[str, str, int, int]  # of a file, as it is stored


@dataclass(frozen=True, slots=True)
class Arrival:
    """A content that came in, under which name, and for whom; `name` is safe to show."""

    merchant_id: str
    name: PurePath  # inside the inbox
    sha256: str
    size: int
    source: Source | None = None  # the file, where it is one of the inbox
    media_id: int | None = None  # of a picture that is only looked at again

    @property
    def name_key(self) -> str:
        """The form in which two names are equal."""
        return comparing_key(self.name.as_posix())

    @classmethod
    def again(cls, row: MediaFile) -> Arrival:
        """Return a picture as it came in once, its folder included."""
        name = PurePosixPath(row.name_key).with_name(row.original_name)
        return cls(row.merchant_id, name, row.hash, row.size, media_id=row.id)


@dataclass(frozen=True, slots=True)
class _Version:
    """What is known of a picture that shares its name with others."""

    id: int
    version: int
    status: str


class Records:
    """Writes what became of files; always inside the caller's transaction."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def ready(self, arrival: Arrival, decoded: Decoded, *, storage_path: str) -> MediaFile:
        """Book a picture as ready, and tell who links pictures to products.

        Another copy of it may have been taken in meanwhile, by whoever works beside.
        """
        row = self._row_of(arrival)
        outcome = DUPLICATE if _is_live(row) else STORED
        replaced = self._settle_name(row, arrival)
        _describe(row, decoded)
        row.storage_path = storage_path
        row.status, row.code, row.reason = READY, None, None
        self._save(row)
        self._tell_ready(row, arrival, replaced=replaced)
        self._came_from(row, arrival, outcome=outcome)
        if row.deleted_at is not None:  # put aside while it was looked at: that still holds
            self._tell_removed(row)
        return row

    def came_again(self, arrival: Arrival) -> MediaFile:
        """Tell that a ready picture came again, maybe under another name, or after it was removed.

        Where another picture has had its name since, it is the newest version again.
        """
        row = self._row_of(arrival)
        replaced = self._settle_name(row, arrival)
        self._save(row)
        self._tell_ready(row, arrival, replaced=replaced)
        self._came_from(row, arrival, outcome=DUPLICATE)
        return row

    def redone(self, media_id: int, decoded: Decoded) -> None:
        """Book new sizes of a ready picture."""
        row = self.get(media_id)
        _describe(row, decoded)
        self._save(row)

    def rejected(self, arrival: Arrival, why: Rejected) -> MediaFile:
        """Book a file as one that can't be used, unless it is in use already."""
        row = self._row_of(arrival)
        if _is_live(row):  # a busy machine gave up on what another try has made ready
            return self.came_again(arrival)
        self._settle_name(row, arrival)
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
        self._came_from(row, arrival, outcome=REJECTED)
        return row

    def accepted(self, arrival: Arrival, *, storage_path: str) -> MediaFile:
        """Book a file that is stored and still to be looked at."""
        row = self._row_of(arrival)
        self._settle_name(row, arrival)
        row.status, row.code, row.reason = PROCESSING, None, None
        row.storage_path = storage_path
        self._save(row)
        return row

    def set_removed(self, row: MediaFile, *, is_removed: bool) -> None:
        """Put a picture aside or bring it back, and tell who shows it."""
        row.deleted_at = clock.utcnow() if is_removed else None
        self._save(row)
        self._tell_removed(row)

    def find(self, merchant_id: str, sha256: str) -> MediaFile | None:
        """Return the row of a content."""
        rows = db.execute(_ID_OF, (merchant_id, sha256))
        return self.get(rows[0][0]) if rows else None

    def get(self, media_id: int) -> MediaFile:
        """Return the row of a number.

        Raises:
            NotFound: There is no such picture.
        """
        row: MediaFile | None = MediaFile.get_or_none(MediaFile.id == media_id)
        if row is None:
            raise NotFound(f"There is no picture {media_id}.")
        return row

    def taken_in_as(self, merchant_id: str, source: Source) -> int | None:
        """Return the picture as which this very file was taken in before, unchanged."""
        found = self._source_at(merchant_id, source)
        return found[0] if found is not None and found[1] == source.stored_key else None

    def names_of_rejects(self, sha256: str) -> set[str]:
        """Return the names under which a content lies among the rejects, for whichever shop."""
        rows: ModelSelect[Any] = MediaFile.select(MediaFile.original_name).where(
            MediaFile.hash == sha256, MediaFile.status == FAILED
        )
        return {name for (name,) in rows.tuples()}

    def is_stored(self, sha256: str) -> bool:
        """Tell whether a content is stored or among the rejects, for whichever shop."""
        return bool(
            MediaFile.select()
            .where(MediaFile.hash == sha256, MediaFile.status.in_([READY, FAILED]))
            .exists()
        )

    def needs(self, sha256: str, storage_path: str) -> bool:
        """Tell whether any row has an original; a content is stored once for all shops."""
        rows = MediaFile.select().where(
            MediaFile.hash == sha256, MediaFile.storage_path == storage_path
        )
        return bool(rows.exists())

    def _row_of(self, arrival: Arrival) -> MediaFile:
        return self.find(arrival.merchant_id, arrival.sha256) or MediaFile(
            merchant_id=arrival.merchant_id,
            hash=arrival.sha256,
            original_name="",
            name_key="",
            file_name=arrival.name.name,
            size=arrival.size,
            version=0,
            status=PROCESSING,
        )

    def _settle_name(self, row: MediaFile, arrival: Arrival) -> int | None:
        """Give what came in its name and version; return the picture that had the name before.

        A picture in use keeps its first name, though it comes again under another.
        """
        others = self._others(row, arrival)
        if arrival.media_id is None:
            newest = others[0].version if others else 0
            if not _is_live(row):
                is_renamed = row.name_key != arrival.name_key
                row.original_name, row.name_key = arrival.name.name, arrival.name_key
                row.version = newest + 1 if is_renamed else row.version
                row.deleted_at = None
            if row.name_key == arrival.name_key and row.version < newest:
                row.version = newest + 1
        return self._had_name(row, arrival, others=others)

    def _others(self, row: MediaFile, arrival: Arrival) -> list[_Version]:
        """Return the other pictures of a name, the newest version first."""
        values = (arrival.merchant_id, arrival.name_key, row.id or 0)
        return [_Version(*each) for each in db.execute(_OF_A_NAME, values)]

    def _had_name(self, row: MediaFile, arrival: Arrival, *, others: list[_Version]) -> int | None:
        """Return the ready picture that a name meant until now.

        What came last from the same path tells; else the newest version before this one.
        """
        before = self._source_at(arrival.merchant_id, arrival.source)
        if before is not None:
            if before[0] == row.id:
                return None
            if self.get(before[0]).status == READY:
                return before[0]
        is_borrowed = row.name_key != arrival.name_key
        ready = (each for each in others if each.status == READY)
        return next((each.id for each in ready if is_borrowed or each.version < row.version), None)

    def _source_at(self, merchant_id: str, source: Source | None) -> tuple[int, Key] | None:
        """Return the picture that came last from a path, and the key of its file."""
        rows = db.execute(_SOURCE_AT, (merchant_id, source.place)) if source else []
        return (rows[0][0], rows[0][1:]) if rows else None

    def _came_from(self, row: MediaFile, arrival: Arrival, *, outcome: str) -> None:
        """Remember the file on the disk, so that it is known when it is seen again."""
        if arrival.source is None:
            return
        seen_at = MediaSource.seen_at.db_value(clock.utcnow())
        source = arrival.source
        where = (row.merchant_id, source.place, row.id)
        db.change(_CAME_FROM, (*where, *source.stored_key, outcome, seen_at))

    def _save(self, row: MediaFile) -> None:
        row.updated_at = clock.utcnow()
        if not row.id:
            insert_rows(MediaFile, [{name: getattr(row, name) for name in _COLUMNS}])
            row.id = db.execute(_ID_OF, (row.merchant_id, row.hash))[0][0]
        else:
            row.save()
        self._bus.publish(Changed("media"))

    def _tell_removed(self, row: MediaFile) -> None:
        kind = "media_restored" if row.deleted_at is None else "media_removed"
        data = {"mediaId": str(row.id), "fileName": row.original_name}
        self._bus.publish(PublicEvent(kind, data, merchant_id=row.merchant_id))

    def _tell_ready(self, row: MediaFile, arrival: Arrival, *, replaced: int | None) -> None:
        data = {
            "mediaId": str(row.id),
            "fileName": arrival.name.name,
            "version": row.version,
            "hash": row.hash,
            "mimeType": row.mime_type,
            "width": row.width,
            "height": row.height,
            "size": row.size,
            "replaces": None if replaced is None else str(replaced),
            "candidates": [
                {"sku": each.sku_key, "sequence": each.sequence, "primary": each.is_primary}
                for each in candidates(arrival.name)
            ],
        }
        self._bus.publish(PublicEvent("media_ready", data, merchant_id=row.merchant_id))


def key_of(source: MediaSource) -> Key:
    """Return what tells a file that was taken in from others."""
    return (source.device, source.inode, source.size, source.mtime_ns)


def _is_live(row: MediaFile) -> bool:
    return row.status == READY and row.deleted_at is None


def _describe(row: MediaFile, decoded: Decoded) -> None:
    row.file_name = f"{row.hash}.{decoded.extension}"
    row.mime_type = decoded.mime_type
    row.width, row.height = decoded.width, decoded.height
    row.metadata = {
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
