"""Vault: the folders of originals, variants and rejects; no file in them is ever half there.

Each file is written under another name, synced, renamed into its place, and the folder synced.
Killed at any point, a file is there whole or not at all, and doing it again changes nothing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from botops.kernel import ids
from botops.kernel.errors import DiskFull
from botops.kernel.platform import fsync_dir
from botops.media.names import rejected_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from botops.kernel.paths import Home
    from botops.media.verdict import Rejected

CHUNK = 1 << 20
RESERVE = 50_000_000  # bytes that are left free for the database
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


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
        self._reserve = reserve
        self.trouble = ""  # why photos wait, for as long as they do

    @property
    def root(self) -> Path:
        """The folder to which stored paths are relative."""
        return self._home.root

    def file_of(self, storage_path: str | None, sha256: str, name: str) -> Path:
        """Return where the bytes of a picture lie: among the originals, or the rejects."""
        return self.root / storage_path if storage_path else self.rejected(sha256, name)

    def clear_tmp(self) -> int:
        """Remove what a killed run left half done; return how many files that were."""
        left = [path for path in self._home.tmp.iterdir() if path.is_file()]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def stage(self, source: Path, *, checkpoint: Callable[[], None] = lambda: None) -> Staged:
        """Copy a file aside and hash it on the way, so that no late writer reaches the store.

        Raises:
            DiskFull: There is no room for it.
            OSError: The file can't be read.
        """
        with no_room(), os.fdopen(os.open(source, _READ), "rb") as reading:
            self.need_room(os.fstat(reading.fileno()).st_size)
            path = self._home.tmp / f"{ids.token()}.in"
            try:
                with os.fdopen(os.open(path, _CREATE, 0o600), "wb") as writing:
                    sha256, size = _copy(reading, writing, checkpoint)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        return Staged(path, sha256, size)

    def need_room(self, size: int) -> None:
        """Make sure that a file of `size` bytes and its variants find room.

        Raises:
            DiskFull: They don't.
        """
        free = shutil.disk_usage(self._home.media).free
        self.trouble = "" if free >= 2 * size + self._reserve else "The disk is nearly full."
        if self.trouble:
            raise DiskFull(
                "The disk is nearly full, so photos wait.",
                hint="Free some space; they go on by themselves.",
            )

    def original(self, sha256: str, extension: str) -> Path:
        """Return where the original of a content lies."""
        return self._home.originals / sha256[:2] / f"{sha256}.{extension}"

    def variant(self, sha256: str, name: str) -> Path:
        """Return where a variant of a content lies."""
        return self._home.variants / sha256[:2] / sha256 / f"{name}.jpg"

    def keep_original(self, staged: Staged, extension: str) -> Path:
        """Put a staged file among the originals; one that is there already stays."""
        target = self.original(staged.sha256, extension)
        if target.exists():
            staged.path.unlink()
        else:
            place(staged.path, target)
        return target

    def keep_variant(self, part: Path, sha256: str, name: str) -> Path:
        """Put a finished variant in its place, over an older one."""
        target = self.variant(sha256, name)
        place(part, target)
        return target

    def reject(self, staged: Path, sha256: str, *, name: str, why: Rejected, at: str) -> Path:
        """Put a file among the rejects, its reason beside it and there first."""
        target = self._home.rejected / rejected_name(sha256, name)
        note = {
            "code": why.verdict.value,
            "reason": why.reason,
            "file_name": name,
            "sha256": sha256,
            "size": staged.stat().st_size,
            "rejected_at": at,
        }
        self._write_json(target.with_name(f"{target.name}.reason.json"), note)
        place(staged, target)
        return target

    def forget_reject(self, sha256: str, name: str) -> None:
        """Remove a file from the rejects, and its reason after it."""
        target = self._home.rejected / rejected_name(sha256, name)
        target.unlink(missing_ok=True)
        target.with_name(f"{target.name}.reason.json").unlink(missing_ok=True)

    def rejected(self, sha256: str, name: str) -> Path:
        """Return where a rejected file lies."""
        return self._home.rejected / rejected_name(sha256, name)

    def _write_json(self, target: Path, document: dict[str, Any]) -> None:
        part = self._home.tmp / f"{ids.token()}.json"
        with no_room(), os.fdopen(os.open(part, _CREATE, 0o600), "w", encoding="utf-8") as writing:
            json.dump(document, writing, ensure_ascii=False, indent=1)
            writing.flush()
            os.fsync(writing.fileno())
        place(part, target)


def place(part: Path, target: Path) -> None:
    """Rename a finished, synced file into its place, so that it survives a power cut."""
    with no_room():
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            fsync_dir(target.parent.parent)
        part.replace(target)
        fsync_dir(target.parent)


@contextmanager
def no_room() -> Iterator[None]:
    """Turn the system's word for a full disk into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull(
                "The disk is full, so photos wait.",
                hint="Free some space; they go on by themselves.",
            ) from error
        raise


_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def _copy(
    reading: IO[bytes], writing: IO[bytes], checkpoint: Callable[[], None]
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
