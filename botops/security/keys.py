"""Keys: the master key, which opens what is sealed, and where it is kept."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botops.kernel.errors import NotFound, Refused
from botops.kernel.files import fsync_file, saying_why, written
from botops.kernel.platform import fsync_dir

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VARIABLE = "BOTOPS_MASTER_KEY"
KEY_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FROM_ENVIRONMENT = f"environment {VARIABLE}"


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key, where it comes from, and whether it was made just now.

    While it is being replaced there are `older` ones, too, which open what they have sealed.
    """

    secret: bytes = field(repr=False)
    source: str
    is_new: bool = False
    older: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """The key as a person writes it down."""
        return key_text(self.secret)

    @property
    def is_from_environment(self) -> bool:
        """Whether it is kept where this program can't change it."""
        return self.source == _FROM_ENVIRONMENT


def load_key(file: Path) -> MasterKey:
    """Return the key of the environment, else that of the file.

    Both may hold several, one after the other: the last one seals, all of them open.

    Raises:
        NotFound: There is neither.
        Refused: It is no key, or others can read it.
    """
    if given := os.environ.get(VARIABLE):
        return _key_of(given, source=_FROM_ENVIRONMENT, where=VARIABLE)
    try:
        with file.open("rb") as handle:
            _refuse_if_shared(file, os.fstat(handle.fileno()))
            content = handle.read(1024)
    except FileNotFoundError:
        raise NotFound(
            f"There is no master key: neither {VARIABLE} nor {file}.",
            hint="Bring back the key that `botops init` has shown; on a new home it makes one.",
        ) from None
    except OSError as error:
        raise Refused(f"The master key {file} can't be read: {error.strerror}.") from error
    return _key_of(content.decode("ascii", "replace"), source=str(file), where=str(file))


def new_secret() -> bytes:
    """Return what a new key is made of."""
    return secrets.token_bytes(KEY_BYTES)


def read_secret(text: str, where: str) -> bytes:
    """Return the key that a person has written down.

    Raises:
        Refused: It is none; `where` says from where it came.
    """
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise Refused(
            f"{where} is no master key: it must be {KEY_BYTES} bytes in base64, 44 characters.",
            hint="It is what `botops init` has shown as recovery key.",
        )
    return secret


def key_text(secret: bytes) -> str:
    """Return a key as a person writes it down."""
    return base64.b64encode(secret).decode()


def replace_keys(file: Path, keys: Sequence[bytes]) -> None:
    """Put these keys, the newest last, in the place of those that are there, all at once.

    Raises:
        StorageTrouble: They can't be written; those that are there stay.
    """
    target = file.resolve()
    with written(target) as part:
        part.touch(0o600, exist_ok=False)  # before there is anything to be read in it
        part.write_text("".join(f"{key_text(secret)}\n" for secret in keys), encoding="ascii")


def ensure_key(file: Path) -> MasterKey:
    """Return the key, made now if there is none; however many ask at once, there is one key.

    Raises:
        Refused: What is there is no key, or others can read it.
        StorageTrouble: It can't be written.
    """
    try:
        return load_key(file)
    except NotFound:
        secret = new_secret()
    if _put(file, MasterKey(secret, str(file))):
        return MasterKey(secret, str(file), is_new=True)
    return load_key(file)


def _put(file: Path, key: MasterKey) -> bool:
    """Write the key, whole, where there is none; return whether it is the one that counts."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(8)}.part")
    with saying_why(file):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(f"{key.text}\n".encode())
            fsync_file(part)
            return _put_in_place(part, file)
        finally:
            part.unlink(missing_ok=True)
            fsync_dir(file.parent)


def _put_in_place(part: Path, file: Path) -> bool:
    try:
        file.hardlink_to(part)
    except FileExistsError:
        return False  # somebody else was first: theirs is the key
    except OSError:
        return _write_where_no_links_are(part, file)
    return True


def _write_where_no_links_are(part: Path, file: Path) -> bool:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(part.read_bytes())
        handle.flush()
        os.fsync(handle.fileno())
    return True


def _refuse_if_shared(file: Path, found: os.stat_result) -> None:
    if hasattr(os, "getuid") and found.st_mode & _OTHERS:
        raise Refused(
            f"The master key {file} can be read by others than you.",
            hint=f"Make it yours alone: chmod 600 {file}",
        )


def _key_of(text: str, *, source: str, where: str) -> MasterKey:
    *older, newest = [read_secret(word, where) for word in text.split() or [""]]
    return MasterKey(newest, source, older=tuple(older))
