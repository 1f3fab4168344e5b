"""Migrate: one step after the other, as a whole or not at all, however many start at once."""

import shutil
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.kernel.errors import DiskFull, NewerDatabase, StorageTrouble
from botops.store import db
from botops.store.migrate import DIRECTORY, known_steps, migrate, pending_steps

FIRST = "0001_house"
# As many starts at once as it takes; each waits for the word, then reports what it did.
START = """
import sys
from pathlib import Path
from botops.accounts import Merchants
from botops.kernel.events import Bus
from botops.store import db
from botops.store.migrate import migrate
file, backups, directory = map(Path, sys.argv[1:])
print("ready", flush=True)
sys.stdin.readline()
db.open(file)
done = migrate(file, backups, directory=directory)
Merchants(Bus()).ensure_default()
print(*done.applied, flush=True)
db.close()
"""


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """A folder with the steps that ship; a test adds its own."""
    folder = tmp_path / "steps"
    folder.mkdir()
    for step in DIRECTORY.glob("[0-9]*.py"):
        shutil.copy(step, folder)
    return folder


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """Where the copies lie."""
    return tmp_path / "backups"


def add_step(steps: Path, name: str, body: str) -> None:
    """Write a step."""
    code = textwrap.indent(textwrap.dedent(body), "    ")
    (steps / f"{name}.py").write_text(
        "from peewee import IntegerField, TextField\n\n\ndef up(migrator, db):\n" + code
    )


def columns(table: str) -> list[str]:
    """Names of the columns that a table has."""
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """An open database without any table."""
    file = tmp_path / "fresh.db"
    db.open(file)
    yield file
    db.close()


def test_a_new_database_gets_every_step(fresh: Path, backups: Path) -> None:
    """The first start makes all tables and needs no copy; the second does nothing."""
    assert pending_steps() == sorted(known_steps())
    done = migrate(fresh, backups)
    assert (list(done.applied), done.backup) == (sorted(known_steps()), None)
    assert pending_steps() == []
    again = migrate(fresh, backups)
    assert (again.applied, again.backup) == ((), None)
    assert not backups.exists()


def test_a_copy_is_made_before_a_step(database: Path, backups: Path, steps: Path) -> None:
    """Before a used database is changed, a whole copy of it as it was lies in the backups."""
    add_step(steps, "0901_colour", 'db.execute_sql("ALTER TABLE products ADD colour TEXT")')
    done = migrate(database, backups, directory=steps)
    assert done.applied == ("0901_colour",)
    assert "colour" in columns("products")
    assert done.backup is not None
    assert done.backup.name.startswith("before-0901_colour-")
    with sqlite3.connect(done.backup) as copy:
        rows = copy.execute("SELECT id FROM merchants").fetchall()
        before = [row[1] for row in copy.execute("PRAGMA table_info(products)")]
    copy.close()
    assert rows == [("default",)]
    assert "colour" not in before


def test_a_database_of_the_first_version_is_brought_up(
    tmp_path: Path, fresh: Path, backups: Path
) -> None:
    """What the first version has made gets the later tables, keeps its rows, and has its trail."""
    first = tmp_path / "first"
    first.mkdir()
    shutil.copy(DIRECTORY / f"{FIRST}.py", first)
    migrate(fresh, backups, directory=first)
    with db.write():
        db.change("INSERT INTO merchants (id, name, created_at, updated_at) VALUES ('b','B',1,1)")
    done = migrate(fresh, backups)
    assert list(done.applied) == sorted(known_steps() - {FIRST})
    assert done.backup is not None
    assert db.execute("SELECT name FROM merchants") == [("B",)]
    with db.write():
        db.change(
            "INSERT INTO secret_settings (merchant_id, name, sealed, shown, updated_at) "
            "VALUES ('b', 'x', 'v1', '', 1)"
        )
    (entry,) = db.execute(
        "SELECT target_id, merchant_id FROM audit_logs WHERE target_type = 'settings'"
    )
    assert entry == ("x", "b")


def test_a_newer_database_is_refused(database: Path, backups: Path) -> None:
    """What a newer program has changed is not touched, and the sentence says so."""
    with db.write():
        db.change("INSERT INTO schema_migration (name, applied) VALUES ('0999_next', '2030-01-01')")
    with pytest.raises(NewerDatabase, match="0999_next"):
        migrate(database, backups)
    assert not backups.exists()


