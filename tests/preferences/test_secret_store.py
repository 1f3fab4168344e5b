"""Secret store: a secret opens for its shop, under its name, and says so where it does not."""

from pathlib import Path

import pytest

from botops.kernel.errors import Refused
from botops.kernel.paths import Home
from botops.preferences.secret_store import SecretStore, mask
from botops.security.keys import VARIABLE, key_text
from botops.security.sealed import SealBroken
from botops.store import db
from botops.store.archive import back_up
from tests.preferences.conftest import OTHER, SECRET, TOKEN, files_with

COPY_ANOTHER = (
    "UPDATE secret_settings SET sealed = (SELECT sealed FROM secret_settings "
    "WHERE name = 'whatsapp.app_secret') WHERE name = ?"
)


def test_what_is_there_is_listed_without_a_key(store: SecretStore, home: Home) -> None:
    """To show what is set, nothing is opened."""
    store.seal(TOKEN, SECRET)
    store.seal("whatsapp.verify_token", "flora-2026")
    home.key.unlink()
    assert store.shown() == {TOKEN: "••••8f2c", "whatsapp.verify_token": "••••"}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE secret_settings SET name = 'whatsapp.verify_token' WHERE name = ?", "moved"),
        (COPY_ANOTHER, "moved"),
        ("UPDATE secret_settings SET merchant_id = 'b' WHERE name = ?", "moved"),
        ("UPDATE secret_settings SET sealed = substr(sealed, 1, 40) WHERE name = ?", "damaged"),
        ("UPDATE secret_settings SET sealed = '' WHERE name = ?", "damaged"),
    ],
)  # fmt: skip
def test_what_somebody_has_moved_or_changed_is_not_used(
    store: SecretStore, home: Home, statement: str, code: str
) -> None:
    """Whoever can write into the database can't make one secret pass for another."""
    store.seal(TOKEN, SECRET)
    store.seal("whatsapp.app_secret", OTHER)
    with db.write():
        db.change("INSERT INTO merchants (id, name, created_at, updated_at) VALUES ('b','B',1,1)")
        db.change(statement, (TOKEN,))
    stores = [store, SecretStore(home.key, "b")]
    broken = [(each, name) for each in stores for name in each.shown()]
    (each, name) = next(pair for pair in broken if pair[1] != "whatsapp.app_secret")
    with pytest.raises(SealBroken) as caught:
        each.open(name)
    assert caught.value.reason_code == code
    assert SECRET not in f"{caught.value}{caught.value.hint}"
    assert store.open("whatsapp.app_secret") == OTHER
    assert len(store.troubles() + stores[1].troubles()) == 1


def test_another_key_is_told(store: SecretStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another home's key, each secret says that it is another's."""
    store.seal(TOKEN, SECRET)
    monkeypatch.setenv(VARIABLE, key_text(bytes(32)))
    with pytest.raises(SealBroken, match="another master key") as caught:
        store.open(TOKEN)
    assert caught.value.reason_code == "wrong_key"


def test_a_key_that_others_can_read_is_not_used(store: SecretStore, home: Home) -> None:
    """Neither sealing nor opening goes on with a key that is no secret."""
    store.seal(TOKEN, SECRET)
    home.key.chmod(0o644)
    for use in (lambda: store.seal(TOKEN, OTHER), lambda: store.open(TOKEN)):
        with pytest.raises(Refused, match="can be read by others"):
            use()
    home.key.chmod(0o600)
    assert store.open(TOKEN) == SECRET


def test_a_secret_is_nowhere_in_the_clear(
    store: SecretStore, home: Home, database: Path, tmp_path: Path
) -> None:
    """Neither the database, its log of changes, nor a backup has it, before or after a change."""
    store.seal(TOKEN, SECRET)
    back_up(home, tmp_path / "first.tar")
    store.seal(TOKEN, OTHER)
    store.put(TOKEN, None)
    back_up(home, tmp_path / "second.tar")
    for text in (SECRET, OTHER, SECRET[:-4], OTHER[4:]):
        assert files_with(tmp_path, text) == []


def test_what_is_undone_is_not_kept(store: SecretStore) -> None:
    """A secret belongs to the transaction in which it is sealed."""

    def fail() -> None:
        with db.write():
            store.seal(TOKEN, SECRET)
            raise Refused("stop")

    with pytest.raises(Refused):
        fail()
    assert store.open(TOKEN) is None


@pytest.mark.parametrize(
    ("text", "seen"),
    [("EAAG4567890128f2c", "••••8f2c"), ("1234567890123456", "••••3456"),
     ("123456789012345", "••••"), ("", "••••")],
)  # fmt: skip
def test_a_mask_shows_the_end_of_what_is_long(text: str, seen: str) -> None:
    """Four letters of a long one are shown, of a short one none."""
    assert mask(text) == seen
