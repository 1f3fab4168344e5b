"""Rates: so many a second on average, so many at once, and no clock shuts them for hours."""

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botops.jobs import rates
from botops.jobs.rates import Rate, RateBook
from botops.store import db
from tests.jobs.rig import NOON

BOOK = RateBook({"number": Rate(per_second=10, burst=3), "pair": Rate(per_second=0.5, burst=2)})


@pytest.fixture(autouse=True)
def _transaction(database: Path) -> Iterator[None]:
    """Limits are kept within the transaction of a claim."""
    with db.write():
        yield


def passed(book: RateBook, key: str, moments: list[float]) -> list[float]:
    """At which of the moments the gate let one pass."""
    through = []
    for now in moments:
        if book.gate_opens_at(key, now) <= now:
            book.pass_gate(key, now)
            through.append(now)
    return through


def test_a_burst_passes_and_then_the_average() -> None:
    """Three at once, then one each tenth of a second."""
    moments = [NOON + step / 100 for step in range(60)]
    through = passed(BOOK, "number:1", [NOON] * 5 + moments)
    assert through.count(NOON) == 3
    later = [round(moment - NOON, 2) for moment in through[3:]]
    assert later == [0.1, 0.2, 0.3, 0.4, 0.5]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=60))
def test_no_window_holds_more_than_rate_and_burst(steps: list[float]) -> None:
    """In any window the gate passes at most the burst and what the rate brings in."""
    db.change("DELETE FROM rates")
    moments = [NOON + elapsed for elapsed in accumulate(steps)]
    through = passed(BOOK, "number:1", moments)
    for start in range(len(through)):
        for end in range(start, len(through)):
            window = through[end] - through[start]
            assert end - start + 1 <= 3 + window * 10 + 1e-6


def test_slots_of_a_pair_follow_each_other() -> None:
    """The burst has its slots at once, the others one after the other, each its own."""
    slots = [BOOK.reserve("pair:1:2", NOON) - NOON for _ in range(5)]
    assert slots == [0, 0, 2, 4, 6]
    assert BOOK.reserve("pair:1:3", NOON) == NOON, "another recipient does not wait"


def test_what_no_limit_names_is_not_limited() -> None:
    """An unknown first part of a key is free, and keeps no row."""
    assert BOOK.gate_opens_at("other:1", NOON) == NOON
    assert BOOK.reserve("other:1", NOON) == NOON
    BOOK.pass_gate("other:1", NOON)
    assert db.execute("SELECT count(*) FROM rates") == [(0,)]


def test_a_clock_set_back_while_nothing_ran_opens_the_gate() -> None:
    """A gate that claims to be shut for hours has seen another clock."""
    for _ in range(3):
        BOOK.pass_gate("number:1", NOON)
    before = NOON - 7200
    assert BOOK.gate_opens_at("number:1", before) <= before
    for _ in range(3):
        BOOK.pass_gate("number:1", before)
    assert BOOK.gate_opens_at("number:1", before) == pytest.approx(before + 0.1)


def test_limits_move_with_a_clock_that_is_set_back() -> None:
    """A slot that was a minute away is a minute away still."""
    for _ in range(4):
        BOOK.reserve("pair:1:2", NOON)
    rates.set_back(3600)
    assert BOOK.reserve("pair:1:2", NOON - 3600) == NOON - 3600 + 6


def test_old_keys_are_forgotten() -> None:
    """A key whose debt is paid back for long limits nothing, and goes."""
    BOOK.pass_gate("number:1", NOON)
    BOOK.pass_gate("number:2", NOON + 1000)
    rates.forget_before(NOON + 500)
    assert db.execute("SELECT key FROM rates") == [("number:2",)]
