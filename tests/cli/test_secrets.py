"""Secrets: the key is replaced by one command, which shows the new one once."""

import base64
import io
import os
import sys
from pathlib import Path

import pytest

from botops.kernel.platform import EngineInfo, InstanceLock
from botops.security.keys import VARIABLE
from tests.cli.conftest import Botops

SECRET = "EAAGm0PX4ZCpsBAKZA8f2c"
TOKEN = "whatsapp.access_token"


@pytest.fixture
def first_key(botops: Botops, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of a home that keeps a secret."""
    key: str = botops("init", "--json").document["recovery_key"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(SECRET))
    assert botops("settings", "set", TOKEN).code == 0
    return key


def test_the_key_is_replaced(botops: Botops, first_key: str, tmp_path: Path) -> None:
    """The new one is printed, is in the file, and opens what the old one had sealed."""
    said = botops("secrets", "rotate", "--json").document
    assert said["success"] is True
    assert said["resealed"] == 1
    assert (tmp_path / "home.key").read_text() == f"{said['recovery_key']}\n"
    assert said["recovery_key"] != first_key
    assert len(base64.b64decode(said["recovery_key"])) == 32
    again = botops("secrets", "rotate")
    assert "One secret is sealed with the new key" in again.out
    assert said["recovery_key"] not in again.out
    (entry, *_) = botops("audit", "list", "--what", "rotate", "--json").document["entries"]
    assert (entry["target_type"], entry["after_state"]) == ("master_key", {"sealed_anew": 1})


def test_a_key_of_ones_own_is_taken(
    botops: Botops, first_key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a file or from stdin; it is not printed again."""
    keys = [base64.b64encode(os.urandom(32)).decode() for _ in range(2)]
    (tmp_path / "mine").write_text(f"{keys[0]}\n")
    said = botops("secrets", "rotate", "--key-file", str(tmp_path / "mine"), "--json").document
    assert said["recovery_key"] is None
    assert (tmp_path / "home.key").read_text() == f"{keys[0]}\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(keys[1]))
    said_of_stdin = botops("secrets", "rotate", "--key-file", "-")
    assert said_of_stdin.code == 0
    assert keys[1] not in said_of_stdin.out + said_of_stdin.err
    assert (tmp_path / "home.key").read_text() == f"{keys[1]}\n"


def test_what_is_no_key_is_refused(botops: Botops, first_key: str, tmp_path: Path) -> None:
    """It ends with 4, the key stays, and what was given is not repeated."""
    (tmp_path / "mine").write_bytes(b"\xffnot-a-key-but-a-secret")
    said = botops("secrets", "rotate", "--key-file", str(tmp_path / "mine"))
    assert said.code == 4
    assert "is no master key" in said.err
    assert "not-a-key" not in said.err
    assert (tmp_path / "home.key").read_text() == f"{first_key}\n"


def test_it_needs_the_home_for_itself(botops: Botops, first_key: str, tmp_path: Path) -> None:
    """Beside an engine that runs it ends with 5 and touches nothing."""
    lock = InstanceLock(tmp_path / "home" / "botops.lock")
    lock.take(EngineInfo(pid=1))
    try:
        assert botops("secrets", "rotate").code == 5
    finally:
        lock.release()
    assert (tmp_path / "home.key").read_text() == f"{first_key}\n"


def test_a_home_without_a_key_has_none_to_replace(botops: Botops) -> None:
    """It ends with 3 and says how to get one."""
    said = botops("secrets", "rotate")
    assert said.code == 3
    assert "botops init" in said.err


def test_a_key_of_the_environment_is_not_here(
    botops: Botops, first_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends with 4 and says how it is done there."""
    monkeypatch.setenv(VARIABLE, first_key)
    said = botops("secrets", "rotate")
    assert said.code == 4
    assert f'{VARIABLE}="OLD NEW"' in said.err
    assert first_key not in said.err
