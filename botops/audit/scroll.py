"""Scroll: a trail of any length as a list that can be read at any place."""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from typing import TYPE_CHECKING

from botops.audit.search import AuditQuery, search
from botops.audit.views import EntryView
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMNS = (
    "id", "created_at", "merchant_id", "actor", "actor_role", "action", "target_type", "target_id",
    "before_state", "after_state", "ip_address", "user_agent", "fingerprint",
)  # fmt: skip
_READ = (
    f"SELECT {', '.join(_COLUMNS)} FROM audit_logs "  # noqa: S608 - our own names
    "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC"
)


class Scroll:
    """The entries of a query as they were when it was made, newest first; for several threads.

    A place is reached from the nearest one whose number is known, or from the end once that is.
    """

    def __init__(self, query: AuditQuery) -> None:
        self._query = query
        with db.reading():
            self._search = search(query)
        self.total: int | None = self._search.count() if self._search.match is None else None
        self._lock = threading.Lock()
        self._places = [0]
        self._numbers = [self._search.last]

    def count(self) -> int:
        """Return how many there are; where there are conditions, that takes a moment."""
        if self.total is None:
            with db.reading():
                self.total = self._search.count()
        return self.total

    def read(self, first: int, count: int) -> list[EntryView]:
        """Return so many entries from a place on; the newest has the place 0."""
        if self.total is not None:
            count = min(count, self.total - first)
        if count <= 0 or first < 0:
            return []
        with db.reading():
            numbers = self._numbers_at(first, count)
            entries = read(numbers)
        if numbers:
            self._remember(first + len(numbers), numbers[-1] - 1)
        return entries

    def newer(self) -> int:
        """Return how many entries have come since that the query means, too."""
        with db.reading():
            return search(self._query).count(above=self._search.last)

    def renewed(self) -> tuple[Scroll, int]:
        """Return the scroll as it is now, and how many entries have come in above."""
        fresh = Scroll(self._query)
        with db.reading():
            moved = fresh._search.count(above=self._search.last)
        if fresh.total is None and self.total is not None:
            fresh.total = self.total + moved
        return fresh, moved

    def _numbers_at(self, first: int, count: int) -> list[int]:
        with self._lock:
            at = bisect_right(self._places, first) - 1
            place, number = self._places[at], self._numbers[at]
        if self.total is not None and (below := self.total - first - count) < first - place:
            return self._search.from_end(below, count)
        return self._search.down(number, count, skip=first - place)

    def _remember(self, place: int, number: int) -> None:
        with self._lock:
            at = bisect_right(self._places, place)
            if self._places[at - 1] != place:
                self._places.insert(at, place)
                self._numbers.insert(at, number)


def read(numbers: Sequence[int]) -> list[EntryView]:
    """Return the entries with these numbers, newest first; one that is gone is left out."""
    return [_view(*row) for row in db.execute(_READ, (json.dumps(list(numbers)),))]


def _view(number: int, created_at: str, *rest: str | None) -> EntryView:
    merchant, actor, role, action, target_type, target_id, before, after, *where = rest
    address, agent, fingerprint = where
    return EntryView(
        id=str(number),
        created_at=created_at,
        merchant_id=merchant,
        actor=str(actor),
        actor_role=str(role),
        action=str(action),
        target_type=str(target_type),
        target_id=target_id,
        before_state=json.loads(before) if before else None,
        after_state=json.loads(after) if after else None,
        ip_address=address,
        user_agent=agent,
        fingerprint=str(fingerprint),
    )
