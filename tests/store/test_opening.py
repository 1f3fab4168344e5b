"""Opening: a home's database is ready to be used, or the reason is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.kernel.errors import NewerDatabase, StorageTrouble
from botops.kernel.paths import Home
from botops.store import db
from botops.store.opening import open_for_reading, open_store


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Home]:
    """A home without a database."""
    home = Home(tmp_path / "home")
    home.make()
    yield home
    db.close()


def test_a_new_home_gets_a_database(fresh: Home) -> None:
    """The first opening makes every table and calls for the features' triggers, once."""
    called: list[str] = []
    assert open_store(fresh, triggers=[lambda: called.append("triggers")], checked=True).applied
    assert db.execute("SELECT count(*) FROM merchants") == [(0,)]
    db.close()
    assert not open_store(fresh, triggers=[lambda: called.append("again")], checked=True).applied
    assert called == ["triggers"]


def test_the_engine_looks_it_over_and_a_command_does_not(home: Home) -> None:
    """Damage that lies deep is found where the whole file is read."""
    with db.write():
        for number in range(300):
            db.change("INSERT INTO probe (job_id, value) VALUES (?, ?)", (number, "1" * 500))
    db.close()
    content = home.database.read_bytes()
    home.database.write_bytes(content[:-8192] + b"\xa5" * 8192)
    open_store(home)
    db.close()
    with pytest.raises(StorageTrouble, match="is damaged"):
        open_store(home, checked=True)
    assert not db.is_open


def test_what_is_opened_for_reading_can_not_be_changed(home: Home) -> None:
    """Rows are found, and each way to write is refused."""
    db.close()
    open_for_reading(home)
    assert db.execute("SELECT count(*) FROM merchants") == [(1,)]
    for write in (
        lambda: db.change("DELETE FROM merchants"),
        lambda: db.write_one("INSERT INTO probe (job_id, value) VALUES (1, '1') RETURNING id"),
    ):
        with pytest.raises(StorageTrouble, match="can't be written"):
            write()
    with pytest.raises(StorageTrouble, match="can't be written"), db.write():
        db.change("UPDATE merchants SET name = 'x'")
    assert db.execute("SELECT count(*) FROM probe") == [(0,)]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', 0)", NewerDatabase),
        ("DELETE FROM schema_migration", StorageTrouble),
    ],
)
def test_a_database_of_another_shape_is_not_read(
    home: Home, change: str, error: type[StorageTrouble]
) -> None:
    """What a newer or an older program keeps is refused, not brought up to date."""
    with db.write():
        db.change(change)
    db.close()
    with pytest.raises(error):
        open_for_reading(home)
    assert not db.is_open


def test_nothing_is_made_where_there_is_no_database(fresh: Home) -> None:
    """Reading what is not there makes no empty file."""
    with pytest.raises(StorageTrouble, match="no database"):
        open_for_reading(fresh)
    assert not fresh.database.exists()
