"""History: remembers every public event, in the very transaction that caused it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botops.events.models import PastEvent
from botops.events.views import EventView
from botops.kernel import clock, ids
from botops.kernel.errors import NotFound, UsageProblem
from botops.kernel.events import Bus, Changed, PublicEvent
from botops.kernel.paging import Page, cut, row_number
from botops.store import db
from botops.store.bulk import insert_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peewee import Expression, ModelSelect

TYPE = re.compile(r"[a-z][a-z0-9_]{0,63}")
DATA_BYTES = 256_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which events are meant; `cursor` is the `next_cursor` of the page before."""

    type: str | None = None
    merchant_id: str | None = None
    limit: int = 100
    cursor: str | None = None


class History:
    """What happened, newest first for people, oldest first for those who follow."""

    def __init__(self, bus: Bus) -> None:
        """Remember from now on what is published on `bus`."""
        self._bus = bus
        bus.within(PublicEvent, self._record)

    def publish(
        self, event_type: str, data: dict[str, Any], *, merchant_id: str = "default"
    ) -> EventView:
        """Make an event known that comes from outside, and return it as it is kept.

        Raises:
            UsageProblem: The type is no plain word, or the data no JSON object of a sane size.
        """
        with db.write():
            before = self.last_seq()
            event = PublicEvent(event_type, data, merchant_id=merchant_id, is_from_outside=True)
            self._bus.publish(event)
            return self.after(before, 1)[0]

    def recent(self, limit: int = 100) -> list[EventView]:
        """Return the last events, newest first."""
        return _views(_newest_first().limit(limit))

    def page(self, query: EventQuery) -> Page[EventView]:
        """Return the events that a query means, newest first, a page at a time."""
        conditions = _conditions(query)
        rows = _newest_first()
        for condition in conditions:
            rows = rows.where(condition)
        with db.reading():
            total = rows.count()
        if query.cursor is not None:
            rows = rows.where(PastEvent.seq < row_number(query.cursor))
        found = _views(rows.limit(query.limit + 1))
        return cut(found, query.limit, total=total, cursor_of=lambda event: event.seq)

    def after(self, seq: int, limit: int = 100) -> list[EventView]:
        """Return what happened after the event `seq`, oldest first."""
        rows = PastEvent.select().where(PastEvent.seq > seq).order_by(PastEvent.seq)
        return _views(rows.limit(limit))

    def last_seq(self) -> int:
        """Return the `seq` of the newest event, or 0: from here on, `after` gives what is new."""
        latest = self.recent(1)
        return latest[0].seq if latest else 0

    def find(self, event_id: str) -> EventView:
        """Return an event by its id.

        Raises:
            NotFound: The history has no such event, or no longer.
        """
        found = _views(PastEvent.select().where(PastEvent.id == event_id))
        if not found:
            raise NotFound(f"There is no event {event_id} in the history.")
        return found[0]

    def _record(self, event: PublicEvent) -> None:
        _check(event)
        with db.write():
            row = {
                "id": ids.new_id("evt"),
                "type": event.type,
                "timestamp": clock.epoch(),
                "merchant_id": event.merchant_id,
                "data": event.data,
            }
            insert_rows(PastEvent, [row])
            self._bus.publish(Changed("events"))


def _newest_first() -> ModelSelect[PastEvent]:
    return PastEvent.select().order_by(PastEvent.seq.desc())


def _views(rows: Iterable[PastEvent]) -> list[EventView]:
    with db.reading():
        return [
            EventView(
                id=row.id,
                type=row.type,
                timestamp=row.timestamp,
                merchant_id=row.merchant_id,
                data=row.data,
                seq=row.seq,
            )
            for row in rows
        ]


def _conditions(query: EventQuery) -> list[Expression]:
    conditions: list[Any] = []
    if query.type is not None:
        conditions.append(PastEvent.type == query.type)
    if query.merchant_id is not None:
        conditions.append(PastEvent.merchant_id == query.merchant_id)
    return conditions


def _check(event: PublicEvent) -> None:
    if not TYPE.fullmatch(event.type):
        raise UsageProblem(
            f"An event can't be of the type {event.type!r}.",
            hint="Small letters, digits and _, beginning with a letter, at most 64.",
        )
    if not isinstance(event.data, dict):
        raise UsageProblem("The data of an event is a JSON object.", hint='Such as {"orderId": 7}.')
    try:
        text = json.dumps(event.data, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageProblem(f"The data of an event must be JSON: {error}.") from error
    if size > DATA_BYTES:
        raise UsageProblem(f"The data of an event is at most 256 kB; this is {size:,} bytes.")
    if "\\u0000" in text:
        raise UsageProblem("The data of an event must not hold the character NUL.")
