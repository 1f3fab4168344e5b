"""Ledger: jobs are handed out one at a time, in their order, to nobody twice."""

import threading
from pathlib import Path
from typing import Any

import pytest

from botops.jobs import states
from botops.jobs.claim import Claim
from botops.jobs.rates import Rate, RateBook
from botops.jobs.tray import Tray
from botops.kernel.clock import FrozenClock
from botops.store import db
from tests.jobs.rig import NOON, PATIENCE, QUEUE, Rig, counts_are_true


def test_higher_priority_goes_first_then_the_older(rig: Rig) -> None:
    """Jobs of equal priority keep the order in which they came."""
    low, first, second, high = (rig.add(priority=each) for each in (-1, 0, 0, 5))
    assert rig.run_all() == [high, first, second, low]


def test_a_claim_is_a_lease(rig: Rig, noon: FrozenClock) -> None:
    """The job runs, on its first try, under a token, until the lease is over."""
    job = rig.add(args={"a": 1})
    claim = rig.claim()
    assert (claim.id, claim.attempt, claim.args) == (job, 1, '{"a": 1}')
    assert rig.state(job) == "running"
    assert rig.column(job, "lease_token") == claim.token
    assert rig.column(job, "lease_until") == NOON + rig.ledger.lease_seconds
    assert rig.column(job, "worker") == rig.ledger.boot


def test_a_look_into_an_empty_queue_takes_no_lock(rig: Rig) -> None:
    """Threads that look for work keep nobody from writing."""
    writes = db.writes
    assert rig.ledger.claim(QUEUE) is None
    assert db.writes == writes


def test_queues_do_not_mix(rig: Rig) -> None:
    """A worker gets jobs of its own queue only."""
    other = rig.add(queue=states.WEBHOOK_DELIVERY)
    assert rig.claimed() is None
    assert rig.claimed(states.WEBHOOK_DELIVERY) == other


def test_a_paused_queue_hands_out_nothing(rig: Rig) -> None:
    """Not to a worker that asks, and not to one that goes on to its next job."""
    rig.add()
    rig.add()
    claim = rig.claim()
    rig.control.pause(QUEUE, reason="the disk is full")
    rig.workers[QUEUE].run(claim)
    assert rig.run_all() == []
    rig.control.resume(QUEUE)
    assert len(rig.run_all()) == 1


def test_one_job_of_a_concurrency_key_runs(rig: Rig) -> None:
    """Others of its key wait, in any queue; those behind them don't."""
    first = rig.add(concurrency_key="c")
    second, free = rig.add(concurrency_key="c"), rig.add()
    elsewhere = rig.add(concurrency_key="c", queue=states.WEBHOOK_DELIVERY)
    claim = rig.claim()
    assert claim.id == first
    assert rig.claimed() == free
    assert rig.claimed(states.WEBHOOK_DELIVERY) is None
    bell = rig.ledger.news.bells[states.WEBHOOK_DELIVERY]
    heard = bell.rung
    rig.workers[QUEUE].run(claim)
    assert bell.rung > heard, "whoever waited for the key is woken"
    assert rig.state(second) == "running", "the worker went on to it in the same commit"
    assert rig.claimed(states.WEBHOOK_DELIVERY) is None
    assert rig.run_all() == [second]
    assert rig.claimed(states.WEBHOOK_DELIVERY) == elsewhere


def test_a_closed_gate_lets_others_pass(database: Path, noon: FrozenClock) -> None:
    """Jobs of a limited number wait for it, those of another number go on."""
    rig = Rig(RateBook({"number": Rate(per_second=2)}))
    first, second = rig.add(gate_key="number:1"), rig.add(gate_key="number:1")
    other = rig.add(gate_key="number:2")
    assert rig.claimed() == first
    assert rig.claimed() == other
    assert rig.ledger.claim(QUEUE) == pytest.approx(0.5), "the seconds until the gate opens"
    noon.move(0.5)
    assert rig.claimed() == second


def test_a_pair_gives_each_job_a_slot_in_its_order(database: Path, noon: FrozenClock) -> None:
    """A recipient's messages are spread out in the order in which they were asked for."""
    rig = Rig(RateBook({"pair": Rate(per_second=0.1)}))
    jobs = [rig.add(rate_key="pair:1:2") for _ in range(4)]
    assert rig.claimed() == jobs[0]
    assert rig.claimed() is None
    assert [rig.column(job, "run_at") - NOON for job in jobs[1:]] == [10, 20, 30]
    timer = rig.timer()
    for job in jobs[1:]:
        noon.move(10)
        timer.tick()
        assert rig.claimed() == job
        assert rig.claimed() is None


