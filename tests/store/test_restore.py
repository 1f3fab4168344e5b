"""Restore: a backup comes back as a whole, or everything stays as it is."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from botops.kernel.errors import NewerDatabase, NotFound, Refused, StorageTrouble
from botops.kernel.paths import Home
from botops.store import db
from botops.store import restore as module
from botops.store.archive import back_up
from botops.store.backup import check_database, copy_database
from botops.store.opening import open_store
from botops.store.restore import finish_restore, restore

# Restores in children that die before the n-th thing that they do to the disk, one after the
# other until one comes to its end; says how many died.
CRASH = """
import os, sys, shutil
from pathlib import Path
from botops.kernel.paths import Home
from botops.store.restore import restore

HARM = {"open", "os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.chmod",
        "sqlite3.connect", "shutil.copyfile"}
backup, template, homes = map(Path, sys.argv[1:])

def dies_at(number, root):
    done = 0
    def hook(event, arguments):
        nonlocal done
        if event in HARM and any(str(root) in str(each) for each in arguments):
            done += 1
            if done == number:
                os._exit(9)
    sys.addaudithook(hook)
    restore(Home(root), backup)
    os._exit(0)

number = 0
while True:
    number += 1
    root = homes / str(number)
    shutil.copytree(template, root)
    if (child := os.fork()) == 0:
        dies_at(number, root)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        break
print(number)
"""


def name_in(file: Path) -> str:
    """What the shop is called in a database, the log beside it included."""
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("SELECT name FROM merchants").fetchone()[0])


def change(home: Home) -> None:
    """Go on in a home after a backup: another name, other settings, a picture less."""
    with db.write():
        db.change("UPDATE merchants SET name = 'Current'")
    home.config.write_text('[shop]\nname = "Current"\n')
    shutil.rmtree(next(home.originals.iterdir()))


def settings_of(home: Home) -> str:
    """Which settings a home has."""
    return home.config.read_text()


def everything(home: Home) -> dict[str, bytes]:
    """Every file of a home but its locks."""
    return {
        path.relative_to(home.root).as_posix(): path.read_bytes()
        for path in home.root.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def test_a_backup_brings_everything_back(home: Home) -> None:
    """Database, settings and pictures are as they were, and the last state is kept aside."""
    backup = back_up(home, with_media=True).file
    originals = sorted(path.name for path in home.originals.glob("*/*"))
    change(home)
    db.close()
    done = restore(home, backup)
    assert (done.file, done.originals) == (backup, 3)
    assert name_in(home.database) == "Saved"
    assert 'name = "Saved"' in settings_of(home)
    assert sorted(path.name for path in home.originals.glob("*/*")) == originals
    assert done.aside is not None
    assert name_in(done.aside) == "Current"
    ending = done.aside.name.removeprefix("botops.db")
    assert ending.startswith(".before-restore-")
    assert 'name = "Current"' in home.config.with_name(f"config.toml{ending}").read_text()
    assert not (home.root / "restoring").exists()


def test_a_copy_of_the_database_brings_it_back(home: Home, tmp_path: Path) -> None:
    """A bare database is enough; settings and pictures stay as they are."""
    copy = copy_database(tmp_path / "copy.db")
    change(home)
    db.close()
    done = restore(home, copy)
    assert done.originals == 0
    assert name_in(home.database) == "Saved"
    assert 'name = "Current"' in settings_of(home)


def test_a_database_with_its_log_brings_back_both(home: Home, tmp_path: Path) -> None:
    """What was committed and lies only in the log beside the file is not lost."""
    for tail in ("", "-wal"):
        shutil.copyfile(f"{home.database}{tail}", tmp_path / f"taken.db{tail}")
    change(home)
    db.close()
    before = (tmp_path / "taken.db").read_bytes()
    restore(home, tmp_path / "taken.db")
    assert name_in(home.database) == "Saved"
    assert (tmp_path / "taken.db").read_bytes() == before


def test_a_backup_starts_a_new_home(home: Home, tmp_path: Path) -> None:
    """On another machine, with an empty home, a backup is all it takes."""
    backup = back_up(home, with_media=True).file
    db.close()
    other = Home(tmp_path / "other")
    done = restore(other, backup)
    assert (done.aside, done.originals) == (None, 3)
    other.make()
    open_store(other, checked=True)
    assert db.execute("SELECT name FROM merchants") == [("Saved",)]
    assert len(list(other.originals.glob("*/*"))) == 3


def test_old_logs_do_not_meet_the_new_database(home: Home) -> None:
    """A log that a crash has left goes with its database, and not into the one that comes."""
    backup = back_up(home).file
    change(home)
    crashed = home.root.with_name("crashed")
    shutil.copytree(home.root, crashed)
    db.close()
    left = Home(crashed)
    assert (crashed / "botops.db-wal").stat().st_size > 0
    done = restore(left, backup)
    assert check_database(left.database)
    assert name_in(left.database) == "Saved"
    assert done.aside
    assert name_in(done.aside) == "Current"
    assert not (crashed / "botops.db-wal").exists()


def test_a_damaged_database_is_replaced(home: Home) -> None:
    """What is damaged is kept aside as it is, and gives way."""
    backup = back_up(home).file
    db.close()
    home.database.write_bytes(b"damaged" * 1000)
    done = restore(home, backup)
    assert name_in(home.database) == "Saved"
    assert done.aside
    assert done.aside.read_bytes() == b"damaged" * 1000


def test_a_log_that_cannot_be_folded_is_kept_aside(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that stays beside the database moves aside with it, and still belongs to it."""
    backup = back_up(home).file
    change(home)
    left = Home(home.root.with_name("crashed"))
    shutil.copytree(home.root, left.root)
    db.close()
    fold = module._fold
    monkeypatch.setattr(module, "_fold", lambda file: file == left.database or fold(file))
    done = restore(left, backup)
    assert done.aside
    assert done.aside.with_name(f"{done.aside.name}-wal").stat().st_size > 0
    assert (name_in(left.database), name_in(done.aside)) == ("Saved", "Current")


