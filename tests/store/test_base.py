"""Base: moments and documents come out of the database as they went in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import AutoField

from botops.kernel import clock
from botops.store import JsonField, Store, TenantTable, UtcField
from botops.store.actor import PROGRAM, Actor, acting_as, current_actor

NOON = clock.from_epoch(1_795_435_200)


class Entry(TenantTable):
    """A row of these tests."""

    id = AutoField()
    at = UtcField()
    until = UtcField(null=True)
    document = JsonField(default=dict)


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> Iterator[Store]:
    """A database with one empty table."""
    store = Store()
    store.open(tmp_path / "base.db")
    with Entry.bind_ctx(store.proxy), store.reading():
        store.proxy.create_tables([Entry])
        yield store
    store.close()


@pytest.mark.parametrize(
    "moment",
    [NOON, NOON + timedelta(microseconds=1), NOON.replace(year=1), NOON.replace(year=9999)],
)
def test_a_moment_is_kept_to_the_microsecond(moment: datetime) -> None:
    """A moment comes back as it was, on the second and between."""
    entry = Entry.create(at=moment)
    assert Entry.get_by_id(entry.id).at == moment


def test_text_order_is_time_order(store: Store) -> None:
    """Moments sort and compare in SQL, whether they have a fraction or not."""
    moments = [NOON + timedelta(microseconds=each) for each in (0, 1, 10, 999_999, 1_000_000)]
    for moment in reversed(moments):
        Entry.create(at=moment)
    assert [entry.at for entry in Entry.select().order_by(Entry.at)] == moments
    assert Entry.select().where(Entry.at > moments[1]).count() == 3
    written = store.execute("SELECT at FROM entry ORDER BY at LIMIT 1")
    assert written == [("2026-11-23 12:00:00.000000",)]


def test_a_moment_is_now_unless_it_is_said() -> None:
    """A moment that is needed is that of the clock; one that may be missing is missing."""
    with clock.freeze(1_795_435_200):
        entry = Entry.create()
    again = Entry.get_by_id(entry.id)
    assert (again.at, again.until, again.merchant_id) == (NOON, None, "default")


def test_a_moment_with_a_time_zone_is_a_mistake() -> None:
    """What would be read back as another moment is not written."""
    with pytest.raises(ValueError, match="naive UTC"):
        Entry.create(at=datetime.now(tz=UTC))


@pytest.mark.parametrize(
    "document", [{}, [], {"a": [1, None, True, 2.5, "é 🎉"]}, "text", 7, {"deep": {"er": {}}}]
)
def test_a_document_is_kept_as_it_is(document: Any) -> None:
    """JSON of any shape comes back as it was."""
    entry = Entry.create(document=document)
    assert Entry.get_by_id(entry.id).document == document


def test_whoever_acts_is_known_within_the_block() -> None:
    """Outside of any block the program acts; a block within a block has its own actor."""
    ana, bea = Actor("ana", "owner"), Actor("bea", "staff")
    assert current_actor() == PROGRAM
    with acting_as(ana):
        with acting_as(bea):
            assert current_actor() == bea
        assert current_actor() == ana
    assert current_actor() == PROGRAM
