"""Secret store: keeps the secrets of a shop sealed, and opens them for who needs one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botops.kernel import clock
from botops.kernel.errors import NotFound
from botops.preferences.models import SecretSetting
from botops.security.keys import MasterKey, ensure_key, load_key
from botops.security.redact import MASK
from botops.security.sealed import Place, SealBroken, Seals
from botops.store import db

if TYPE_CHECKING:
    from pathlib import Path

TABLE, COLUMN, ROW = "secret_settings", "sealed", "name"
LONG_ENOUGH = 16  # so long that its last four letters help nobody but who knows it


@dataclass(frozen=True, slots=True)
class Kept:
    """A secret as it is kept: sealed, and what of it may be shown."""

    sealed: str = field(repr=False)
    shown: str


class SecretStore:
    """The secrets of a shop.

    The key is read whenever one is sealed or opened. Sealing does so within the transaction, so
    that none is sealed with a key that another process is just replacing.
    """

    def __init__(self, key_file: Path, merchant_id: str = "default") -> None:
        self._key_file = key_file
        self._merchant = merchant_id

    def key(self) -> MasterKey:
        """Return the key, made now if there is none and nothing that needs another one.

        Raises:
            NotFound: There is none, and there are secrets that need the one that was there.
            Refused: What is there is no key.
        """
        with db.reading():
            is_needed = SecretSetting.select().exists()
        return load_key(self._key_file) if is_needed else ensure_key(self._key_file)

    def shown(self) -> dict[str, str]:
        """Return which secrets there are, each with what of it may be seen; nothing is opened."""
        rows = SecretSetting.select().where(SecretSetting.merchant_id == self._merchant)
        with db.reading():
            return {row.name: row.shown for row in rows}

    def open(self, name: str) -> str | None:
        """Return a secret, if there is one.

        Raises:
            NotFound: There is no key.
            SealBroken: It can't be opened; the sentence says why.
        """
        kept = self.kept(name)
        if kept is None:
            return None
        return Seals(load_key(self._key_file)).open(kept.sealed, self._place(name))

    def seal(self, name: str, text: str) -> MasterKey | None:
        """Keep a secret, in the place of one that is there; return the key, if it was made now.

        Raises:
            NotFound: There is no key, and there are secrets that need the one that was there.
            Refused: What is there is no key.
        """
        with db.write():
            key = self.key()
            sealed = Seals(key).seal(text, self._place(name))
            self.put(name, Kept(sealed, mask(text)))
        return key if key.is_new else None

    def kept(self, name: str) -> Kept | None:
        """Return a secret as it is kept, to be put back later."""
        rows = SecretSetting.select().where(self._is(name))
        with db.reading():
            row = rows.first()
        return None if row is None else Kept(row.sealed, row.shown)

    def put(self, name: str, kept: Kept | None) -> None:
        """Keep what was kept before, or nothing."""
        with db.write():
            if kept is None:
                SecretSetting.delete().where(self._is(name)).execute()
                return
            values = {"sealed": kept.sealed, "shown": kept.shown, "updated_at": clock.utcnow()}
            SecretSetting.insert(merchant_id=self._merchant, name=name, **values).on_conflict(
                conflict_target=[SecretSetting.merchant_id, SecretSetting.name], update=values
            ).execute()

    def troubles(self) -> list[str]:
        """Return a sentence for each secret that can't be opened."""
        said = []
        for name in self.shown():
            try:
                self.open(name)
            except (NotFound, SealBroken) as error:
                said.append(error.message)
        return said

    def _place(self, name: str) -> Place:
        return Place(TABLE, COLUMN, name, self._merchant)

    def _is(self, name: str) -> object:
        return (SecretSetting.merchant_id == self._merchant) & (SecretSetting.name == name)


def mask(text: str) -> str:
    """Return what of a secret may be seen, such as `••••8f2c`."""
    return f"{MASK}{text[-4:]}" if len(text) >= LONG_ENOUGH else MASK