def test_two_restores_keep_both_states_aside(home: Home) -> None:
    """A second restore within a second does not replace what the first has kept."""
    backup = back_up(home).file
    db.close()
    first, second = restore(home, backup), restore(home, backup)
    assert first.aside != second.aside
    assert first.aside and second.aside  # noqa: PT018 - one claim
    assert first.aside.exists() and second.aside.exists()  # noqa: PT018 - one claim


def test_without_hard_links_a_copy_is_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without links keeps the last state as well."""

    def no_links(self: Path, target: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    backup = back_up(home).file
    change(home)
    db.close()
    done = restore(home, backup)
    assert done.aside
    assert (name_in(home.database), name_in(done.aside)) == ("Saved", "Current")


def refused(home: Home, file: Path, error: type[Exception], said: str) -> None:
    """Check that a restore is refused and that it has touched nothing."""
    db.close()
    before = everything(home)
    with pytest.raises(error, match=said):
        restore(home, file)
    assert everything(home) == before


def test_a_missing_file_is_not_found(home: Home) -> None:
    """A name that leads nowhere changes nothing."""
    refused(home, home.root / "none.tar", NotFound, r"no file .*none\.tar")


def test_a_damaged_backup_changes_nothing(home: Home) -> None:
    """A backup that is not whole is refused before anything is touched."""
    backup = back_up(home).file
    content = bytearray(backup.read_bytes())
    content[20_000] ^= 0xFF
    backup.write_bytes(content)
    refused(home, backup, Refused, "does not hold what it says")


def test_a_damaged_copy_changes_nothing(home: Home, tmp_path: Path) -> None:
    """A bare database that is not whole is refused before anything is touched."""
    copy = copy_database(tmp_path / "copy.db")
    content = copy.read_bytes()
    copy.write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))
    refused(home, copy, (Refused, StorageTrouble), "damaged")  # type: ignore[arg-type]  # either


def test_another_file_changes_nothing(home: Home, tmp_path: Path) -> None:
    """A file of another kind is refused."""
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff" + b"x" * 5000)
    refused(home, tmp_path / "photo.jpg", Refused, "no backup")


def test_a_newer_backup_changes_nothing(home: Home, tmp_path: Path) -> None:
    """A backup that a newer program has written is refused with a sentence."""
    with db.write():
        db.change("INSERT INTO schema_migration (name, applied) VALUES ('0999_next', '2030')")
    newer = copy_database(tmp_path / "newer.db")
    with db.write():
        db.change("DELETE FROM schema_migration WHERE name = '0999_next'")
    refused(home, newer, NewerDatabase, "0999_next")


def test_damaged_settings_change_nothing(home: Home) -> None:
    """A backup whose settings can't be read is refused."""
    config = settings_of(home)
    home.config.write_text("[shop\n")
    backup = back_up(home).file
    home.config.write_text(config)
    refused(home, backup, Refused, "settings in the backup are damaged")


