"""Retry: waits grow, have an end, and don't fall on one moment."""

import pytest

from botops.jobs.retry import Backoff, Schedule, Snooze


@pytest.mark.parametrize(("attempt", "middle"), [(1, 2.0), (2, 4.0), (3, 8.0), (9, 60.0), (99, 60)])
def test_waits_double_up_to_a_cap(attempt: int, middle: float) -> None:
    """Each wait is twice the one before, within a fifth, and never over the cap's fifth."""
    waits = [Backoff(first=2.0, cap=60.0).wait(attempt) for _ in range(50)]
    assert all(middle * 0.8 <= wait <= middle * 1.2 for wait in waits)
    assert len(set(waits)) > 1


def test_an_absurd_attempt_is_no_overflow() -> None:
    """After ten thousand tries the wait is still the cap."""
    assert Backoff(cap=100.0).wait(10_000) <= 120.0


@pytest.mark.parametrize(("attempt", "middle"), [(1, 5.0), (2, 300.0), (3, 1800.0), (7, 1800.0)])
def test_the_last_wait_of_a_schedule_repeats(attempt: int, middle: float) -> None:
    """A schedule is followed, and its last entry is for all tries after it."""
    wait = Schedule((5.0, 300.0, 1800.0)).wait(attempt)
    assert middle * 0.8 <= wait <= middle * 1.2


def test_a_snooze_says_when() -> None:
    """Without a reason, the wait is the reason."""
    assert str(Snooze(2.5)) == "again in 2.5 s"
    assert str(Snooze(2.5, "the other side sleeps")) == "the other side sleeps"
