"""Worker: however a handler ends, the job's row says so, and no other job suffers from it."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from botops.jobs import states
from botops.jobs.registry import Handler, Task
from botops.jobs.retry import Discard, JobCancelled, RetryAfter, Schedule, Snooze
from botops.jobs.run import JobRun
from botops.jobs.worker import IDLE_SECONDS
from botops.kernel import clock
from botops.kernel.clock import FrozenClock
from botops.kernel.errors import DiskFull, Refused
from botops.store import db
from botops.store.actor import current_actor
from tests.jobs.rig import NOON, QUEUE, Rig, attempts, counts_are_true

BACKOFF = Schedule((100.0,))


def raising(error: BaseException) -> Handler:
    """A handler that raises."""

    def handler(run: JobRun) -> None:
        raise error

    return handler


def run_with(rig: Rig, error: BaseException, **options: Any) -> int:
    """Add a job whose handler raises, run it once, and return its number."""
    rig.registry.add(Task(kind="bad", handler=raising(error), backoff=BACKOFF, max_attempts=2))
    job = rig.add("bad", **options)
    rig.run_all()
    return job


def test_what_a_handler_returns_is_the_result(rig: Rig, noon: FrozenClock) -> None:
    """The job is done, once, with its result, and no error is left from earlier tries."""
    rig.add_kind(lambda run: {"size": 3})
    job = rig.add("test")
    rig.run_all()
    found = rig.desk.show(str(job))
    assert (found.state, found.result, found.error) == ("completed", {"size": 3}, None)
    assert (found.started_at, found.finished_at, found.attempt) == (NOON, NOON, 1)


def test_a_job_that_runs_at_the_end_goes_back_at_its_next_safe_point(rig: Rig) -> None:
    """When the program ends, the job is available again, no try is lost, and nothing is said."""

    def end_and_look(run: JobRun) -> None:
        rig.workers[QUEUE].close()
        run.checkpoint()

    rig.add_kind(end_and_look)
    job = rig.add("test")
    rig.workers[QUEUE].run(rig.claim())
    found = rig.desk.show(str(job))
    assert (found.state, found.attempt, found.error, found.attempts) == ("available", 0, None, ())
    assert rig.held() == set()


def test_a_failed_try_waits_and_is_tried_again(rig: Rig, noon: FrozenClock) -> None:
    """The error is kept with its try; the last try is the end, and the world hears of it."""
    job = run_with(rig, ValueError("no such road"), about="Ana's order")
    assert rig.state(job) == "retryable"
    assert NOON + 80 <= rig.column(job, "run_at") <= NOON + 120
    assert rig.events == []
    noon.move(200)
    rig.timer().tick()
    rig.run_all()
    assert rig.state(job) == "discarded"
    assert attempts(job) == [(1, "ValueError: no such road"), (2, "ValueError: no such road")]
    (event,) = rig.events
    assert event.type == "job_discarded"
    assert event.data == {
        "jobId": str(job),
        "queue": QUEUE,
        "kind": "bad",
        "about": "Ana's order",
        "attempts": 2,
        "error": "ValueError: no such road",
    }
    assert counts_are_true()


def test_an_error_of_ours_is_its_sentence(rig: Rig) -> None:
    """For a person the class's name says nothing; the trace is below."""
    job = run_with(rig, Refused("The file is too large."))
    lines = rig.column(job, "error").split("\n")
    assert lines[:2] == ["The file is too large.", ""]
    assert "Traceback" in lines[2]


def test_an_error_without_words_is_its_class(rig: Rig) -> None:
    """`KeyError()` is shown as KeyError, not as a blank."""
    assert attempts(run_with(rig, KeyError())) == [(1, "KeyError")]


def test_a_secret_in_an_error_is_not_kept(rig: Rig) -> None:
    """Neither the job nor its attempt has it in the clear."""
    job = run_with(rig, ValueError("Authorization: Bearer abcdefghijkl"))
    assert "abcdefghijkl" not in rig.column(job, "error")
    assert "abcdefghijkl" not in attempts(job)[0][1]


def test_a_snooze_burns_no_try(rig: Rig, noon: FrozenClock) -> None:
    """The job waits so long, its try is given back, and no attempt is written down."""
    job = run_with(rig, Snooze(30))
    assert (rig.state(job), rig.column(job, "attempt")) == ("scheduled", 0)
    assert rig.column(job, "run_at") == NOON + 30
    assert attempts(job) == []


@pytest.mark.parametrize("seconds", [-5.0, 0.0, float("inf"), float("nan"), 1e12])
def test_an_absurd_wait_has_an_end(rig: Rig, noon: FrozenClock, seconds: float) -> None:
    """Another system may ask for any wait; it gets none below nothing or above a week."""
    job = run_with(rig, RetryAfter(seconds, "come again"))
    assert rig.state(job) == "retryable"
    assert NOON <= rig.column(job, "run_at") <= NOON + 7 * 86_400


