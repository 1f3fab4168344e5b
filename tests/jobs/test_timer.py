"""Timer: it wakes for what is due, and a clock that jumps delays nothing for hours."""

import pytest

from botops.jobs.calendar import Entry
from botops.jobs.ledger import JobOptions
from botops.jobs.retry import Snooze
from botops.kernel.clock import FrozenClock
from botops.store import db
from tests.jobs.rig import NOON, QUEUE, Rig, counts_are_true, until


def test_it_sleeps_until_the_next_thing_is_due(rig: Rig, noon: FrozenClock) -> None:
    """Two jobs wait: it wakes for the earlier one, and for that one only."""
    first, second = rig.add(delay=3), rig.add(delay=8)
    timer = rig.timer()
    assert timer.tick() == pytest.approx(3)
    noon.move(3)
    assert timer.tick() == pytest.approx(5)
    assert (rig.state(first), rig.state(second)) == ("available", "scheduled")


def test_with_nothing_to_do_it_sleeps_until_the_leases_want_it(rig: Rig, noon: FrozenClock) -> None:
    """A third of a lease: no tick, no polling."""
    assert rig.timer().tick() == pytest.approx(rig.ledger.lease_seconds / 3, abs=0.1)


def test_due_jobs_wake_as_many_workers(rig: Rig, noon: FrozenClock) -> None:
    """Three jobs fall due in two queues: each queue's bell is rung for its own."""
    for queue in (QUEUE, QUEUE, "webhook_delivery"):
        rig.add(queue=queue, delay=1)
    bells = rig.ledger.news.bells
    before = {queue: bell.rung for queue, bell in bells.items()}
    noon.move(1)
    rig.timer().tick()
    rung = {queue for queue, bell in bells.items() if bell.rung > before[queue]}
    assert rung == {QUEUE, "webhook_delivery"}
    assert counts_are_true()


def test_many_due_jobs_come_in_batches(rig: Rig, noon: FrozenClock) -> None:
    """Nobody waits long for the lock, and in the end all of them may run."""
    rig.ledger.enqueue_many("probe", [{}] * 1200, options=JobOptions(queue=QUEUE, delay=1))
    noon.move(1)
    writes = db.writes
    rig.timer().tick()
    assert db.writes - writes == 3
    assert db.execute("SELECT count(*) FROM jobs WHERE state = 'available'") == [(1200,)]


def test_leases_are_renewed_while_jobs_run(rig: Rig, noon: FrozenClock) -> None:
    """Each third of a lease, on a clock that nobody can set."""
    rig.add()
    rig.ledger.trays[QUEUE].hold(rig.claim())
    noon.move(10)
    rig.timer().tick()
    assert rig.column(1, "lease_until") == NOON + 10 + rig.ledger.lease_seconds


def test_a_clock_set_back_takes_waiting_jobs_along(
    rig: Rig, noon: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A wait of a minute is a minute still, and not two hours and a minute."""
    job = rig.add(delay=60)
    rig.add("probe")
    rig.claim()
    timer = rig.timer()
    timer.tick()
    noon.move(-7200)
    assert timer.tick() == pytest.approx(60, abs=55)
    assert rig.column(job, "run_at") == pytest.approx(NOON - 7200 + 60, abs=1)
    assert rig.column(2, "lease_until") == pytest.approx(NOON - 7200 + 30, abs=1)
    assert "set back by 7200 s" in caplog.text
    noon.move(61)
    timer.tick()
    assert rig.state(job) == "available"


def test_a_clock_set_back_brings_set_times_again(rig: Rig, noon: FrozenClock) -> None:
    """A calendar's moment is a moment of the clock: nearer ones come again."""
    rig.add_kind(lambda run: None, kind="prune", queue=QUEUE)
    timer = rig.timer(Entry("prune", "0 * * * *"))
    timer.tick()
    noon.move(-7000)
    timer.tick()
    noon.move(3400)
    timer.tick()
    assert [row[0] - NOON for row in db.execute("SELECT created_at FROM jobs")] == [-3600]


def test_a_small_correction_moves_nothing(rig: Rig, noon: FrozenClock) -> None:
    """Clocks are corrected all the time; a second or two heals by waiting."""
    job = rig.add(delay=60)
    timer = rig.timer()
    noon.move(-2)
    timer.tick()
    assert rig.column(job, "run_at") == NOON + 60


def test_after_a_jump_ahead_what_was_due_is_due(rig: Rig, noon: FrozenClock) -> None:
    """The machine slept for a day: jobs of that day run now, running ones are not stolen."""
    job = rig.add(delay=3600)
    running = rig.add()
    timer = rig.timer()
    timer.tick()
    rig.ledger.trays[QUEUE].hold(rig.claim())
    noon.move(86_400)
    timer.tick()
    assert rig.state(job) == "available"
    assert rig.state(running) == "running"


def test_its_thread_wakes_for_a_job_that_is_due_sooner(rig: Rig) -> None:
    """It sleeps for long; a job with a short delay comes, and runs in its time."""
    timer = rig.timer()
    timer.start()
    try:
        until(lambda: rig.ledger.news.timer_bell.sleepers == 1, "the sleeping timer")
        job = rig.add(delay=0.05)
        until(lambda: rig.state(job) == "available", "the due job")
    finally:
        timer.stop()
    assert not timer.is_alive()


def test_its_thread_survives_what_goes_wrong(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error is logged, and the next look comes."""
    timer = rig.timer()
    looks: list[int] = []

    def tick() -> float:
        looks.append(1)
        if len(looks) == 1:
            raise Snooze(1)
        return 30.0

    monkeypatch.setattr(timer, "tick", tick)
    timer.start()
    try:
        until(lambda: looks, "the first look")
        rig.ledger.news.timer_bell.ring()
        until(lambda: len(looks) > 1, "another look")
    finally:
        timer.stop()
    assert "stumbled" in caplog.text


def test_a_dead_thread_is_replaced(rig: Rig) -> None:
    """Starting a timer that runs does nothing; one that has ended runs again."""
    timer = rig.timer()
    timer.start()
    thread = timer._thread
    timer.start()
    assert timer._thread is thread
    timer.stop()
    timer._stopping.clear()
    timer.start()
    assert timer.is_alive()
    timer.stop()
