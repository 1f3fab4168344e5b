"""Rotation: whenever it is killed, every secret opens, and the next try finishes it."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from botops.kernel.errors import NotFound, Refused, StorageTrouble
from botops.kernel.paths import Home
from botops.preferences import rotation
from botops.preferences.desk import SettingsDesk
from botops.preferences.rotation import rotate
from botops.preferences.secret_store import SecretStore
from botops.security.keys import VARIABLE, key_text, load_key, read_secret, replace_keys
from botops.security.sealed import SealBroken
from botops.store import db
from tests.preferences.conftest import OTHER, SECRET, TOKEN, entries

GIVEN = bytes(range(32))
# A process that is killed before its Nth step: the file with both, the sealing, the file with one.
KILLED = """
import os, signal, sys
from pathlib import Path
from botops.preferences import rotation
from botops.security import keys
from botops.store import db
home, database, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
def dying(number, real):
    def call(*args, **named):
        global step
        step -= 1
        if step == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)
    return call
rotation.replace_keys = dying(1, rotation.replace_keys)
rotation._seal_anew = dying(2, rotation._seal_anew)
db.open(database)
def note(count, key_id):
    if step == 1 and sys.argv[4] == "within":
        os.kill(os.getpid(), signal.SIGKILL)
rotation.rotate(home.with_name(home.name + ".key"), note)
"""


@pytest.fixture
def noted() -> list[tuple[int, str]]:
    """What was told while everything was sealed anew."""
    return []


@pytest.fixture
def turn(home: Home, noted: list[tuple[int, str]]) -> Callable[..., rotation.Rotated]:
    """Puts a new key in the place of the present one."""

    def call(given: bytes | None = None) -> rotation.Rotated:
        return rotate(home.key, lambda count, key_id: noted.append((count, key_id)), given=given)

    return call


Turn = Callable[..., rotation.Rotated]


@pytest.fixture
def sealed(store: SecretStore) -> SecretStore:
    """Two secrets of one shop, and one of another."""
    store.seal(TOKEN, SECRET)
    store.seal("whatsapp.app_secret", OTHER)
    with db.write():
        db.change("INSERT INTO merchants (id, name, created_at, updated_at) VALUES ('b','B',1,1)")
    return store


def assert_all_open(store: SecretStore) -> None:
    """Every secret is what it was."""
    assert store.troubles() == []
    assert (store.open(TOKEN), store.open("whatsapp.app_secret")) == (SECRET, OTHER)


def test_a_new_key_takes_the_place_of_the_old(
    home: Home, sealed: SecretStore, turn: Turn, noted: list[tuple[int, str]]
) -> None:
    """All that is sealed opens with the new key alone, which is told once."""
    SecretStore(home.key, "b").seal(TOKEN, "another shop's token")
    old, before = load_key(home.key), sealed.kept(TOKEN)
    done = turn()
    assert home.key.read_text() == f"{done.recovery_key}\n"
    assert load_key(home.key).secret != old.secret
    assert_all_open(sealed)
    assert SecretStore(home.key, "b").open(TOKEN) == "another shop's token"
    assert sealed.kept(TOKEN) != before
    assert noted == [(3, done.key_id)]
    assert done.resealed == 3
    assert done.recovery_key not in repr(done)
    assert home.key.stat().st_mode & 0o777 == 0o600
    assert list(home.key.parent.glob(".*.part")) == []


def test_the_old_key_opens_nothing_any_more(
    home: Home, sealed: SecretStore, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has got hold of the old key can't open what was sealed anew."""
    old = load_key(home.key).text
    turn()
    monkeypatch.setenv(VARIABLE, old)
    with pytest.raises(SealBroken, match="another master key"):
        sealed.open(TOKEN)


def test_the_trail_says_that_it_was_sealed_anew(
    home: Home, sealed: SecretStore, turn: Turn
) -> None:
    """Each secret has an entry, which shows that it is the same one."""
    turn()
    last = entries()[-2:]
    assert {entry.target_id for entry in last} == {TOKEN, "whatsapp.app_secret"}
    assert all(entry.changes == {} for entry in last)


