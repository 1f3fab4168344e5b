"""Paging: a list that is read one part at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from botops.kernel.errors import UsageProblem

T = TypeVar("T")
MOST_DIGITS = 18  # what fits into 63 bits, whatever the digits are


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list; `next_cursor` asks for the part after it, `total` counts all."""

    items: list[T]
    next_cursor: str | None
    total: int


def cut(found: list[T], limit: int, *, total: int, cursor_of: Callable[[T], object]) -> Page[T]:
    """Return a page of the first `limit`; whoever looked for one more knows if there is a next."""
    items = found[:limit]
    has_more = bool(items) and len(found) > limit
    return Page(items, str(cursor_of(items[-1])) if has_more else None, total)


def row_number(cursor: str) -> int:
    """Return the number that a cursor stands for.

    Raises:
        UsageProblem: It was not made by a page before.
    """
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= MOST_DIGITS):
        raise UsageProblem(f"{cursor!r} is no cursor of this list.", hint="Take next_cursor.")
    return int(cursor)
