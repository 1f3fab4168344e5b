"""Vault: the folders of originals, variants and rejects; no file in them is ever half there.

Each file is written under another name, synced, renamed into its place, and the folder synced.
Killed at any point, a file is there whole or not at all, and doing it again changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from botops.kernel.platform import fsync_dir
from botops.media import sources
from botops.media.names import rejected_name
from botops.media.room import RESERVE, Room, turning_full
from botops.media.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from botops.kernel.paths import Home
    from botops.media.models import MediaFile
    from botops.media.protocol import Variant
    from botops.media.sightings import FileKey
    from botops.media.verdict import Rejected

CHUNK = 1 << 20
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_SHA = 12  # characters of the hash in the name of a reject
_NOTE = ".reason.json"


@dataclass(frozen=True, slots=True)
class Staged:
    """A copy of a file that nobody else can reach, on disk, not yet in its place."""

    path: Path
    sha256: str
    size: int


class Vault:
    """Where the files of a home lie, by content."""

    def __init__(self, home: Home, *, reserve: int = RESERVE) -> None:
        self._home = home
        self._durable: set[Path] = set()  # folders whose own names are known to be on disk
        self.room = Room(home.media, reserve=reserve)
        self.bench = Workbench(home.tmp)

    @property
    def trouble(self) -> str:
        """Why photos wait, for as long as they do."""
        return self.room.trouble

    def original(self, sha256: str, extension: str) -> Path:
        """Return where the original of a content lies."""
        return self._home.originals / sha256[:2] / f"{sha256}.{extension}"

    def variant(self, sha256: str, name: str) -> Path:
        """Return where a variant of a content lies."""
        return self._home.variants / sha256[:2] / sha256 / f"{name}.jpg"

    def rejected(self, sha256: str, name: str) -> Path:
        """Return where a rejected file lies."""
        return self._home.rejected / rejected_name(sha256, name)

    def file_of(self, row: MediaFile) -> Path:
        """Return where the bytes of a picture lie: among the originals, or the rejects."""
        rejected = self.rejected(row.hash, row.original_name)
        if not row.storage_path:
            return rejected
        stored = self._home.root / row.storage_path
        return stored if stored.exists() or not rejected.exists() else rejected

    def stored_as(self, original: Path) -> str:
        """Return a path as rows have it: it stays true when the home moves."""
        return original.relative_to(self._home.root).as_posix()

    def has_all(self, row: MediaFile, sizes: Iterable[str]) -> bool:
        """Tell whether the original and the variants of a ready picture are still there."""
        original = self.file_of(row)
        return _is_whole(original, row.size) and all(
            self.variant(row.hash, name).exists() for name in sizes
        )

    @contextmanager
    def staged(
        self,
        source: Path,
        *,
        key: FileKey | None = None,
        checkpoint: Callable[[], None] = lambda: None,
    ) -> Iterator[Staged]:
        """Give a copy of a file that no late writer reaches; it is gone in the end unless placed.

        `key` says which file is meant. `checkpoint` is called at each megabyte.

        Raises:
            SourceGone: There is no such file.
            SourceChanged: It is another one, or was written to while it was copied.
            SourceUnreadable: It can't be read.
            DiskFull: There is no room for it.
        """
        path = self.bench.part("in")
        try:
            with turning_full(), sources.opened(source, key) as reading:
                self.room.need(os.fstat(reading.fileno()).st_size)
                with os.fdopen(os.open(path, _CREATE, 0o600), "wb") as writing:
                    sha256, size = _copy(reading, writing, checkpoint=checkpoint)
            yield Staged(path, sha256, size)
        finally:
            path.unlink(missing_ok=True)

    def keep_original(self, staged: Staged, extension: str) -> Path:
        """Put a staged file among the originals; one that is there already, and whole, stays."""
        target = self.original(staged.sha256, extension)
        with turning_full():
            self._make(target.parent)
            if not _is_whole(target, staged.size):
                staged.path.replace(target)
            fsync_dir(target.parent)  # also for one whose maker was killed before it came to this
        return target

    def keep_variants(self, sha256: str, variants: Iterable[Variant]) -> None:
        """Put finished variants in their places, over older ones."""
        folder = self.variant(sha256, "any").parent
        with turning_full():
            self._make(folder.parent)
            folder.mkdir(exist_ok=True)
            for variant in variants:
                variant.path.replace(self.variant(sha256, variant.name))
            fsync_dir(folder)
            fsync_dir(folder.parent)

    def drop_original(self, storage_path: str) -> None:
        """Remove an original that nobody needs."""
        (self._home.root / storage_path).unlink(missing_ok=True)

    def reject(self, staged: Staged, name: str, *, why: Rejected, at: str) -> Path:
        """Put a staged file among the rejects, its reason beside it and there first."""
        target = self.rejected(staged.sha256, name)
        note = {
            "code": why.verdict.value,
            "reason": why.reason,
            "file_name": name,
            "sha256": staged.sha256,
            "size": staged.size,
            "rejected_at": at,
        }
        part = self.bench.part("json")
        try:
            with turning_full():
                _write_json(part, note)
                part.replace(target.with_name(target.name + _NOTE))
                staged.path.replace(target)
                fsync_dir(target.parent)
        finally:
            part.unlink(missing_ok=True)
        return target

    def forget_rejects(self, sha256: str, *, needed: Collection[str] = ()) -> None:
        """Remove a content from the rejects, and the reasons after it.

        It stays under the names that are `needed` still: a content may lie there under several.
        """
        kept = {rejected_name(sha256, name) for name in needed}
        with os.scandir(self._home.rejected) as entries:
            found = [each.name for each in entries if each.name.startswith(f"{sha256[:_SHA]}_")]
        for name in sorted(found):  # a file stands before its reason
            if name.removesuffix(_NOTE) not in kept:
                (self._home.rejected / name).unlink(missing_ok=True)

    def _make(self, folder: Path) -> None:
        """Make a folder that survives a power cut.

        One that is there already may have been made by a run that was killed before it synced.
        """
        if folder not in self._durable or not folder.is_dir():
            folder.mkdir(exist_ok=True)
            fsync_dir(folder.parent)
            self._durable.add(folder)


def _is_whole(file: Path, size: int) -> bool:
    try:
        return file.stat().st_size == size
    except FileNotFoundError:
        return False


def _write_json(part: Path, document: dict[str, Any]) -> None:
    with os.fdopen(os.open(part, _CREATE, 0o600), "w", encoding="utf-8") as writing:
        json.dump(document, writing, ensure_ascii=False, indent=1)
        writing.flush()
        os.fsync(writing.fileno())


def _copy(
    reading: IO[bytes], writing: IO[bytes], *, checkpoint: Callable[[], None]
) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := reading.read(CHUNK):
        checkpoint()
        digest.update(chunk)
        writing.write(chunk)
        size += len(chunk)
    writing.flush()
    os.fsync(writing.fileno())
    return digest.hexdigest(), size
