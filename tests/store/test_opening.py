"""Opening: a home's database is ready to be used, or the reason is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.kernel.errors import StorageTrouble
from botops.kernel.paths import Home
from botops.store import db
from botops.store.opening import open_store


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
