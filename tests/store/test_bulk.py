"""Bulk: many rows are written as the mapper would write them."""

import pytest

from botops.catalog.models import Product
from botops.events.models import PastEvent
from botops.kernel import clock
from botops.store import db
from botops.store.bulk import insert_rows, update_rows

pytestmark = pytest.mark.usefixtures("database")


def event(number: int) -> dict[str, object]:
    """The fields of an event."""
    return {
        "id": f"evt_{number}",
        "type": "tick",
        "timestamp": clock.epoch(),
        "merchant_id": "default",
        "data": {"n": number, "text": 'Jab\u00f3n "x"', "none": None},
    }


def test_rows_are_stored_as_the_mapper_stores_them() -> None:
    """What is written in bulk and what is written one by one look the same in the database."""
    with db.write():
        insert_rows(PastEvent, [event(1), event(2)])
        PastEvent.insert(**{**event(1), "id": "evt_3"}).execute()
    with db.reading():
        rows = list(PastEvent.select().order_by(PastEvent.seq))
    assert [row.id for row in rows] == ["evt_1", "evt_2", "evt_3"]
    assert [row.data["n"] for row in rows] == [1, 2, 1]
    assert rows[0].data == rows[2].data == event(1)["data"]
    one, _, by_mapper = db.execute("SELECT typeof(data), typeof(timestamp), type FROM events")
    assert one == by_mapper


def test_rows_are_changed_by_their_id() -> None:
    """Each row gets its own values in the fields that are named, and keeps the others."""
    with db.write():
        product = {"merchant_id": "default", "currency": "USD", "price": 1, "stock": None}
        times = {"created_at": clock.utcnow(), "updated_at": clock.utcnow()}
        texts = dict.fromkeys(("description", "category", "search_text"), "")
        insert_rows(
            Product,
            [
                {
                    **product,
                    **times,
                    **texts,
                    "active": True,
                    "sku": sku,
                    "sku_key": sku,
                    "name": sku,
                }
                for sku in "ab"
            ],
        )
        update_rows(
            Product,
            [{"id": 1, "name": "A", "active": False}, {"id": 2, "name": "B", "active": True}],
        )
    assert db.execute("SELECT name, active, sku, price FROM products ORDER BY id") == [
        ("A", 0, "a", 1),
        ("B", 1, "b", 1),
    ]


def test_no_rows_are_no_work() -> None:
    """An empty list asks nothing of the database."""
    insert_rows(PastEvent, [])
    update_rows(PastEvent, [])
    assert db.execute("SELECT count(*) FROM events") == [(0,)]
