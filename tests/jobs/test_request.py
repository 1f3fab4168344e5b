"""Request: what is asked for is checked before it is a row, and a key stands for one job."""

import os
from pathlib import Path
from typing import Any

import pytest

from botops.jobs import states
from botops.jobs.ledger import Enqueued, JobOptions
from botops.jobs.registry import Task
from botops.kernel.clock import FrozenClock
from botops.kernel.errors import DiskFull, UsageProblem
from botops.store import db
from tests.jobs.rig import NOON, QUEUE, Rig, counts_are_true


def test_a_job_takes_what_is_left_out_from_its_kind(rig: Rig, noon: FrozenClock) -> None:
    """Queue and number of tries are the kind's; the job waits, and no try is used up."""
    rig.registry.add(Task(kind="mail", handler=print, queue=states.MESSAGE_SENDING, max_attempts=7))
    job = rig.ledger.enqueue("mail", {"to": "Ana"}, options=JobOptions(about="to Ana"))
    found = rig.desk.show(str(job.id))
    assert (found.queue, found.state, found.max_attempts) == ("message_sending", "available", 7)
    assert (found.args, found.about, found.attempt) == ({"to": "Ana"}, "to Ana", 0)
    assert (found.created_at, found.run_at) == (NOON, NOON)


def test_a_delayed_job_is_scheduled(rig: Rig, noon: FrozenClock) -> None:
    """It waits for its moment, and no worker is given it before."""
    job = rig.add(delay=60)
    assert rig.state(job) == "scheduled"
    assert rig.column(job, "run_at") == NOON + 60
    assert rig.claimed() is None


@pytest.mark.parametrize("args", [[], "x", 3, None])
def test_arguments_are_an_object(rig: Rig, args: Any) -> None:
    """A list, a text, a number are refused in words for people."""
    with pytest.raises(UsageProblem, match="must be a JSON object"):
        rig.ledger.enqueue("noop", args, options=JobOptions(queue=QUEUE))


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"bytes"])
def test_arguments_are_json(rig: Rig, value: Any) -> None:
    """What JSON can't say is refused, and no row is made."""
    with pytest.raises(UsageProblem, match="must be JSON"):
        rig.add(args={"value": value})
    assert db.execute("SELECT count(*) FROM jobs") == [(0,)]


def test_a_name_that_is_no_utf8_comes_back(rig: Rig) -> None:
    """A file name of any bytes goes through the ledger unharmed."""
    name = os.fsdecode(b"caf\xe9.jpg")
    seen: list[str] = []
    rig.add_kind(lambda run: seen.append(run.args["name"]))
    rig.add("test", {"name": name}, about=name)
    rig.run_all()
    assert seen == [name]


def test_an_unknown_kind_is_refused_with_those_that_are_known(rig: Rig) -> None:
    """The hint names what there is."""
    with pytest.raises(UsageProblem) as caught:
        rig.add("nope")
    assert "noop, probe" in caught.value.hint


@pytest.mark.parametrize("queue", ["nope", "", None])
def test_a_job_needs_a_queue(rig: Rig, queue: str | None) -> None:
    """A kind without a queue of its own is refused where none or an unknown one is named."""
    with pytest.raises(UsageProblem, match="can't wait in"):
        rig.add(queue=queue)


def test_a_kind_keeps_to_its_queue(rig: Rig) -> None:
    """A kind that has a queue can't be put into another."""
    rig.registry.add(Task(kind="mail", handler=print, queue=states.MESSAGE_SENDING))
    with pytest.raises(UsageProblem, match="can't wait in order_processing"):
        rig.add("mail")


def test_an_idempotency_key_is_one_job_for_ever(rig: Rig) -> None:
    """The same key again is the same job, waiting or done, and nothing is announced."""
    first = rig.add(idempotency_key="k")
    changes = len(rig.changes)
    options = JobOptions(queue=QUEUE, idempotency_key="k")
    assert rig.ledger.enqueue("noop", {}, options=options) == Enqueued(first, created=False)
    assert len(rig.changes) == changes
    rig.run_all()
    assert rig.ledger.enqueue("noop", {}, options=options) == Enqueued(first, created=False)
    assert db.execute("SELECT count(*) FROM jobs") == [(1,)]


