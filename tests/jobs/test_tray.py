"""Tray: a claim is held from first to last, and a sleeping thread is promised once."""

import pytest

from botops.jobs.bells import Bell
from botops.jobs.claim import Claim
from botops.jobs.tray import Tray


class Sleepers(Bell):
    """A bell with so many sleepers."""

    def __init__(self, sleepers: int) -> None:
        super().__init__()
        self._sleepers = sleepers


def claim(number: int) -> Claim:
    """A claim with a token of its own."""
    row = (number, "order_processing", "noop", "{}", 0, 1, None, "default")
    return Claim.of(row, token=f"token {number}", now=0.0)


def test_claims_wait_in_their_order_and_stay_held() -> None:
    """Taken from the waiting ones, a claim is still held until it is dropped."""
    tray = Tray(Sleepers(0))
    first, second = claim(1), claim(2)
    tray.put(first)
    tray.put(second)
    assert tray.take() == first
    assert tray.held() == [first, second]
    tray.drop(first)
    tray.drop(first)
    assert (tray.held(), tray.take(), tray.take()) == ([second], second, None)


@pytest.mark.parametrize(("sleepers", "waiting", "free"), [(0, 0, 0), (2, 0, 2), (2, 1, 1)])
def test_no_more_is_promised_than_sleeps(sleepers: int, waiting: int, free: int) -> None:
    """A thread for which a claim waits already counts no more, even before it has woken."""
    tray = Tray(Sleepers(sleepers))
    for number in range(waiting):
        tray.put(claim(number))
    assert [tray.promise() for _ in range(3)] == [True] * free + [False] * (3 - free)


def test_a_promise_is_kept_or_given_back() -> None:
    """With a claim the thread is woken for it; without one it may be promised again."""
    bell = Sleepers(1)
    tray = Tray(bell)
    assert tray.promise()
    tray.fulfil(None)
    assert (bell.rung, tray.promise()) == (0, True)
    tray.fulfil(claim(1))
    assert (bell.rung, tray.promise()) == (1, False)
    assert tray.take() == claim(1)
