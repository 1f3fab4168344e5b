"""Library: what people and other parts ask about pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peewee import fn

from botops.jobs import states
from botops.jobs.ledger import JobOptions, Ledger
from botops.kernel.errors import Refused, UsageProblem
from botops.kernel.paging import Page, cut, row_number
from botops.media import sources
from botops.media.adding import Adding
from botops.media.models import MediaFile, MediaSource
from botops.media.names import comparing_key
from botops.media.records import FAILED, PROCESSING, READY, Records, key_of
from botops.media.tasks import INGEST, PROCESS, RESCAN
from botops.media.views import MediaView, PendingView, view
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from peewee import ModelSelect

    from botops.media.intake import IntakeRules
    from botops.media.sightings import FileKey, Sighting
    from botops.media.vault import Vault
    from botops.media.watcher import InboxWatcher

ProductsOf = Callable[[list[int]], dict[int, tuple[str, ...]]]
PENDING_SHOWN = 200
STATUSES = ("uploading", PROCESSING, READY, FAILED)
# State by state, each in so many words: only so its index is found, however long the history is.
WAITING = tuple(
    f"SELECT about, args FROM jobs WHERE state = '{state}' AND queue = ? AND kind = ? "  # noqa: S608 - from our own words
    f"ORDER BY {order} LIMIT ?"
    for state, order in (
        (states.RUNNING, "id"),
        (states.AVAILABLE, "priority DESC, id"),
        (states.RETRYABLE, "id"),
        (states.SCHEDULED, "id"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaQuery:
    """Which pictures are meant; `text` is looked for in names and reasons."""

    status: str | None = None
    text: str = ""
    merchant_id: str = "default"
    limit: int = 100
    cursor: str | None = None
    newest_first: bool = True


class MediaLibrary:
    """Looks pictures up, takes files in, and does with them what a person wants."""

    def __init__(
        self,
        inbox: Path,
        *,
        vault: Vault,
        records: Records,
        ledger: Ledger,
        rules: IntakeRules,
        products_of: ProductsOf = lambda _ids: {},
    ) -> None:
        """Make a library; `products_of` names the products that pictures show, by their ids."""
        self.inbox = inbox
        self._vault = vault
        self._records = records
        self._ledger = ledger
        self._products_of = products_of
        self._watcher: InboxWatcher | None = None
        self._adding = Adding(rules, vault=vault, records=records, process=self._process)

    def watch(self, watcher: InboxWatcher) -> None:
        """Tell what the watcher sees, too."""
        self._watcher = watcher

    def pending(self) -> list[PendingView]:
        """Return what is on its way in: files that settle, and those that wait for their turn."""
        settling = self._watcher.pending().files if self._watcher else ()
        return [
            *(PendingView(each.name, each.size, "settling") for each in settling),
            *(
                PendingView(about, json.loads(args)["size"], "waiting")
                for about, args in _waiting()
            ),
        ]

    @property
    def is_paused(self) -> bool:
        """Whether photos wait for room on the disk."""
        return bool(self._vault.trouble)

    def page(self, query: MediaQuery) -> Page[MediaView]:
        """Return the pictures that a query means, a page at a time.

        Raises:
            UsageProblem: The status or the cursor is none of ours.
        """
        rows = _selected(query)
        with db.reading():
            total = rows.count()
            if query.cursor is not None:
                after = row_number(query.cursor)
                is_next = MediaFile.id < after if query.newest_first else MediaFile.id > after
                rows = rows.where(is_next)
            found = [view(row, self._vault) for row in rows.limit(query.limit + 1)]
            page = cut(found, query.limit, total=total, cursor_of=lambda each: each.id)
            return replace(page, items=self._with_products(page.items))

    def show(self, media_id: str) -> MediaView:
        """Return a picture.

        Raises:
            NotFound: There is no such picture.
        """
        with db.reading():
            found = view(self._records.get(_number(media_id)), self._vault)
            return self._with_products([found])[0]

    def counts(self, merchant_id: str = "default") -> dict[str, int]:
        """Return how many pictures are in which status."""
        rows = (
            MediaFile.select(MediaFile.status, fn.COUNT(MediaFile.id))
            .where(MediaFile.merchant_id == merchant_id, MediaFile.deleted_at.is_null())
            .group_by(MediaFile.status)
        )
        with db.reading():
            counted: Iterable[tuple[str, int]] = rows.tuples().iterator()
            return dict(counted)

    def thumbnail(self, media_id: str) -> Path | None:
        """Return where the small picture lies, if there is one."""
        with db.reading():
            found = view(self._records.get(_number(media_id)), self._vault).variants.get("thumb")
        return Path(found.path) if found else None

    def settled(self, sightings: Sequence[Sighting]) -> None:
        """Take settled files in, all or none, as the watcher wants it done."""
        if len(sightings) == 1:
            with self._vault.room.noticed(is_proof=False):
                self.take(sightings[0])  # alone it may begin within the very same commit
            return
        with self._vault.room.noticed(is_proof=False), db.write():
            for sighting in sightings:
                self.take(sighting)

    def take(self, sighting: Sighting) -> int:
        """Add the job that takes a settled file in, and return its number; twice is one job."""
        source = sources.of(sighting, self.inbox)
        same = ":".join(str(part) for part in source.key)
        options = JobOptions(
            about=source.name.as_posix(),
            unique_key=f"{INGEST}:{source.place}:{same}",
            concurrency_key=f"{INGEST}:{comparing_key(source.name.as_posix())}",
        )
        return self._ledger.enqueue(INGEST, sources.job_args(source), options=options).id

    def seen(self, sightings: Sequence[Sighting]) -> Collection[FileKey]:
        """Return the keys of those files that were taken in before, by their identity."""
        by_path = {sources.storable(each.file): each.key for each in sightings}
        with db.reading():
            rows = MediaSource.select().where(MediaSource.path.in_(list(by_path)))
            return {
                by_path[row.path]
                for row in rows
                if key_of(row) == sources.stored_key(by_path[row.path])
            }

    def add(self, file: Path, *, merchant_id: str = "default") -> tuple[MediaView, int | None]:
        """Store a file and add the job that makes a picture of it; the file itself stays.

        Returns the picture and the job's number; no job where the same bytes are there already.

        Raises:
            NotFound: There is no such file.
            Refused: It is no file, can't be read, or was changed while it was copied.
            DiskFull: There is no room for it.
        """
        row, job_id = self._adding.add(file, merchant_id)
        return view(row, self._vault), job_id

    def retry(self, media_id: str) -> int:
        """Look at a picture anew: a rejected one again, a ready one for new sizes.

        Returns the job's number.

        Raises:
            NotFound: There is no such picture.
            Refused: Its file is gone, or it was put aside.
        """
        with db.write():
            row = self._records.get(_number(media_id))
            if row.deleted_at is not None:
                raise Refused(f"{row.original_name} was put aside.", hint="Bring it back first.")
            if not self._vault.file_of(row).exists():
                raise Refused(
                    f"The file of {row.original_name} is gone.",
                    hint="Drop it into the photo folder again.",
                )
            return self._process(row)

    def remove(self, media_id: str) -> None:
        """Put a picture aside; `restore` brings it back.

        Raises:
            NotFound: There is no such picture.
        """
        self._set_removed(media_id, is_removed=True)

    def restore(self, media_id: str) -> None:
        """Bring a picture back that was put aside.

        Raises:
            NotFound: There is no such picture.
        """
        self._set_removed(media_id, is_removed=False)

    def rescan(self) -> int:
        """Look at everything in the inbox again; return the job's number."""
        return self._ledger.enqueue(RESCAN, {}, options=JobOptions(unique_key=RESCAN)).id

    def _with_products(self, found: list[MediaView]) -> list[MediaView]:
        names = self._products_of([int(each.id) for each in found])
        return [replace(each, products=names.get(int(each.id), ())) for each in found]

    def _process(self, row: MediaFile) -> int:
        args: dict[str, Any] = {"media_id": str(row.id)}
        options = JobOptions(
            about=row.original_name,
            merchant_id=row.merchant_id,
            unique_key=f"{PROCESS}:{row.id}",
            priority=1,  # somebody waits for it
        )
        return self._ledger.enqueue(PROCESS, args, options=options).id

    def _set_removed(self, media_id: str, *, is_removed: bool) -> None:
        with db.write():
            row = self._records.get(_number(media_id))
            if is_removed != (row.deleted_at is not None):
                self._records.set_removed(row, is_removed=is_removed)


def _selected(query: MediaQuery) -> ModelSelect[MediaFile]:
    if query.status and query.status not in STATUSES:
        raise UsageProblem(
            f"There is no status {query.status}.", hint=f"There are {', '.join(STATUSES)}."
        )
    conditions: list[Any] = [
        MediaFile.merchant_id == query.merchant_id,
        MediaFile.deleted_at.is_null(),
    ]
    if query.status:
        conditions.append(MediaFile.status == query.status)
    conditions.extend(
        MediaFile.name_key.contains(comparing_key(word)) | MediaFile.reason.contains(word)
        for word in query.text.split()
    )
    order = MediaFile.id.desc() if query.newest_first else MediaFile.id
    return MediaFile.select().where(*conditions).order_by(order)


def _number(media_id: str) -> int:
    return int(media_id) if media_id.isascii() and media_id.isdigit() else -1


def _waiting() -> Iterator[tuple[str, str]]:
    """Yield what the next jobs that take files in are about, and their arguments."""
    left = PENDING_SHOWN
    for statement in WAITING:
        rows = db.execute(statement, (states.MEDIA_PROCESSING, INGEST, left))
        left -= len(rows)
        yield from rows