def test_another_system_says_when_to_come_again(rig: Rig, noon: FrozenClock) -> None:
    """`Retry-After` wins over the kind's own waits; the try counts."""
    job = run_with(rig, RetryAfter(7, "429 Too Many Requests"))
    assert (rig.state(job), rig.column(job, "run_at")) == ("retryable", NOON + 7)
    assert attempts(job) == [(1, "429 Too Many Requests")]


def test_discard_is_the_end_at_once(rig: Rig) -> None:
    """Tries that are left are not used, and the world hears of it."""
    job = run_with(rig, Discard("the order is gone"))
    assert rig.state(job) == "discarded"
    assert attempts(job) == [(1, "the order is gone")]
    assert [event.type for event in rig.events] == ["job_discarded"]


def test_a_stopped_job_is_cancelled(rig: Rig) -> None:
    """A handler that stops where it was asked to leaves a cancelled job."""
    job = run_with(rig, JobCancelled())
    assert rig.state(job) == "cancelled"
    assert attempts(job) == [(1, "stopped by a person")]
    assert rig.events == []


@pytest.mark.parametrize("error", [ValueError("x"), Snooze(5), RetryAfter(5, "x")])
def test_a_job_that_was_asked_to_stop_is_not_tried_again(rig: Rig, error: Exception) -> None:
    """It did not come to a safe point, but it failed: then it ends here."""
    rig.add_kind(lambda run: stop_and_raise(rig, run, error))
    job = rig.add("test")
    rig.run_all()
    assert rig.state(job) == "cancelled"
    assert counts_are_true()


def stop_and_raise(rig: Rig, run: JobRun, error: Exception) -> None:
    """Let a person stop the job while it runs, then fail."""
    rig.control.cancel([str(run.job_id)])
    raise error


def test_a_full_disk_is_not_the_jobs_fault(rig: Rig, noon: FrozenClock) -> None:
    """The job waits a little, and the try does not count."""
    job = run_with(rig, DiskFull("There is no room left."))
    assert (rig.state(job), rig.column(job, "attempt")) == ("scheduled", 0)
    assert rig.column(job, "run_at") == NOON + 15


def test_a_database_without_room_keeps_the_job(rig: Rig, database: Path) -> None:
    """Not even the end can be booked: the job stays as it is, and runs again with its lease."""
    job = rig.add()
    claim = rig.claim()
    db.close()
    pages = len(database.read_bytes()) // 4096
    db.open(database, max_pages=pages)
    rig.add_kind(fill, kind="big")
    rig.workers[QUEUE].run(replace(claim, kind="big"))
    assert rig.workers[QUEUE].held() == []
    db.close()
    db.open(database)
    assert rig.state(job) in {"running", "scheduled"}
    rig.leases.take_back(claim.started_at + 3600)
    assert rig.state(job) in {"available", "scheduled"}


def fill(run: JobRun) -> None:
    """Write more than there is room for."""
    with run.completing():
        for _ in range(100):
            db.change("INSERT INTO probe (job_id, value) VALUES (?, ?)", (run.job_id, "x" * 9000))


def test_a_kind_that_nobody_knows_fails_at_once(rig: Rig) -> None:
    """A row of another version of the program is not tried ten times, and stops nobody."""
    job = rig.add()
    db.write_one("UPDATE jobs SET kind = 'from the future' WHERE id = ?", (job,))
    after = rig.add()
    rig.run_all()
    assert rig.state(job) == "discarded"
    assert "from the future" in attempts(job)[0][1]
    assert rig.state(after) == "completed"


def test_arguments_that_are_broken_stop_nobody_else(rig: Rig) -> None:
    """A row that somebody has damaged fails by itself; the queue goes on."""
    rig.add_kind(lambda run: run.args["x"])
    job = rig.add("test", {"x": 1}, max_attempts=1)
    db.write_one("UPDATE jobs SET args = '{' WHERE id = ?", (job,))
    after = rig.add()
    rig.run_all()
    assert (rig.state(job), rig.state(after)) == ("discarded", "completed")


def test_a_result_that_is_no_json_is_a_failure(rig: Rig) -> None:
    """The effect of that try is undone with it."""

    def handler(run: JobRun) -> None:
        with run.completing(result={1, 2}):
            db.change("INSERT INTO probe (job_id) VALUES (?)", (run.job_id,))

    rig.add_kind(handler)
    job = rig.add("test")
    rig.run_all()
    assert rig.state(job) == "retryable"
    assert db.execute("SELECT count(*) FROM probe") == [(0,)]


