"""Search: the entries that a query means, by their numbers, without reading through the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botops.store import db
from botops.store.marks import mark, words

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which entries are meant; a word of `text` or `who` is found by how it begins.

    `who` looks at names of who acted, `text` also at ids and at how things were and are; the
    other fields are exact. `since` and `until` (not itself) are ISO text.
    """

    actor: str | None = None
    actor_role: str | None = None
    action: str | None = None
    verb: str | None = None
    target_type: str | None = None
    target_id: str | None = None
    merchant_id: str | None = None
    who: str = ""
    text: str = ""
    since: str | None = None
    until: str | None = None
    limit: int = 100
    cursor: str | None = None


_EXACT = (
    "actor", "actor_role", "action", "verb", "target_type", "target_id", "merchant_id",
)  # fmt: skip


_FIND = "SELECT rowid FROM audit_words WHERE audit_words MATCH ? AND rowid BETWEEN ? AND ?"


@dataclass(frozen=True, slots=True)
class Search:
    """Finds entries of a query between two numbers.

    Numbers have no gaps and grow with time, so that without conditions nothing is looked up,
    and a moment is found by halving.
    """

    match: str | None
    first: int
    last: int

    def count(self, above: int | None = None) -> int:
        """Return how many there are, or how many of them above a number."""
        first = self.first if above is None else max(self.first, above + 1)
        if self.match is None:
            return max(self.last - first + 1, 0)
        sql = "SELECT count(*) FROM audit_words WHERE audit_words MATCH ? AND rowid BETWEEN ? AND ?"
        return int(db.execute(sql, (self.match, first, self.last))[0][0])

    def down(self, number: int, limit: int, *, skip: int = 0) -> list[int]:
        """Return numbers from this one down, the highest first."""
        top = min(number, self.last)
        if self.match is None:
            top -= skip
            return list(range(top, max(top - limit, self.first - 1), -1))
        return self._found("DESC", (self.match, self.first, top, limit, skip))

    def from_end(self, skip: int, limit: int) -> list[int]:
        """Return numbers that have so many below them, the highest first."""
        if self.match is None:
            low = self.first + skip
            return list(range(min(low + limit - 1, self.last), low - 1, -1))
        return self._found("ASC", (self.match, self.first, self.last, limit, skip))[::-1]

    @staticmethod
    def _found(order: str, given: tuple[str | int, ...]) -> list[int]:
        sql = f"{_FIND} ORDER BY rowid {order} LIMIT ? OFFSET ?"
        return [int(row[0]) for row in db.execute(sql, given)]


def search(query: AuditQuery) -> Search:
    """Return the search for a query among the entries that there are now."""
    newest = last_number()
    first = _number_at(query.since, newest) if query.since else 1
    last = _number_at(query.until, newest) - 1 if query.until else newest
    return Search(match_of(query), first, last)


def last_number() -> int:
    """Return the number of the newest entry, 0 without any."""
    return int(db.execute("SELECT ifnull(max(id), 0) FROM audit_logs")[0][0])


def match_of(query: AuditQuery) -> str | None:
    """Return the conditions of a query as the index takes them, or None if there are none."""
    return " AND ".join(_conditions(query)) or None


def _conditions(query: AuditQuery) -> Iterator[str]:
    for name in _EXACT:
        value = getattr(query, name)
        if value is not None:
            yield mark(name, value)
    yield from words(query.text)
    yield from words(query.who, "who")


def _number_at(moment: str, newest: int) -> int:
    """Return the number of the first entry at a moment or later, by halving."""
    low, high = 1, newest + 1
    while low < high:
        middle = (low + high) // 2
        rows = db.execute("SELECT created_at FROM audit_logs WHERE id = ?", (middle,))
        if rows and str(rows[0][0]) < moment:
            low = middle + 1
        else:
            high = middle
    return low
