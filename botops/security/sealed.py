"""Sealed: secrets at rest, each opened only by its key and in the very place it was sealed for.

What is kept is `v1.<key id>.<base64>`: AES-256-GCM under a key that HKDF derives from the master
key, bound to table, column, row and shop. It protects what leaks without the key, such as a
backup; not a computer that somebody else has taken over.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from botops.kernel.errors import Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from botops.security.keys import MasterKey

VERSION = "v1"
NONCE_BYTES, MARK_BYTES = 12, 8
_ENVELOPE = re.compile(rf"{VERSION}\.(?P<key_id>[0-9a-f]{{8}})\.(?P<body>[\w-]+)", re.ASCII)
_LEAST_BYTES = NONCE_BYTES + 16 + MARK_BYTES
BRING_BACK = (
    "Bring back the key that sealed it (the recovery key), or set it anew with `botops settings "
    "set`."
)


class SealBroken(Refused):
    """A secret that can't be opened; `reason_code` is wrong_key, moved or damaged."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lies: it can be opened nowhere else."""

    table: str
    column: str
    row: str
    merchant_id: str = "default"

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.row} ({self.table})"


class Seals:
    """Seals with the newest key, and opens what that or an older one has sealed."""

    def __init__(self, key: MasterKey) -> None:
        keys = [_Key(secret) for secret in (key.secret, *reversed(key.older))]
        self._newest = keys[0]
        self._keys = {each.id: each for each in reversed(keys)}

    @property
    def key_id(self) -> str:
        """The name of the key that seals, which tells nothing about it."""
        return self._newest.id

    def seal(self, text: str, place: Place) -> str:
        """Return a text as it is kept."""
        key, nonce = self._newest, os.urandom(NONCE_BYTES)
        body = nonce + key.cipher.encrypt(nonce, text.encode(), _bound_to(place, key.id))
        return f"{VERSION}.{key.id}.{_encoded(body + key.mark(body))}"

    def open(self, sealed: str, place: Place) -> str:
        """Return the text that was sealed.

        Raises:
            SealBroken: It is another key's, another place's, or not what was sealed.
        """
        from cryptography.exceptions import InvalidTag

        key, body = self._taken_apart(sealed, place)
        try:
            text = key.cipher.decrypt(
                body[:NONCE_BYTES], body[NONCE_BYTES:], _bound_to(place, key.id)
            )
        except InvalidTag:
            # We have sealed it, as the mark says; so it is whole, and does not belong here.
            raise SealBroken(
                f"The secret {place} was sealed for another place: somebody has moved it.",
                hint=BRING_BACK,
                code="moved",
            ) from None
        return text.decode()

    def is_newest(self, sealed: str) -> bool:
        """Tell whether a value was sealed with the key that seals now."""
        return sealed.startswith(f"{VERSION}.{self._newest.id}.")

    def blind_indexes(self, text: str, *, purpose: str, merchant_id: str = "default") -> list[str]:
        """Return by what a sealed text can be found, under each key; the first is to be kept."""
        said = json.dumps([purpose, merchant_id, text]).encode()
        newest_first = reversed(self._keys.values())
        return [hmac.digest(key.index, said, "sha256").hex()[:32] for key in newest_first]

    def _taken_apart(self, sealed: str, place: Place) -> tuple[_Key, bytes]:
        found = _ENVELOPE.fullmatch(sealed)
        if found is None:
            raise _damaged(place)
        key = self._keys.get(found["key_id"])
        if key is None:
            raise SealBroken(
                f"The secret {place} was sealed with another master key ({found['key_id']}; "
                f"this one is {self.key_id}).",
                hint=BRING_BACK,
                code="wrong_key",
            )
        marked = _decoded(found["body"])
        body, mark = marked[:-MARK_BYTES], marked[-MARK_BYTES:]
        if len(marked) < _LEAST_BYTES or not hmac.compare_digest(mark, key.mark(body)):
            raise _damaged(place)
        return key, body


class _Key:
    """What is derived from one master key, each part when it is needed."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @cached_property
    def id(self) -> str:
        return self._derived("key-id").hex()[:8]

    @cached_property
    def cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._derived("field"))

    @cached_property
    def index(self) -> bytes:
        return self._derived("blind-index")

    @cached_property
    def _mark_key(self) -> bytes:
        return self._derived("mark")

    def mark(self, body: bytes) -> bytes:
        """Return the proof that we have sealed it, wherever it lies: tells moved from damaged."""
        return hmac.digest(self._mark_key, body, "sha256")[:MARK_BYTES]

    def _derived(self, purpose: str) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), 32, None, f"botops/{purpose}/v1".encode()).derive(self._secret)


def _bound_to(place: Place, key_id: str) -> bytes:
    bound = (VERSION, key_id, place.table, place.column, place.row, place.merchant_id)
    return json.dumps(bound).encode()


def _encoded(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    """Return the bytes of a text as `_encoded` writes it, and of no other that means the same."""
    try:
        body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    return body if _encoded(body) == text else b""


def _damaged(place: Place) -> SealBroken:
    return SealBroken(
        f"The secret {place} is damaged: it is not what was sealed.",
        hint="Set it anew with `botops settings set`, or restore a backup.",
        code="damaged",
    )