def test_a_handler_that_exits_takes_no_thread_along(rig: Rig) -> None:
    """`sys.exit()` in a handler is a failure like another."""
    assert rig.state(run_with(rig, SystemExit(3))) == "retryable"


def test_what_follows_the_end_does_not_undo_it(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """An error after the effect is logged; the job is done, and the next one is not lost."""

    def handler(run: JobRun) -> None:
        with run.completing():
            pass
        raise Snooze(5)

    rig.add_kind(handler)
    jobs = [rig.add("test"), rig.add("test")]
    assert rig.run_all() == jobs
    assert [rig.state(job) for job in jobs] == ["completed", "completed"]
    assert "is done, but what followed failed" in caplog.text


def test_the_next_job_is_claimed_in_the_same_commit(rig: Rig) -> None:
    """One transaction ends a job and begins the next one."""
    jobs = [rig.add() for _ in range(3)]
    claim = rig.claim()
    writes = db.writes
    rig.workers[QUEUE].run(claim)
    assert db.writes == writes + 1
    assert [rig.state(job) for job in jobs] == ["completed", "running", "available"]
    assert [held.id for held in rig.workers[QUEUE].held()] == [jobs[1]]


def test_a_job_claimed_ahead_is_not_lost_when_its_claim_is_undone(rig: Rig) -> None:
    """The effect's transaction fails after the next job was claimed in it: both are as before."""
    ran: list[int] = []

    def handler(run: JobRun) -> None:
        ran.append(run.job_id)
        with db.write():
            with run.completing():
                pass
            if len(ran) == 1:
                raise ValueError("after the block, before the commit")

    rig.registry.add(Task(kind="test", handler=handler, backoff=BACKOFF))
    first, second = rig.add("test"), rig.add("test")
    rig.run_all()
    assert ran == [first, second]
    assert (rig.state(first), rig.state(second)) == ("retryable", "completed")
    assert rig.workers[QUEUE].held() == []


def test_a_job_that_is_handed_over_during_the_look_is_not_slept_through(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread saw an empty tray, then a claim came: it does not lie down for half a minute."""
    rig.add()
    worker, claim = rig.workers[QUEUE], rig.claim()
    look = worker.take_waiting

    def meanwhile() -> None:
        assert look() is None
        rig.ledger.trays[QUEUE].put(claim)
        rig.ledger.news.bells[QUEUE].ring()

    monkeypatch.setattr(worker, "take_waiting", meanwhile)
    before = clock.monotonic()
    assert worker.next_claim() is None
    assert clock.monotonic() - before < IDLE_SECONDS / 3
    monkeypatch.undo()
    assert worker.next_claim() == claim


def test_a_closed_worker_claims_nothing_more(rig: Rig) -> None:
    """The job at hand is ended; the next one stays where it is, and what waited goes back."""
    jobs = [rig.add() for _ in range(3)]
    worker = rig.workers[QUEUE]
    worker.run(rig.claim())
    assert rig.state(jobs[1]) == "running"
    worker.close()
    assert [rig.state(job) for job in jobs] == ["completed", "available", "available"]
    assert worker.next_claim() is None
    worker.run(rig.claim())
    assert rig.state(jobs[2]) == "available"


def test_a_lost_lease_voids_the_try(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """A worker that was given up changes nothing: not the job, and not by its effect."""
    effects: list[int] = []

    def handler(run: JobRun) -> None:
        if not effects:
            effects.append(run.attempt)
            rig.leases.take_back(NOON * 2)
            rig.run_all()  # another worker takes it and ends it
        with run.completing():
            db.change("INSERT INTO probe (job_id) VALUES (?)", (run.job_id,))

    rig.add_kind(handler)
    job = rig.add("test")
    claim = rig.claim()
    rig.workers[states.WEBHOOK_DELIVERY].run(claim)  # a worker whose heart stood still
    assert rig.state(job) == "completed"
    assert db.execute("SELECT count(*) FROM probe") == [(1,)]
    assert "was given to another worker" in caplog.text
    assert counts_are_true()


def test_the_trail_names_the_job(rig: Rig) -> None:
    """What a job changes, the job has changed."""
    seen: list[str] = []
    rig.add_kind(lambda run: seen.append(f"{current_actor().role} {current_actor().name}"))
    job = rig.add("test")
    rig.run_all()
    assert seen == [f"job job {job}"]
    assert current_actor().role != "job"


def test_a_failure_is_logged_without_its_trace(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """One line tells of it; the trace is with the job, and in the log only on request."""
    with caplog.at_level(logging.INFO):
        run_with(rig, ValueError("x"))
    (record,) = [each for each in caplog.records if each.name == "botops.jobs.worker"]
    assert (record.levelname, record.exc_info) == ("WARNING", None)
