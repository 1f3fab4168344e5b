"""Household: what is wrong with a home is found, and nothing in it is changed by looking."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from botops.doctor import household
from botops.doctor.findings import Finding, Patient
from botops.kernel.paths import Home
from botops.kernel.platform import EngineInfo, InstanceLock
from botops.preferences.secret_store import SecretStore
from botops.security.keys import VARIABLE, key_text, load_key, replace_keys
from botops.settings import Settings
from botops.store import db
from botops.store.migrate import known_steps

SECRET = "EAAGm0PX4ZCpsBAKZA8f2c"
LOOKS = (
    household.home, household.settings, household.database, household.engine, household.key,
    household.secrets,
)  # fmt: skip


@pytest.fixture
def with_secret(home: Home) -> Home:
    """A home that keeps a secret."""
    db.open(home.database)
    SecretStore(home.key).seal("whatsapp.access_token", SECRET)
    db.close()
    return home


def assert_found(finding: Finding, state: str, detail: str, *, hint: str = "") -> None:
    """The finding says this, and what to do about it."""
    assert finding.state == state, finding
    assert detail in finding.detail
    assert hint in finding.hint
    assert bool(finding.hint) == (state != "ok")


@pytest.mark.parametrize("look", LOOKS)
def test_a_new_home_is_well(patient: Patient, look: Callable[[Patient], Finding]) -> None:
    """Whatever `init` has made is as it should be."""
    assert look(patient).state == "ok"
    assert not db.is_open


@pytest.mark.parametrize("look", LOOKS)
def test_looking_makes_nothing(tmp_path: Path, look: Callable[[Patient], Finding]) -> None:
    """Where there is no home, none is made, and that is no failure."""
    found = look(Patient(Home(tmp_path / "none"), Settings()))
    assert found.state in ("ok", "warn")
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_others_see_is_told(patient: Patient) -> None:
    """A folder that others can look into is worth a look."""
    patient.home.root.chmod(0o755)
    assert_found(household.home(patient), "warn", "Others on this computer", hint="chmod 700")


def test_a_home_that_cannot_be_written_is_told(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a folder of somebody else nor a file in its place will do."""
    with monkeypatch.context() as patched:
        patched.setattr("os.access", lambda path, mode: False)
        assert_found(household.home(patient), "fail", "can't be written", hint="--home")
    shutil.rmtree(patient.home.root)
    patient.home.root.touch()
    assert_found(household.home(patient), "fail", "can't be written", hint="--home")


def test_a_damaged_database_is_told(patient: Patient) -> None:
    """One whose pages are torn, or that is none at all, is in the way."""
    file = patient.home.database
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\xff" * 4096 + content[12_288:])
    found = household.database(patient)
    assert (found.state, "damaged" in found.detail) == ("fail", True)
    file.write_text("no database")
    assert_found(household.database(patient), "fail", "damaged, or no database", hint="restore")


def test_a_database_of_another_version_is_told(patient: Patient) -> None:
    """An older one is brought up at the next start; a newer one needs its own program."""
    with closing(sqlite3.connect(patient.home.database)) as tool:
        tool.execute("DELETE FROM schema_migration WHERE name = ?", (max(known_steps()),))
        tool.commit()
        assert_found(household.database(patient), "warn", max(known_steps()), hint="botops migrate")
        tool.execute("INSERT INTO schema_migration (name, applied) VALUES ('0999_next', '2030')")
        tool.commit()
    assert_found(household.database(patient), "fail", "0999_next", hint="Use that version")


def test_who_runs_the_home_is_told(patient: Patient) -> None:
    """With its process; one that was killed is no trouble, one that is not ready is."""
    lock = InstanceLock(patient.home.lock)
    lock.take(EngineInfo(pid=4711, ready=True, socket="x", started_at="2026-11-23T10:42:06.120Z"))
    assert_found(household.engine(patient), "ok", "process 4711 since 2026-11-23")
    lock.write(EngineInfo(pid=4711))
    assert_found(household.engine(patient), "warn", "not ready", hint="log")
    lock.write(EngineInfo(pid=4711, ready=True))
    assert_found(household.engine(patient), "warn", "no screen can attach", hint="log")
    lock.release()
    assert_found(household.engine(patient), "ok", "None runs on this home")
    content = patient.home.lock.read_bytes()
    patient.home.lock.write_bytes(content.replace(b"null", b"4711", 1))
    assert_found(household.engine(patient), "ok", "was killed")


def test_a_key_that_others_can_read_is_told(patient: Patient) -> None:
    """It is in the way, since it is not used either."""
    patient.home.key.chmod(0o644)
    assert_found(household.key(patient), "fail", "can be read by others", hint="chmod 600")


def test_a_lost_key_is_told_where_it_is_needed(
    patient: Patient, with_secret: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without secrets a key may be made at any time; with them, it is that one or none."""
    assert_found(household.key(patient), "ok", "only you can read")
    key = load_key(with_secret.key).text
    with_secret.key.unlink()
    assert_found(household.key(patient), "fail", "no master key", hint="Bring back the key")
    assert_found(household.secrets(patient), "fail", "1 of 1 can't be opened")
    monkeypatch.setenv(VARIABLE, key)
    assert_found(household.key(patient), "ok", "environment")
    assert_found(household.secrets(patient), "ok", "(1) open")
    monkeypatch.setenv(VARIABLE, key_text(bytes(32)))
    assert_found(household.secrets(patient), "fail", "another master key", hint="Bring back")


def test_a_broken_off_rotation_is_told(patient: Patient, with_secret: Home) -> None:
    """Two keys in the file are worth a look; everything opens still."""
    replace_keys(with_secret.key, [load_key(with_secret.key).secret, bytes(32)])
    assert_found(household.key(patient), "warn", "broken off", hint="botops secrets rotate")
    assert_found(household.secrets(patient), "ok", "(1) open")


def test_a_damaged_secret_is_told_by_its_name(patient: Patient, with_secret: Home) -> None:
    """The others beside it are no trouble, and nothing of a secret is said."""
    db.open(with_secret.database)
    SecretStore(with_secret.key).seal("whatsapp.app_secret", SECRET)
    with db.write():
        db.change("UPDATE secret_settings SET sealed = 'v1.x' WHERE name = 'whatsapp.access_token'")
    db.close()
    found = household.secrets(patient)
    assert_found(found, "fail", "1 of 2 can't be opened: The secret whatsapp.access_token")
    assert SECRET not in str(found)
