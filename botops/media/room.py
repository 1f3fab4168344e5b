"""Room: whether the disk has space for photos, and what is said while it has not."""

from __future__ import annotations

import errno
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botops.kernel import clock
from botops.kernel.errors import DiskFull

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RESERVE = 50_000_000  # bytes that are left free for the database
OVER_AFTER = 60.0  # seconds: what waits for room asks again sooner, if anything still waits
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_HINT = "Free some space; they go on by themselves."


class Room:
    """The space on the disk of a folder."""

    def __init__(self, folder: Path, *, reserve: int = RESERVE) -> None:
        self._folder = folder
        self._reserve = reserve
        self._sentence = ""
        self._said_at = 0.0  # on the monotonic clock
        self._lacking = 0  # bytes

    @property
    def trouble(self) -> str:
        """Why photos wait, for as long as they do."""
        is_over = clock.monotonic() - self._said_at > OVER_AFTER
        return "" if is_over else self._sentence

    def need(self, size: int) -> None:
        """Make sure that a file of `size` bytes and its variants find room.

        Raises:
            DiskFull: They don't.
        """
        needed = 2 * size + self._reserve
        if self._free() < needed:
            self._lacking = needed
            raise DiskFull("The disk is nearly full, so photos wait.", hint=_HINT)

    @contextmanager
    def noticed(self, *, is_proof: bool = True) -> Iterator[None]:
        """Say it when the block fails for want of room, and no longer once one went well.

        `is_proof` is false for a block that may go well though there is no room for a photo.
        """
        try:
            yield
        except DiskFull as error:
            self._sentence, self._said_at = f"{error.message} {_HINT}", clock.monotonic()
            raise
        # A small file that still finds room says nothing about the large one that did not.
        if is_proof and self._sentence and self._free() >= self._lacking:
            self._sentence, self._lacking = "", 0

    def _free(self) -> int:
        return shutil.disk_usage(self._folder).free


@contextmanager
def turning_full() -> Iterator[None]:
    """Turn the system's word for a full disk into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull("The disk is full, so photos wait.", hint=_HINT) from error
        raise
