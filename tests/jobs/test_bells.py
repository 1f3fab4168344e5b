"""Bells: no ring is missed, and nobody is woken for what can wait."""

import threading

from botops.jobs.bells import Bell, TimerBell
from tests.jobs.rig import PATIENCE, until


def waiting(bell: Bell, heard: int, *, seconds: float = PATIENCE) -> threading.Thread:
    """A thread that waits for a ring."""
    thread = threading.Thread(target=bell.wait, args=(heard, seconds), daemon=True)
    thread.start()
    return thread


def test_a_ring_between_looking_and_sleeping_is_heard() -> None:
    """Who read the number, looked for work, and was rung meanwhile does not sleep."""
    bell = Bell()
    heard = bell.rung
    bell.ring()
    thread = waiting(bell, heard)
    thread.join(PATIENCE / 2)
    assert not thread.is_alive()


def test_one_ring_wakes_one() -> None:
    """Three sleep, one job comes: one wakes; the others go on sleeping."""
    bell = Bell()
    threads = [waiting(bell, bell.rung) for _ in range(3)]
    until(lambda: bell.sleepers == 3, "three sleepers")
    bell.ring()
    until(lambda: bell.sleepers == 2, "one who woke")
    assert sum(thread.is_alive() for thread in threads) >= 2
    bell.ring(sleepers=2)
    for thread in threads:
        thread.join(PATIENCE)
    assert bell.sleepers == 0


def test_a_sleep_ends_by_itself() -> None:
    """Without a ring the wait ends when its time is over."""
    bell = Bell()
    bell.wait(bell.rung, 0.001)
    assert bell.sleepers == 0


def test_the_timer_is_woken_for_what_comes_before_its_alarm() -> None:
    """What is due later than the alarm rings nothing; what is due earlier does."""
    bell = TimerBell()
    heard = bell.rung
    thread = waiting(bell, heard)
    until(lambda: bell.sleepers == 1, "the sleeper")
    bell.due_in(PATIENCE * 2)
    assert bell.rung == heard
    bell.due_in(0.5)
    thread.join(PATIENCE / 2)
    assert not thread.is_alive()


def test_a_timer_that_is_awake_hears_everything() -> None:
    """While it looks for what is due, each new thing counts: it may have looked too early."""
    bell = TimerBell()
    heard = bell.rung
    bell.due_in(1e9)
    assert bell.rung == heard + 1