def test_a_database_that_others_use_is_left(home: Home) -> None:
    """While another command has the database open, it is not replaced under it."""
    backup = back_up(home).file
    db.close()
    with closing(sqlite3.connect(home.database)) as other:
        other.execute("SELECT * FROM merchants").fetchall()
        before = name_in(home.database)
        with pytest.raises(StorageTrouble, match="has the database open"):
            restore(home, backup)
    assert name_in(home.database) == before
    assert not (home.root / "restoring").exists()


def test_an_open_database_is_not_replaced(home: Home) -> None:
    """To restore under one's own open database is a mistake that shows."""
    with pytest.raises(RuntimeError, match="must be closed"):
        restore(home, back_up(home).file)


def test_what_was_made_ready_and_not_planned_is_dropped(home: Home) -> None:
    """A restore that was broken off while it still checked the backup is as if it never was."""
    (home.root / "restoring").mkdir()
    (home.root / "restoring" / "botops.db").write_bytes(b"half")
    db.close()
    open_store(home)
    assert db.execute("SELECT name FROM merchants") == [("Saved",)]
    assert not (home.root / "restoring").exists()


def test_a_start_finishes_a_restore_that_was_broken_off(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once planned, the next start of whatever command does the rest, and says so."""
    backup = back_up(home).file
    change(home)
    db.close()
    carry_out = module._carry_out
    monkeypatch.setattr(module, "_carry_out", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        restore(home, backup)
    monkeypatch.setattr(module, "_carry_out", carry_out)
    assert name_in(home.database) == "Current"
    open_store(home)
    assert db.execute("SELECT name FROM merchants") == [("Saved",)]
    assert "broken off" in caplog.text


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_crash_at_any_moment_leaves_the_old_or_the_new(home: Home, tmp_path: Path) -> None:
    """Whenever the power fails, the next start finds one state or the other, whole."""
    backup = back_up(home, with_media=True).file
    change(home)
    crashed, homes = tmp_path / "crashed", tmp_path / "homes"
    shutil.copytree(home.root, crashed)
    db.close()
    command = [sys.executable, "-W", "error", "-c", CRASH, str(backup), str(crashed), str(homes)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    states = [state_after_restart(Home(homes / str(n))) for n in range(1, int(said) + 1)]
    assert len(states) > 30
    assert set(states) == {("Current", 2), ("Saved", 3)}
    assert states == sorted(states)


def state_after_restart(home: Home) -> tuple[str, int]:
    """Which state a home is in after a start: its name, in database and settings, its pictures."""
    finish_restore(home)
    assert check_database(home.database)
    name = name_in(home.database)
    assert f'name = "{name}"' in settings_of(home)
    assert not (home.root / "restoring").exists()
    kept = [name_in(path) for path in home.root.glob("botops.db.before-restore-*")]
    assert kept == ([] if name == "Current" else ["Current"])
    return name, len(list(home.originals.glob("*/*")))
