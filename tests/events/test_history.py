"""History: events are kept with their cause, found again, and told in order."""

from pathlib import Path
from typing import Any

import pytest

from botops.events import EventQuery, EventView, History
from botops.kernel import clock
from botops.kernel.errors import NotFound, UsageProblem
from botops.kernel.events import Bus, Changed, PublicEvent
from botops.store import db

pytestmark = pytest.mark.usefixtures("database")


class Stop(Exception):
    """Something goes wrong inside a transaction."""


@pytest.fixture
def bus() -> Bus:
    """A bus that tells of changes after the commit."""
    return Bus(defer=db.after_commit)


@pytest.fixture
def history(bus: Bus) -> History:
    """A history that listens."""
    return History(bus)


def types(events: list[EventView]) -> list[str]:
    """What kind of events they are."""
    return [event.type for event in events]


def test_an_event_is_kept_with_its_cause(bus: Bus, history: History) -> None:
    """What is published within a transaction is in the history once it is committed."""
    with db.write():
        bus.publish(PublicEvent("order_created", {"orderId": 7}, merchant_id="default"))
    (event,) = history.recent()
    assert (event.type, event.data, event.merchant_id) == (
        "order_created", {"orderId": 7}, "default"
    )  # fmt: skip


def test_an_event_is_lost_with_its_cause(bus: Bus, history: History) -> None:
    """What is published within a transaction that fails was never there, and nobody hears."""
    heard: list[Changed] = []
    bus.subscribe(Changed, heard.append)

    def fail() -> None:
        with db.write():
            bus.publish(PublicEvent("order_created", {"orderId": 7}))
            raise Stop

    with pytest.raises(Stop):
        fail()
    assert history.recent() == []
    assert heard == []


def test_an_event_that_cannot_be_kept_undoes_its_cause(bus: Bus, history: History) -> None:
    """An event whose data is no JSON takes the whole transaction with it."""

    def rename() -> None:
        with db.write():
            db.change("UPDATE merchants SET name = 'changed'")
            bus.publish(PublicEvent("product_updated", {"at": clock.utcnow()}))

    with pytest.raises(UsageProblem, match="must be JSON"):
        rename()
    assert db.execute("SELECT name FROM merchants") == [("My shop",)]


def test_screens_hear_of_an_event_after_its_commit(bus: Bus, history: History) -> None:
    """`Changed("events")` comes when the row can be read by everybody."""
    heard: list[tuple[str, bool]] = []
    bus.subscribe(Changed, lambda event: heard.append((event.topic, db.in_transaction)))
    with db.write():
        bus.publish(PublicEvent("bot_connected"))
        assert heard == []
    assert heard == [("events", False)]


def test_the_envelope_is_that_of_the_contract(history: History) -> None:
    """Each event is told as id, type, timestamp, merchant_id and data."""
    with clock.freeze(1_795_430_526.12):
        event = history.publish("payment_received", {"amount": 8400, "note": "¡Ya está! 🎉"})
    assert event.document() == {
        "id": event.id,
        "type": "payment_received",
        "timestamp": "2026-11-23T10:42:06.120Z",
        "merchant_id": "default",
        "data": {"amount": 8400, "note": "¡Ya está! 🎉"},
    }
    assert event.id.startswith("evt_")


def test_ids_sort_by_time(history: History) -> None:
    """Later events have greater ids, within one millisecond too, and when the clock is set back."""
    with clock.freeze(1_800_000_000) as now:
        made = [history.publish("tick", {}).id for _ in range(5)]
        now.move(-3600)
        made += [history.publish("tick", {}).id for _ in range(5)]
        now.move(7200)
        made += [history.publish("tick", {}).id]
    assert made == sorted(set(made))


def test_people_read_the_newest_first(history: History) -> None:
    """`recent` gives the last events, newest first, and no more than asked for."""
    for number in range(5):
        history.publish(f"event_{number}", {})
    assert types(history.recent(3)) == ["event_4", "event_3", "event_2"]


def test_followers_read_in_order(history: History) -> None:
    """`after` gives what came after an event, oldest first, so that nothing is skipped."""
    assert history.last_seq() == 0
    first, *_ = [history.publish(f"event_{number}", {}) for number in range(4)]
    assert types(history.after(first.seq, 2)) == ["event_1", "event_2"]
    assert history.after(history.last_seq()) == []


def test_pages_go_through_all_events_once(history: History) -> None:
    """Pages, one after the other, give every event once, also while new ones arrive."""
    published = [history.publish("tick", {"n": number}).id for number in range(7)]
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = history.page(EventQuery(limit=3, cursor=cursor))
        seen += [event.id for event in page.items]
        cursor = page.next_cursor
        history.publish("late", {})
    assert seen == published[::-1]
    assert cursor is None


def test_a_page_may_be_of_one_type_and_one_shop(history: History) -> None:
    """A query finds events by type and by merchant, and counts them."""
    db_rows = [("order_created", "default"), ("order_created", "b"), ("bot_connected", "b")]
    for kind, merchant in db_rows:
        history.publish(kind, {"m": merchant}, merchant_id=merchant)
    orders = history.page(EventQuery(type="order_created"))
    assert [event.data["m"] for event in orders.items] == ["b", "default"]
    assert orders.total == 2
    only_b = history.page(EventQuery(type="order_created", merchant_id="b"))
    assert [event.data["m"] for event in only_b.items] == ["b"]


def test_a_strange_cursor_is_a_usage_problem(history: History) -> None:
    """A cursor that no page gave is refused with a sentence."""
    with pytest.raises(UsageProblem, match="no cursor"):
        history.page(EventQuery(cursor="; DROP TABLE events"))


def test_an_event_is_found_by_its_id(history: History) -> None:
    """An id leads to its event, an unknown one to an error that says so."""
    event = history.publish("tick", {})
    assert history.find(event.id) == event
    with pytest.raises(NotFound, match="evt_gone"):
        history.find("evt_gone")


def test_the_history_survives_a_restart(database: Path, history: History) -> None:
    """What was kept is there when the database is opened again, data and all."""
    event = history.publish("tick", {"list": [1, {"a": None}], "text": "é"})
    db.close()
    db.open(database)
    assert History(Bus()).recent() == [event]


@pytest.mark.parametrize(
    "event_type", ["", "Order", "1st", "a b", "a-b", "a" * 65, "a\n", "order*", "ñandu"]
)
def test_a_type_is_a_plain_word(history: History, event_type: str) -> None:
    """Types are small letters, digits and _, so that wildcards and addresses stay simple."""
    with pytest.raises(UsageProblem, match="can't be of the type"):
        history.publish(event_type, {})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([1, 2], "JSON object"),
        ("text", "JSON object"),
        ({"a": float("nan")}, "must be JSON"),
        ({"a": {1, 2}}, "must be JSON"),
        ({"a": "\ud800"}, "must be JSON"),
        ({"a": "x" * 256_000}, "at most 256 kB"),
        ({"a": "nul \x00"}, "NUL"),
    ],
)
def test_data_is_a_json_object_of_a_sane_size(history: History, data: Any, said: str) -> None:
    """What no receiver could read is refused, and nothing is kept."""
    with pytest.raises(UsageProblem, match=said):
        history.publish("tick", data)
    assert history.recent() == []


def test_data_nested_without_end_is_refused(history: History) -> None:
    """A document nested so deeply that nothing can write it is refused like any other."""
    data: dict[str, Any] = {}
    for _ in range(100_000):
        data = {"a": data}
    with pytest.raises(UsageProblem, match="must be JSON"):
        history.publish("tick", data)