def test_more_waiting_pairs_than_one_look_takes_are_no_dead_end(
    database: Path, noon: FrozenClock
) -> None:
    """Behind many jobs that get a later slot, one that is free is still found."""
    rig = Rig(RateBook({"pair": Rate(per_second=0.01)}))
    for _ in range(70):
        rig.add(rate_key="pair:1")
    free = rig.add()
    looks = [rig.ledger.claim(QUEUE) for _ in range(4)]
    claims = [found.id for found in looks if isinstance(found, Claim)]
    assert claims == [1, free]
    assert [found for found in looks if not isinstance(found, Claim)] == [0.0, 0.0]


def test_a_released_job_is_as_if_it_had_not_begun(rig: Rig) -> None:
    """It waits again, the try does not count, and the old claim is worth nothing."""
    job = rig.add()
    claim = rig.claim()
    rig.ledger.release(claim)
    assert (rig.state(job), rig.column(job, "attempt")) == ("available", 0)
    again = rig.claim()
    rig.ledger.release(claim)
    assert rig.state(job) == "running", "the first token has no power over the second claim"
    rig.workers[QUEUE].run(again)
    assert rig.state(job) == "completed"


def test_a_job_that_is_stopped_and_put_back_stays_stopped(rig: Rig) -> None:
    """Asked to stop while it ran, it does not begin anew."""
    job = rig.add()
    claim = rig.claim()
    rig.control.cancel([str(job)])
    rig.ledger.release(claim)
    assert rig.state(job) == "cancelled"
    assert rig.column(job, "finished_at") is not None


def test_two_threads_never_get_the_same_job(rig: Rig) -> None:
    """Four threads claim two hundred jobs: each is claimed once."""
    for _ in range(200):
        rig.add()
    got: list[int] = []

    def take() -> None:
        while (job := rig.claimed()) is not None:
            got.append(job)
        db.disconnect()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(got) == list(range(1, 201))
    assert counts_are_true()


class Sleepers:
    """A bell with so many sleepers."""

    rung = 0

    def __init__(self, sleepers: int) -> None:
        self.sleepers = sleepers

    def ring(self, sleepers: int = 1) -> None:
        """Count the ring."""
        self.rung += sleepers


def sleeping(rig: Rig, threads: int) -> Sleepers:
    """Let it seem that threads of the queue sleep."""
    bell = Sleepers(threads)
    rig.ledger.trays[QUEUE] = Tray(bell)  # type: ignore[arg-type]  # a double of Bell
    return bell


def test_a_sleeping_thread_has_its_job_in_one_commit(rig: Rig) -> None:
    """The job is added and claimed at once, for as many as sleep and no more."""
    bell, tray = sleeping(rig, 2), rig.ledger.trays[QUEUE]
    writes = db.writes
    jobs = [rig.add(args={"n": n}) for n in range(3)]
    assert db.writes - writes == 3
    assert [rig.state(job) for job in jobs] == ["running", "running", "available"]
    assert bell.rung == 2
    first = tray.take()
    assert first is not None
    assert (first.id, first.attempt, first.args) == (jobs[0], 1, '{"n": 0}')
    assert rig.column(jobs[0], "lease_token") == first.token
    assert counts_are_true()


@pytest.mark.parametrize(
    "options",
    [
        {"delay": 1.0},
        {"gate_key": "number:1"},
        {"rate_key": "pair:1:2"},
        {"concurrency_key": "taken"},
    ],
)
def test_a_job_that_must_wait_is_not_handed_over(rig: Rig, options: dict[str, Any]) -> None:
    """Delays, limits and a running job of its key hold for a sleeping thread too."""
    rig.add(concurrency_key="taken")
    rig.claim()
    sleeping(rig, 1)
    assert rig.state(rig.add(**options)) in {"available", "scheduled"}
    assert rig.ledger.trays[QUEUE].promise(), "the thread is let off"


def test_a_job_is_not_handed_over_past_others(rig: Rig) -> None:
    """Where a job waits already, the new one waits behind it."""
    rig.add()
    sleeping(rig, 1)
    assert rig.state(rig.add(priority=9)) == "available"


def test_a_paused_queue_takes_no_job_in_hand(rig: Rig) -> None:
    """The new job waits for the queue to go on."""
    rig.control.pause(QUEUE)
    sleeping(rig, 1)
    assert rig.state(rig.add()) == "available"


def test_within_a_transaction_nothing_is_handed_over(rig: Rig) -> None:
    """Nobody knows how long the caller's transaction takes, or whether it ends well."""
    bell = sleeping(rig, 1)
    with db.write():
        job = rig.add()
    assert rig.state(job) == "available"
    assert bell.rung == 0


def test_a_job_that_is_there_already_is_not_handed_over(rig: Rig) -> None:
    """The key's job is the answer; the thread sleeps on."""
    first = rig.add(idempotency_key="k")
    rig.run_all()
    bell = sleeping(rig, 1)
    assert rig.add(idempotency_key="k") == first
    assert rig.state(first) == "completed"
    assert bell.rung == 0
    assert rig.ledger.trays[QUEUE].promise(), "the thread is let off"
