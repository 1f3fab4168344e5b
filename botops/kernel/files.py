"""Files: written so that a crash leaves the old one or the new one, never a half."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botops.kernel.errors import DiskFull, StorageTrouble
from botops.kernel.platform import fsync_dir

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def written(target: Path, *, mode: int = 0o600) -> Iterator[Path]:
    """Give the path of a part to write; after the block it is on disk under its real name.

    When the block raises, the part is gone, and what was at `target` is as it was.

    Raises:
        DiskFull: There is no room for it.
        StorageTrouble: The folder can't be written.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with saying_why(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            part.chmod(mode)
            fsync_file(part)
            part.replace(target)
            fsync_dir(target.parent)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def saying_why(target: Path) -> Iterator[None]:
    """Turn errors of the system into sentences about `target`.

    Raises:
        DiskFull: There is no room left.
        StorageTrouble: It is something else.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(
                f"There is no room left for {target}.", hint="Free some space, then try again."
            ) from error
        raise StorageTrouble(
            f"{target} can't be written: {error.strerror or error}.",
            hint="Make it and its folder writable.",
        ) from error


def fsync_file(file: Path) -> None:
    """Make what a file holds survive a power cut."""
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())


def free_name(wanted: Path) -> Path:
    """Return the path, or if it is taken the first one like it that is free, such as name-2."""
    path, number = wanted, 1
    while path.exists():
        number += 1
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return path
