"""Records: a list that holds still while it is read, and collects what is newer above."""

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Records(Generic[T]):
    """Rows by key, newest first; `following` decides whether new ones may push the others down."""

    def __init__(self, key: Callable[[T], Hashable]) -> None:
        self.key = key
        self.rows: list[T] = []
        self.newer = 0
        self.is_following = True
        self._places: dict[Hashable, int] = {}
        self.gone: set[Hashable] = set()

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, key: Hashable | None) -> int | None:
        """Return where a key stands, or None if it is not in the list."""
        return None if key is None else self._places.get(key)

    def get(self, key: Hashable | None) -> T | None:
        """Return the row of a key."""
        at = self.place(key)
        return None if at is None else self.rows[at]

    def is_gone(self, key: Hashable) -> bool:
        """Tell whether a row is only kept because somebody reads: it is no longer in the list."""
        return key in self.gone

    def start(self, rows: Sequence[T]) -> None:
        """Begin anew with these rows, as after another filter."""
        self.newer = 0
        self.gone.clear()
        self._put(list(rows))

    def take(self, top: Sequence[T], *, ends: bool = False) -> None:
        """Take the newest rows as they are now; `ends` says that there are none below them."""
        if not self.rows or self.is_following:
            self._follow(top, ends=ends)
        else:
            self._hold(top, ends=ends)

    def update(self, rows: Sequence[T], gone: Sequence[Hashable] = ()) -> None:
        """Put changed rows in the places of the old ones, and note which have left the list."""
        for row in rows:
            at = self._places.get(self.key(row))
            if at is not None:
                self.rows[at] = row
                self.gone.discard(self.key(row))
        self.gone.update(key for key in gone if key in self._places)

    def swap(self, key: Hashable, row: T) -> None:
        """Put a row in the place of another that it has become, under a key of its own."""
        at = self._places.pop(key)
        self.rows[at] = row
        self._places[self.key(row)] = at

    def drop(self, keys: Collection[Hashable]) -> None:
        """Take rows out at once: whoever reads has removed them."""
        self._put([row for row in self.rows if self.key(row) not in keys])

    def extend(self, older: Sequence[T]) -> None:
        """Add rows below; a row that is there already is only brought up to date."""
        self.update(older)
        self._put(self.rows + [row for row in older if self.key(row) not in self._places])

    def _follow(self, top: Sequence[T], *, ends: bool) -> None:
        fresh = {self.key(row) for row in top}
        below = [] if ends else self._below(top)
        self.newer = 0
        self.gone.clear()
        self._put([*top, *(row for row in below if self.key(row) not in fresh)])

    def _below(self, top: Sequence[T]) -> list[T]:
        """Return the rows that stood below the last one of `top` that was known before."""
        last = next(
            (at for row in reversed(top) if (at := self.place(self.key(row))) is not None), -1
        )
        return self.rows[last + 1 :] if last >= 0 else []

    def _hold(self, top: Sequence[T], *, ends: bool) -> None:
        keys = [self.key(row) for row in top]
        known = [at for key in keys if (at := self.place(key)) is not None]
        reach = len(self.rows) if ends else max(known, default=-1) + 1
        left = set(map(self.key, self.rows[:reach])) - set(keys)
        self.newer = sum(key not in self._places for key in keys)
        self.update(top, tuple(left))

    def _put(self, rows: list[T]) -> None:
        self.rows = rows
        self._places = {self.key(row): at for at, row in enumerate(rows)}
