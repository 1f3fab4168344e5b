"""Home: the commands about the home as a whole."""

import io
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from botops.kernel.platform import EngineInfo, InstanceLock
from tests.cli.conftest import Botops


def test_a_home_is_made_once(botops: Botops, tmp_path: Path) -> None:
    """`init` makes folders, settings and key, and a second one changes nothing."""
    said = botops("init", "--json").document
    assert said["home"] == str(tmp_path / "home")
    assert said["admin_key"] is None
    config, key = tmp_path / "home" / "config.toml", tmp_path / "home.key"
    assert "[shop]" in config.read_text()
    config.write_text("# mine\n")
    assert botops("init", "--json").document == {**said, "recovery_key": None}
    assert config.read_text() == "# mine\n"
    assert key.read_text() == f"{said['recovery_key']}\n"


def test_the_recovery_key_is_shown_once(botops: Botops, tmp_path: Path) -> None:
    """A person is told the key, where it lies and what to do with it, the first time only."""
    first, second = botops("init").out, botops("init").out
    key = (tmp_path / "home.key").read_text().strip()
    assert f"Recovery key: {key}\n" in first
    assert "Write it down" in first
    assert second == f"The home is {tmp_path / 'home'}.\n"


def test_a_backup_is_put_back(botops: Botops, tmp_path: Path) -> None:
    """What was there when the backup was made is there again; what came since is kept aside."""
    botops("job", "enqueue", "order_processing", "probe")
    made = botops("backup", str(tmp_path / "shop.tar"), "--json").document
    assert made["file"] == str(tmp_path / "shop.tar")
    botops("job", "enqueue", "order_processing", "probe")
    assert botops("job", "list", "--json").document["count"] == 2
    done = botops("restore", made["file"], "--json")
    assert done.code == 0, done.err
    assert botops("job", "list", "--json").document["count"] == 1
    with closing(sqlite3.connect(done.document["aside"])) as aside:
        assert aside.execute("SELECT count(*) FROM jobs").fetchone() == (2,)


def test_a_backup_without_a_name_lies_in_the_home(botops: Botops, tmp_path: Path) -> None:
    """Without a name it gets one of its own below `backups/`."""
    file = Path(botops("backup", "--json").document["file"])
    assert file.parent == tmp_path / "home" / "backups"
    assert file.exists()


def test_a_restore_needs_the_home_for_itself(botops: Botops, tmp_path: Path) -> None:
    """While an engine runs, `restore` ends with 5 and touches nothing."""
    file = botops("backup", "--json").document["file"]
    lock = InstanceLock(tmp_path / "home" / "botops.lock")
    lock.take(EngineInfo(pid=1))
    try:
        assert botops("restore", file).code == 5
    finally:
        lock.release()


def test_what_is_no_backup_is_refused(botops: Botops, tmp_path: Path) -> None:
    """A file of another kind ends with 4, a missing one with 3, and the data stays."""
    botops("job", "enqueue", "order_processing", "probe")
    (tmp_path / "note.txt").write_text("hello")
    assert botops("restore", str(tmp_path / "note.txt")).code == 4
    assert botops("restore", str(tmp_path / "none.tar")).code == 3
    assert botops("job", "list", "--json").document["count"] == 1


def test_a_database_that_is_up_to_date_needs_nothing(botops: Botops) -> None:
    """`migrate` says which steps it took: none, the second time."""
    assert botops("migrate", "--json").document["applied"]
    assert botops("migrate", "--json").document["applied"] == []


def test_a_lost_key_is_asked_for(
    botops: Botops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a home whose secrets need a key that is not there, `init` makes no other one."""
    botops("init")
    monkeypatch.setattr(sys, "stdin", io.StringIO("EAAGm0PX4ZCpsBAKZA8f2c"))
    botops("settings", "set", "whatsapp.access_token")
    key = tmp_path / "home.key"
    kept = key.rename(tmp_path / "kept")
    said = botops("init")
    assert said.code == 3
    assert "Bring back the key" in said.err
    assert not key.exists()
    kept.rename(key)
    assert botops("init", "--json").document["recovery_key"] is None
