"""Archive: a backup as one file, and what of such a file may be unpacked."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

import botops
from botops.kernel import clock
from botops.kernel.errors import Refused
from botops.kernel.files import free_name, saying_why, written
from botops.store.backup import copy_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botops.kernel.paths import Home

FORMAT = 1
DATABASE, CONFIG, MANIFEST = "botops.db", "config.toml", "manifest.json"
ORIGINAL = re.compile(r"media/originals/([0-9a-f]{2})/(\1[0-9a-f]{62})\.[a-z0-9]{1,8}")
MANIFEST_BYTES = 100_000
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written: its file, its size in bytes, how many pictures are in it."""

    file: Path
    size: int
    originals: int

    def document(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        return {"file": str(self.file), "size": self.size, "originals": self.originals}


def back_up(home: Home, target: Path | None = None, *, with_media: bool = False) -> Backup:
    """Write the open database and the settings to one file, and the pictures if asked for.

    The key that opens sealed secrets is never in it. The file is a plain tar archive: it can be
    opened without BotOps. What is in it stands in its last member, so that a file that was cut
    off is known as such.

    Raises:
        Refused: There is a file of this name.
        DiskFull: There is no room for it.
    """
    named = target or free_name(home.backups / f"botops-{_moment()}.tar")
    if named.exists():
        raise Refused(f"There is a file {named} already.", hint="Name another.")
    with written(named) as part, tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as archive:
        sums = _add_state(archive, home, beside=named.parent)
        originals = 0
        for original in _originals(home) if with_media else ():
            originals += _add_original(archive, original, root=home.root)
        manifest = {
            "format": FORMAT,
            "program": f"BotOps {botops.__version__}",
            "made_at": clock.iso(clock.epoch()),
            "sha256": sums,
            "originals": originals,
        }
        content = json.dumps(manifest, indent=2).encode()
        archive.addfile(_member(MANIFEST, len(content)), io.BytesIO(content))
    return Backup(named, named.stat().st_size, originals)


def unpack(file: Path, into: Path) -> int:
    """Unpack a backup into an empty folder and check every byte; return how many pictures it has.

    Nothing but the files that a backup may have is ever written, and nothing outside of `into`.

    Raises:
        Refused: It is no backup, has something that does not belong there, or is damaged.
        DiskFull: There is no room for it.
    """
    try:
        with tarfile.open(file, "r:") as archive, saying_why(into):
            sums = {member.name: _take(archive, member, into=into) for member in _members(archive)}
    except (tarfile.TarError, EOFError) as error:
        raise Refused(f"{file.name} is damaged, or no backup: {error}.") from error
    if MANIFEST not in sums:
        raise Refused(f"{file.name} is cut off, or no backup of BotOps.")
    manifest = _read_manifest(into / MANIFEST)
    originals = [name for name in sums if ORIGINAL.fullmatch(name)]
    said = manifest.get("sha256")
    found = {name: sums[name] for name in (DATABASE, CONFIG) if name in sums}
    if DATABASE not in found or said != found or manifest.get("originals") != len(originals):
        raise Refused(f"{file.name} is damaged: it does not hold what it says.")
    for name in originals:
        if sums[name] not in name:
            raise Refused(f"{file.name} is damaged: {name} is not what it was.")
    return len(originals)


def _add_state(archive: tarfile.TarFile, home: Home, *, beside: Path) -> dict[str, str]:
    with TemporaryDirectory(prefix=".botops-backup-", dir=beside) as folder:
        copy = copy_database(Path(folder) / DATABASE)
        with copy.open("rb") as source:
            sums = {DATABASE: _add(archive, _member(DATABASE, copy.stat().st_size), content=source)}
    if home.config.exists():
        content = home.config.read_bytes()
        sums[CONFIG] = _add(archive, _member(CONFIG, len(content)), content=io.BytesIO(content))
    return sums


def _originals(home: Home) -> Iterator[Path]:
    for folder in sorted(home.originals.iterdir()) if home.originals.is_dir() else ():
        if folder.is_dir():
            yield from sorted(folder.iterdir())


def _add_original(archive: tarfile.TarFile, original: Path, *, root: Path) -> bool:
    name = original.relative_to(root).as_posix()
    if not ORIGINAL.fullmatch(name):
        return False
    with suppress(FileNotFoundError), original.open("rb") as source:
        _add(archive, _member(name, original.stat().st_size), content=source)
        return True
    return False  # removed while the backup was made


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(clock.epoch())
    return member


class _Summed:
    """A stream that adds up what goes through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.sum = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Read on."""
        content = self._stream.read(size)
        self.sum.update(content)
        return content


def _add(archive: tarfile.TarFile, member: tarfile.TarInfo, *, content: IO[bytes]) -> str:
    summed = _Summed(content)
    archive.addfile(member, summed)
    _forget_members(archive)
    return summed.sum.hexdigest()


def _forget_members(archive: tarfile.TarFile) -> None:
    """Let go of the list that tarfile keeps: of a large archive it would fill the memory."""
    archive.members.clear()  # type: ignore[attr-defined]  # the stubs lack it


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Give the members that a backup may have, once each; anything else is no backup."""
    seen: set[str] = set()
    for member in archive:
        _forget_members(archive)
        is_known = member.name in (DATABASE, CONFIG, MANIFEST) or ORIGINAL.fullmatch(member.name)
        if not is_known or not member.isreg() or member.issparse() or member.name in seen:
            raise Refused(
                f"The backup has {member.name!r} in it, which does not belong there.",
                hint="Nothing was changed. Take a backup as BotOps has written it.",
            )
        seen.add(member.name)
        yield member


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, *, into: Path) -> str:
    source = archive.extractfile(member)
    if source is None:
        raise tarfile.ReadError(f"{member.name} is no file")
    target = into / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    summed = _Summed(source)
    with target.open("xb") as handle:
        while content := summed.read(CHUNK):
            handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    return summed.sum.hexdigest()


def _read_manifest(file: Path) -> dict[str, Any]:
    if file.stat().st_size > MANIFEST_BYTES:
        raise Refused("The backup's list of contents is damaged.")
    try:
        manifest = json.loads(file.read_bytes())
    except ValueError as error:
        raise Refused("The backup's list of contents is damaged.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Refused("This backup was made by a newer BotOps.", hint="Use that version.")
    return manifest


def _moment() -> str:
    return clock.utcnow().strftime("%Y%m%d-%H%M%S")