def test_a_key_of_ones_own_is_taken(home: Home, sealed: SecretStore, turn: Turn) -> None:
    """A key that was given is used, and not told again; the present one is no new one."""
    done = turn(GIVEN)
    assert done.recovery_key == ""
    assert load_key(home.key).secret == GIVEN
    assert_all_open(sealed)
    with pytest.raises(Refused, match="the present key"):
        turn(GIVEN)


def test_without_a_key_there_is_none_to_replace(home: Home, turn: Turn) -> None:
    """A home whose key is gone is told where it was looked for."""
    home.key.unlink()
    with pytest.raises(NotFound, match="no master key"):
        turn()


@pytest.mark.parametrize(
    ("step", "point"), [(1, "before"), (2, "before"), (3, "within"), (3, "before")]
)
def test_killed_at_any_point_nothing_is_lost(
    home: Home, sealed: SecretStore, turn: Turn, database: Path, step: int, point: str
) -> None:
    """A process that is killed leaves secrets that open, and the next try finishes."""
    old = load_key(home.key).secret
    db.checkpoint()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", KILLED, home.root, database, str(step), point],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.returncode == -9, done.stderr
    assert_all_open(sealed)
    key = load_key(home.key)
    assert old in (key.secret, *key.older)
    sealed.seal(TOKEN, SECRET)  # somebody goes on, with whatever key counts now
    assert_all_open(sealed)
    turn()
    assert load_key(home.key).older == ()
    assert load_key(home.key).secret != old
    assert_all_open(sealed)


def test_a_broken_off_one_is_finished_with_its_key(
    home: Home, sealed: SecretStore, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key that was made the first time is the one that is told in the end."""

    def fail(*_: object) -> None:
        raise StorageTrouble("no room")

    with monkeypatch.context() as patched:
        patched.setattr(rotation, "_seal_anew", fail)
        with pytest.raises(StorageTrouble):
            turn()
    made = load_key(home.key).secret
    assert len(load_key(home.key).older) == 1
    assert read_secret(turn().recovery_key, "it") == made
    assert_all_open(sealed)


def test_a_secret_that_cannot_be_opened_stops_it(
    home: Home, sealed: SecretStore, turn: Turn, desk: SettingsDesk
) -> None:
    """Nothing is sealed anew while one is damaged; once that is forgotten, it goes on."""
    before = sealed.kept("whatsapp.app_secret")
    with db.write():
        db.change("UPDATE secret_settings SET sealed = sealed || 'A' WHERE name = ?", (TOKEN,))
    with pytest.raises(SealBroken, match=TOKEN):
        turn()
    assert sealed.kept("whatsapp.app_secret") == before
    assert sealed.open("whatsapp.app_secret") == OTHER
    desk.unset(TOKEN)
    assert turn().resealed == 1
    assert sealed.open("whatsapp.app_secret") == OTHER


def test_whoever_seals_meanwhile_does_so_with_the_new_key(
    home: Home, sealed: SecretStore, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that comes while the key is replaced opens afterwards, too."""

    def and_meanwhile(file: Path, keys: list[bytes]) -> None:
        if len(keys) == 1:
            sealed.seal(TOKEN, "sealed in between")
        replace_keys(file, keys)

    monkeypatch.setattr(rotation, "replace_keys", and_meanwhile)
    turn()
    assert sealed.open(TOKEN) == "sealed in between"


def test_a_key_of_the_environment_is_replaced_there(
    home: Home, sealed: SecretStore, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can't be changed from here: the way is told, and works."""
    old, new = load_key(home.key).text, key_text(os.urandom(32))
    monkeypatch.setenv(VARIABLE, old)
    for given in (None, GIVEN):
        with pytest.raises(Refused, match="comes from the environment") as caught:
            turn(given)
        assert f'{VARIABLE}="OLD NEW"' in caught.value.hint
    monkeypatch.setenv(VARIABLE, f"{old} {new}")
    done = turn()
    assert (done.resealed, done.recovery_key) == (2, "")
    monkeypatch.setenv(VARIABLE, new)
    assert_all_open(sealed)
    assert base64.b64decode(home.key.read_text()) == base64.b64decode(old)
