"""Config store: the settings file itself, read and replaced as a whole."""

from __future__ import annotations

import codecs
import os
import stat
from typing import TYPE_CHECKING

from botops.kernel.errors import Refused
from botops.kernel.files import written
from botops.settings.default_file import default_config

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Stamp = tuple[int, int, int]


class ConfigStore:
    """The settings file of a home; one that is missing stands for one that sets nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self) -> str:
        """Return what it says, its line ends as they are."""
        content = self._content()
        return default_config() if content is None else content.decode("utf-8-sig")

    def put(self, text: str) -> Callable[[], None]:
        """Replace it, and return the way back; its mode stays, and so does a link to it.

        Raises:
            Refused: It is protected against being written.
            StorageTrouble: It can't be written; what is there stays.
        """
        before = self._content()
        mark = codecs.BOM_UTF8 if before is not None and before.startswith(codecs.BOM_UTF8) else b""
        self._write(mark + text.encode())
        return lambda: self._put_back(before)

    def stamp(self) -> Stamp | None:
        """Return what is another one once the file is, or None where there is no file."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino)

    def _content(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None

    def _write(self, content: bytes) -> None:
        target = self.path.resolve()
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
        if target.exists() and not os.access(target, os.W_OK):
            raise Refused(f"{target} is write-protected.", hint="Make it writable, or edit it.")
        with written(target, mode=mode) as part:
            part.write_bytes(content)

    def _put_back(self, content: bytes | None) -> None:
        if content is None:
            self.path.unlink(missing_ok=True)
        else:
            self._write(content)
