"""Rescue: what a dead worker left is taken up again, and poison does not kill for ever."""

from pathlib import Path

import pytest

from botops.jobs.rescue import MAX_RESCUES
from botops.kernel.clock import FrozenClock
from botops.store import db
from tests.jobs.rig import NOON, QUEUE, Rig, attempts, counts_are_true


def test_a_new_run_takes_up_what_an_earlier_one_left(rig: Rig, noon: FrozenClock) -> None:
    """The job waits again with its try given back; what happened is written down."""
    job = rig.add()
    rig.claim()
    later = Rig()
    bell = later.ledger.news.bells[QUEUE]
    heard = bell.rung
    assert later.leases.recover() == 1
    assert (rig.state(job), rig.column(job, "attempt")) == ("available", 0)
    assert attempts(job) == [(1, "the program ended meanwhile")]
    assert bell.rung == heard + 1
    assert later.run_all() == [job]
    assert counts_are_true()


def test_a_run_does_not_take_up_its_own_jobs(rig: Rig) -> None:
    """What runs here, runs."""
    rig.add()
    rig.claim()
    assert rig.leases.recover() == 0


def test_a_lease_that_is_over_is_taken_back(rig: Rig, noon: FrozenClock) -> None:
    """While it holds, nobody touches the job; a second later it waits for another worker."""
    job = rig.add()
    rig.claim()
    assert rig.leases.take_back(NOON + 30) == 0
    assert rig.leases.take_back(NOON + 31) == 1
    assert rig.state(job) == "available"


def test_what_is_held_here_is_not_taken_back(rig: Rig, noon: FrozenClock) -> None:
    """After a long sleep of the machine the lease is over, and the thread still at it."""
    rig.add()
    claim = rig.claim()
    rig.ledger.trays[QUEUE].hold(claim)
    assert rig.leases.take_back(NOON + 3600) == 0
    rig.leases.renew(NOON + 3600)
    assert rig.column(1, "lease_until") == NOON + 3630


def test_a_job_claimed_ahead_keeps_its_lease(rig: Rig, noon: FrozenClock) -> None:
    """It waits for a thread of this process, so nobody else may have it."""
    rig.add()
    rig.add()
    rig.workers[QUEUE].run(rig.claim())
    noon.move(3600)
    assert rig.leases.take_back(NOON + 3600) == 0
    assert rig.run_all() == [2]
    assert rig.state(2) == "completed"


def test_a_job_that_was_asked_to_stop_does_not_come_back(rig: Rig) -> None:
    """A person stopped it, then the program died: it stays stopped."""
    job = rig.add()
    rig.claim()
    rig.control.cancel([str(job)])
    Rig().leases.recover()
    assert rig.state(job) == "cancelled"
    assert rig.column(job, "finished_at") is not None
    assert counts_are_true()


def test_poison_ends(rig: Rig, noon: FrozenClock) -> None:
    """A job under which the program dies again and again waits longer and longer, then fails."""
    job, waits = rig.add(max_attempts=1), []
    for _ in range(MAX_RESCUES):
        noon.move(1000)
        rig.timer().tick()
        rig.claim()
        later = Rig()
        assert later.leases.recover() == 1
        waits.append(rig.column(job, "run_at") - noon())
    assert rig.state(job) == "discarded"
    assert waits[:6] == [0, 0, 2, 4, 8, 16]
    assert len(attempts(job)) == MAX_RESCUES
    assert [event.data["jobId"] for event in later.events] == [str(job)]
    assert counts_are_true()


def test_a_rescue_is_no_try(rig: Rig) -> None:
    """A job with one try that is interrupted once still has its one try."""
    job = rig.add("probe", {"fail_times": 0}, max_attempts=1)
    rig.claim()
    later = Rig()
    later.leases.recover()
    later.run_all()
    assert rig.state(job) == "completed"


def test_nothing_to_do_takes_no_lock(rig: Rig, database: Path) -> None:
    """Looking is free: no write, so other processes never wait for it."""
    writes = db.writes
    assert rig.leases.recover() + rig.leases.take_back(4e9) == 0
    rig.leases.renew(NOON)
    assert db.writes == writes


@pytest.mark.parametrize("change", ["completed", "another claim"])
def test_a_job_that_moved_on_is_not_touched(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Between the look and the lock its worker ended it: the rescue has nothing to rescue."""
    rig.add()
    claim = rig.claim()
    run, execute = rig.workers[QUEUE].run, db.execute
    looks = 0

    def meanwhile(sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        nonlocal looks
        rows = execute(sql, parameters)
        if "lease_until < ?" in sql and (looks := looks + 1) == 1:
            run(claim) if change == "completed" else rig.ledger.release(claim)
        return rows

    monkeypatch.setattr(db, "execute", meanwhile)
    assert rig.leases.take_back(4e9) == 0
    assert rig.state(1) == ("completed" if change == "completed" else "available")
    assert attempts(1) == []