def test_a_step_that_fails_changes_nothing(database: Path, backups: Path, steps: Path) -> None:
    """When a later step fails, earlier ones of the same run are undone with it."""
    add_step(steps, "0901_colour", 'db.execute_sql("ALTER TABLE products ADD colour TEXT")')
    add_step(steps, "0902_broken", 'db.execute_sql("UPDATE merchants SET colour = 1")')
    with pytest.raises(StorageTrouble, match="is as it was before: no such column") as caught:
        migrate(database, backups, directory=steps)
    (backup,) = backups.iterdir()
    assert str(backup) in caught.value.hint
    assert "colour" not in columns("products")
    assert pending_steps(steps) == ["0901_colour", "0902_broken"]
    assert db.execute("PRAGMA foreign_keys") == [(1,)]
    with pytest.raises(StorageTrouble):
        migrate(database, backups, directory=steps)
    assert len(list(backups.iterdir())) == 2


def test_a_step_that_breaks_a_reference_changes_nothing(
    database: Path, backups: Path, steps: Path
) -> None:
    """A step after which a row points at nothing is undone."""
    with db.write():
        db.change(
            "INSERT INTO media_files (merchant_id, hash, original_name, name_key, file_name, size, "
            "version, status, metadata, created_at, updated_at) "
            "VALUES ('default', 'h', 'n', 'n', 'n', 1, 1, 'ready', '{}', '2030', '2030')"
        )
    add_step(steps, "0901_wrong", "db.execute_sql(\"UPDATE media_files SET merchant_id = 'gone'\")")
    with pytest.raises(StorageTrouble, match="1 rows of media_files would point at something"):
        migrate(database, backups, directory=steps)
    assert db.execute("SELECT merchant_id FROM media_files") == [("default",)]


def test_a_full_disk_changes_nothing(database: Path, backups: Path, steps: Path) -> None:
    """When there is no room for a step, the error says so, and the database is as it was."""
    add_step(steps, "0901_large", 'db.execute_sql("CREATE TABLE large AS SELECT zeroblob(1e6)")')
    pages = db.execute("PRAGMA page_count")[0][0]
    db.execute(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(DiskFull):
        migrate(database, backups, directory=steps)
    assert columns("large") == []
    assert pending_steps(steps) == ["0901_large"]


def test_a_rebuilt_table_keeps_its_rows_and_its_trail(
    database: Path, backups: Path, steps: Path
) -> None:
    """A step that makes a table anew loses neither what points to it nor the trail's triggers."""
    with db.write():
        db.change("INSERT INTO merchants (id, name, created_at, updated_at) VALUES ('b','B',1,1)")
    body = """
        migrator.migrate(migrator.add_column('merchants', 'rank', IntegerField(default=3)))
        migrator.migrate(migrator.add_not_null('merchants', 'name'))
    """
    add_step(steps, "0901_rank", body)
    called: list[bool] = []
    migrate(database, backups, directory=steps, triggers=[lambda: called.append(True)])
    assert called == [True]
    with db.write():
        db.change("UPDATE merchants SET rank = 4 WHERE id = 'b'")
    (entry,) = db.execute("SELECT action, after_state ->> 'rank' FROM audit_logs "
                          "WHERE target_id = 'b' AND action = 'update'")  # fmt: skip
    assert entry == ("update", 4)


def test_a_trigger_that_was_removed_comes_back(
    database: Path, backups: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A start without any step mends the trail's triggers, and says that it had to."""
    db.execute("DROP TRIGGER audit_products_update")
    db.execute("CREATE TRIGGER audit_old AFTER UPDATE ON products BEGIN SELECT 1; END")
    migrate(database, backups)
    names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert "audit_products_update" in names
    assert "audit_old" not in names
    assert "audit_old, audit_products_update" in caplog.text


def run_at_once(count: int, *arguments: Path) -> list[str]:
    """Start so many processes, give them the word at once, and return what each has done."""
    command = [sys.executable, "-W", "error", "-c", START, *map(str, arguments)]
    processes = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    said = []
    for process in processes:
        output, errors = process.communicate(timeout=50)
        assert (process.returncode, errors) == (0, "")
        said.append(output.strip())
    return said


def test_four_first_starts_at_once_are_clean(tmp_path: Path, backups: Path, steps: Path) -> None:
    """One of them makes the tables, the others find them, and there is one shop."""
    file = tmp_path / "home" / "botops.db"
    assert sorted(run_at_once(4, file, backups, steps)) == [
        "",
        "",
        "",
        " ".join(sorted(known_steps())),
    ]
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT id FROM merchants").fetchall() == [("default",)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_four_starts_of_a_new_version_are_clean(
    template_database: Path, tmp_path: Path, backups: Path, steps: Path
) -> None:
    """One of them updates the database, after one copy."""
    file = tmp_path / "botops.db"
    shutil.copyfile(template_database, file)
    add_step(steps, "0901_colour", 'db.execute_sql("ALTER TABLE products ADD colour TEXT")')
    assert sorted(run_at_once(4, file, backups, steps)) == ["", "", "", "0901_colour"]
    assert len(list(backups.iterdir())) == 1