def test_a_unique_key_is_one_live_job(rig: Rig) -> None:
    """While a job has not ended, its key stands for it; afterwards the key is free again."""
    first = rig.add(unique_key="u")
    assert rig.add(unique_key="u") == first
    claim = rig.claim()
    assert rig.add(unique_key="u") == first, "it runs"
    rig.workers[QUEUE].run(claim)
    second = rig.add(unique_key="u")
    assert second != first


@pytest.mark.parametrize("state", ["scheduled", "retryable"])
def test_a_job_that_waits_for_its_moment_has_its_key(rig: Rig, state: str) -> None:
    """Delayed or to be tried again, it is live."""
    rig.add_kind(lambda run: 1 / 0)
    first = rig.add("test", unique_key="u", delay=60 if state == "scheduled" else 0)
    rig.run_all()
    assert rig.state(first) == state
    assert rig.add("test", unique_key="u") == first


def test_the_idempotency_key_counts_more_than_the_unique_one(rig: Rig) -> None:
    """Where two jobs stand in the way, the one with the same idempotency key is the answer."""
    unique = rig.add(unique_key="u")
    same = rig.add(idempotency_key="k")
    assert rig.add(unique_key="u", idempotency_key="k") == same != unique


def test_many_jobs_are_one_transaction(rig: Rig) -> None:
    """All are there or none, and each has keys of its own; the same again adds nothing."""
    options = JobOptions(queue=QUEUE, idempotency_key="k")
    many = rig.ledger.enqueue_many("noop", ({"n": n} for n in range(5)), options=options)
    assert len({job.id for job in many}) == 5
    assert all(job.created for job in many)
    again = rig.ledger.enqueue_many("noop", [{}] * 6, options=options)
    assert [job.created for job in again] == [False] * 5 + [True]
    with pytest.raises(UsageProblem):
        rig.ledger.enqueue_many("noop", [{}, {"x": {1}}], options=JobOptions(queue=QUEUE))
    assert db.execute("SELECT count(*) FROM jobs") == [(6,)]
    assert counts_are_true()


def test_no_jobs_are_no_jobs(rig: Rig) -> None:
    """An empty list adds nothing and announces nothing."""
    assert rig.ledger.enqueue_many("noop", []) == []
    assert rig.changes == []


def test_a_number_is_never_given_twice(rig: Rig) -> None:
    """Not even after the newest job was removed: whoever kept its number finds nothing."""
    first = rig.add()
    rig.run_all()
    rig.control.discard([str(first)])
    assert rig.add() > first


def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept(database: Path) -> None:
    """Jobs are refused with a sentence; those that were taken before are all there, and run."""
    db.open(database, max_pages=len(database.read_bytes()) // 4096 + 40)
    rig, taken = Rig(), []

    def fill() -> None:
        while True:
            taken.append(rig.add(args={"text": "x" * 2000}))

    with pytest.raises(DiskFull, match="no room left"):
        fill()
    assert [row[0] for row in db.execute("SELECT id FROM jobs ORDER BY id")] == taken
    assert counts_are_true()
    db.open(database)
    assert Rig().run_all() == taken


def test_a_rolled_back_transaction_takes_its_jobs_along(rig: Rig) -> None:
    """An order that fails leaves no job behind, and nobody is woken for it."""
    bell = rig.ledger.news.bells[QUEUE]
    heard = bell.rung
    with pytest.raises(ZeroDivisionError), db.write():
        assert rig.add() / 0
    assert (bell.rung, rig.changes) == (heard, [])
    assert db.execute("SELECT count(*) FROM jobs") == [(0,)]
    with db.write():
        rig.add()
        assert bell.rung == heard, "nobody is woken before the commit"
    assert bell.rung == heard + 1
