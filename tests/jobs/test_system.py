"""System: threads do what is asked for, at once, and stop when they are told."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from botops.jobs import states
from botops.jobs.calendar import Entry
from botops.jobs.ledger import JobOptions
from botops.jobs.probe import run_probe
from botops.jobs.retry import Schedule
from botops.jobs.run import JobRun
from botops.jobs.system import QueueSystem
from botops.kernel import clock
from botops.store import db
from tests.jobs.rig import PATIENCE, QUEUE, Rig, attempts, counts_are_true, until

StartSystem = Callable[..., QueueSystem]


def sleeping(rig: Rig, threads: int = 2) -> None:
    """Wait until all threads of the queue sleep."""
    bell = rig.ledger.news.bells[QUEUE]
    until(lambda: bell.sleepers == threads, "sleeping threads")


def test_jobs_run_without_being_asked_for(rig: Rig, start: StartSystem) -> None:
    """A job that comes while all sleep begins, runs and ends; nobody is left holding it."""
    system = start()
    sleeping(rig)
    job = rig.add("probe")
    until(lambda: rig.state(job) == "completed", "the job's end")
    until(lambda: not system.held(), "the empty tray")
    assert counts_are_true()


def test_as_many_run_at_once_as_there_are_threads(rig: Rig, start: StartSystem) -> None:
    """Four jobs that wait for each other, added one by one or together, run side by side."""
    rig.add_kind(lambda run: barrier.wait(PATIENCE), kind="meet")
    start(threads=4)
    for add in (add_singly, add_together):
        barrier = threading.Barrier(4)
        sleeping(rig, 4)
        add(rig)
        until(lambda: not busy(), "the end of jobs that met")
    assert db.execute("SELECT DISTINCT state FROM jobs") == [("completed",)]


def add_singly(rig: Rig) -> None:
    """Four jobs, each in a transaction of its own."""
    for _ in range(4):
        rig.add("meet")


def add_together(rig: Rig) -> None:
    """Four jobs in one transaction."""
    rig.ledger.enqueue_many("meet", [{}] * 4, options=JobOptions(queue=QUEUE))


def busy() -> list[tuple[Any, ...]]:
    """Jobs that have not ended."""
    return db.execute("SELECT id FROM jobs WHERE state IN ('available', 'running')")


def test_another_process_wakes_as_many_as_it_has_jobs_for(rig: Rig, start: StartSystem) -> None:
    """Rows that somebody else has committed are found at the nudge, by all who have to."""
    rig.add_kind(lambda run: barrier.wait(PATIENCE), kind="meet")
    system = start(threads=3)
    barrier = threading.Barrier(3)
    sleeping(rig, 3)
    other = Rig()  # its bells wake nobody here
    other.add_kind(print, kind="meet")
    for _ in range(3):
        other.add("meet")
    delayed = other.add("probe", delay=0.01)
    system.nudge()
    until(lambda: rig.state(delayed) == "completed", "the delayed job")
    until(lambda: not busy(), "the end of jobs that met")


def test_a_start_takes_up_what_was_left(rig: Rig, start: StartSystem) -> None:
    """A job that ran when the last process died runs again, first of all."""
    dead = Rig()
    job = dead.add("probe")
    dead.claim()
    start()
    until(lambda: rig.state(job) == "completed", "the rescued job")
    assert attempts(job) == [(1, "the program ended meanwhile")]


def test_failures_come_back_in_their_time(rig: Rig, start: StartSystem) -> None:
    """Timer and threads together: a job that fails twice is done at its third try."""
    rig.registry._tasks.pop("probe")
    rig.add_kind(run_probe, kind="probe", backoff=Schedule((0.01,)))
    start()
    job = rig.add("probe", {"fail_times": 2})
    until(lambda: rig.state(job) == "completed", "the third try")
    assert len(attempts(job)) == 2


def test_a_running_job_is_stopped_by_a_person(rig: Rig, start: StartSystem) -> None:
    """From another thread, while it is at work."""
    start()
    job = rig.add("probe", {"seconds": 600})
    until(lambda: rig.state(job) == "running", "the running job")
    rig.control.cancel([str(job)])
    until(lambda: rig.state(job) == "cancelled", "its end")


def test_stopping_is_quick_and_loses_nothing(rig: Rig) -> None:
    """In the middle of much work: what runs ends, what is claimed goes back, all of it is there."""
    rig.ledger.enqueue_many("probe", [{}] * 400, options=JobOptions(queue=QUEUE))
    system = QueueSystem(rig.ledger, {QUEUE: 3})
    system.start()
    until(lambda: rig.desk.probe_rows() > 20, "some work")
    before = clock.monotonic()
    system.stop(PATIENCE)
    assert clock.monotonic() - before < PATIENCE / 2
    assert system.held() == set()
    assert db.execute("SELECT count(*) FROM jobs WHERE state = 'running'") == [(0,)]
    done = db.execute("SELECT count(*) FROM jobs WHERE state = 'completed'")[0][0]
    assert done == rig.desk.probe_rows() < 400
    assert counts_are_true()


def test_a_stopped_queue_uses_no_time(rig: Rig) -> None:
    """While one queue's slow job is waited for, the threads of the others have ended."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(_run: JobRun) -> None:
        begun.set()
        go_on.wait(PATIENCE * 2)

    rig.add_kind(slow, kind="slow")
    system = QueueSystem(rig.ledger, {QUEUE: 1, states.WEBHOOK_DELIVERY: 2})
    system.start()
    rig.add("slow")
    assert begun.wait(PATIENCE)
    stopping = threading.Thread(target=system.stop, args=(PATIENCE,))
    stopping.start()
    others = [thread for _impl, thread in system._runners[1]._consumer.worker_threads]
    until(lambda: not any(thread.is_alive() for thread in others), "the others' end")
    assert stopping.is_alive()
    go_on.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert rig.state(1) == "completed", "it ended in its time"


def test_what_died_is_replaced_and_told(rig: Rig, start: StartSystem) -> None:
    """A timer that has ended runs again; while all is well there is nothing to tell."""
    system = start()
    assert system.check() == ""
    system._timer.stop()
    system._timer._stopping.clear()
    assert "timer" in system.check()
    assert system._timer.is_alive()
    assert system.check() == ""


def test_the_calendar_belongs_to_it(rig: Rig, database: Path) -> None:
    """The running timer notes when each entry comes next."""
    system = QueueSystem(rig.ledger, {QUEUE: 1}, calendar=(Entry("noop", "0 3 * * *"),))
    rig.registry._tasks.pop("noop")
    rig.add_kind(lambda run: None, kind="noop", queue=QUEUE)
    system.start()
    planned = "SELECT 1 FROM calendar_moments WHERE kind = 'noop'"
    until(lambda: db.execute(planned), "the planned moment")
    system.stop()


@pytest.mark.parametrize("threads", [1, 4])
def test_producers_and_workers_lose_and_double_nothing(
    rig: Rig, start: StartSystem, threads: int
) -> None:
    """Four producers side by side with the workers: each job is done once, and counted."""
    start(threads=threads)

    def produce() -> None:
        for _ in range(50):
            rig.add("probe")
        db.disconnect()

    producers = [threading.Thread(target=produce) for _ in range(4)]
    for producer in producers:
        producer.start()
    for producer in producers:
        producer.join(PATIENCE)
    until(lambda: rig.desk.probe_rows() == 200, "all rows")
    assert db.execute("SELECT count(DISTINCT job_id) FROM probe") == [(200,)]
    until(lambda: not busy(), "the last end")
    assert counts_are_true()
