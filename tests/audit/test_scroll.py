"""Scroll: each place of a long trail is read for itself, and the list stands still meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from botops.audit import AuditQuery, Scroll, Trail
from botops.store import db

ENTRIES = 700


@pytest.fixture
def trail(database: object) -> Trail:
    """A trail of which every third entry is about flowers."""
    trail = Trail()
    with db.write():
        for number in range(ENTRIES - 1):
            word = "flowers" if number % 3 == 0 else "ribbons"
            trail.note("set", "settings", target_id=f"n{number}", after={"value": word})
    return trail


QUERIES = (AuditQuery(), AuditQuery(text="flowers"), AuditQuery(text="flow", verb="set"))


@pytest.mark.parametrize("query", QUERIES, ids=["all", "a word", "two conditions"])
def test_every_place_gives_what_paging_gives(trail: Trail, query: AuditQuery) -> None:
    """Jumping here and there finds the same rows as going through all of them in order."""
    whole = trail.entries(AuditQuery(text=query.text, verb=query.verb, limit=ENTRIES)).items
    scroll = trail.scroll(query)
    total = len(whole)
    for first in (0, 5, total - 3, 100, 220, 101, total // 2, 0):
        assert scroll.read(first, 7) == whole[first : first + 7]
    assert scroll.count() == scroll.total == total
    for first in (0, 5, total - 3, 100, 220, 101, total // 2, 0):
        assert scroll.read(first, 7) == whole[first : first + 7]


def test_beside_the_list_there_is_nothing(trail: Trail) -> None:
    """Places before the first and after the last give no rows."""
    scroll = trail.scroll(AuditQuery())
    assert scroll.read(ENTRIES, 5) == []
    assert scroll.read(-1, 5) == []
    assert [entry.id for entry in scroll.read(ENTRIES - 1, 5)] == ["1"]


@pytest.mark.parametrize("query", QUERIES, ids=["all", "a word", "two conditions"])
def test_new_entries_move_nothing(trail: Trail, query: AuditQuery) -> None:
    """What comes is counted, and only a new scroll shows it."""
    scroll = trail.scroll(query)
    before, total = scroll.read(0, 3), scroll.count()
    trail.note("set", "settings", target_id="new", after={"value": "flowers"})
    assert (scroll.read(0, 3), scroll.count(), scroll.newer()) == (before, total, 1)
    fresh, moved = scroll.renewed()
    assert (fresh.read(1, 3), fresh.total, moved) == (before, total + 1, 1)
    assert fresh.newer() == 0
    trail.note("set", "settings", target_id="new", after={"value": "ribbons"})
    assert scroll.newer() == (2 if query == AuditQuery() else 1)


def test_an_empty_list_is_empty(trail: Trail) -> None:
    """Nothing found is no trouble."""
    scroll = trail.scroll(AuditQuery(text="nothing"))
    assert (scroll.read(0, 10), scroll.count(), scroll.newer()) == ([], 0, 0)


def test_threads_share_a_scroll(trail: Trail) -> None:
    """Pages that are read at the same time are the right ones."""
    scroll: Scroll = trail.scroll(AuditQuery(text="flowers"))
    whole = trail.entries(AuditQuery(text="flowers", limit=ENTRIES)).items
    with ThreadPoolExecutor(4) as pool:
        places = [(at * 37) % scroll.count() for at in range(60)]
        pages = list(pool.map(lambda first: scroll.read(first, 10), places))
    assert pages == [whole[first : first + 10] for first in places]
