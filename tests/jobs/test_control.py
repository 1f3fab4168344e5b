"""Control: a person may try again, stop, give up, pause; what can't be is said, or passed over."""

from collections.abc import Callable

import pytest

from botops.jobs.control import Control
from botops.jobs.ledger import JobOptions
from botops.jobs.retry import Discard
from botops.kernel.clock import FrozenClock
from botops.kernel.errors import Conflict, NotFound, UsageProblem
from botops.store import db
from tests.jobs.rig import NOON, QUEUE, Rig, attempts, counts_are_true

Verb = Callable[[Control, list[str]], int]


def retry(control: Control, ids: list[str]) -> int:
    """Try again."""
    return control.retry(ids)


def cancel(control: Control, ids: list[str]) -> int:
    """Stop."""
    return control.cancel(ids)


def discard(control: Control, ids: list[str]) -> int:
    """Give up."""
    return control.discard(ids)


def in_state(rig: Rig, state: str) -> str:
    """A job in a state, and its id."""
    if state == "scheduled":
        return str(rig.add(delay=60))
    job = rig.add("bad" if state in {"retryable", "discarded"} else "noop")
    if state == "running":
        rig.claim()
    elif state == "cancelled":
        rig.control.cancel([str(job)])
    elif state == "discarded":
        rig.control.discard([str(job)])
    elif state in {"completed", "retryable"}:
        rig.run_all()
    assert rig.state(job) == state
    return str(job)


@pytest.fixture
def bad(rig: Rig) -> Rig:
    """A ledger that knows a kind which fails."""
    rig.add_kind(lambda run: 1 / 0, kind="bad", max_attempts=3)
    return rig


@pytest.mark.parametrize(
    ("verb", "state", "becomes"),
    [
        (retry, "scheduled", "available"),
        (retry, "retryable", "available"),
        (retry, "discarded", "available"),
        (retry, "cancelled", "available"),
        (cancel, "scheduled", "cancelled"),
        (cancel, "available", "cancelled"),
        (cancel, "retryable", "cancelled"),
        (cancel, "running", "running"),
        (discard, "scheduled", "discarded"),
        (discard, "available", "discarded"),
        (discard, "retryable", "discarded"),
    ],
)
def test_what_may_be_done_is_done(bad: Rig, verb: Verb, state: str, becomes: str) -> None:
    """The job is in its new state, one is counted, and the screens are told."""
    job = in_state(bad, state)
    changes = len(bad.changes)
    assert verb(bad.control, [job]) == 1
    assert bad.state(int(job)) == becomes
    assert len(bad.changes) == changes + 1
    assert counts_are_true()


@pytest.mark.parametrize(
    ("verb", "state", "words"),
    [
        (retry, "available", "is waiting to run already"),
        (retry, "running", "is running"),
        (retry, "completed", "is done already"),
        (cancel, "completed", "has ended already"),
        (cancel, "discarded", "has ended already"),
        (cancel, "cancelled", "has ended already"),
        (discard, "running", "is running; stop it first"),
    ],
)
def test_what_may_not_be_done_is_said(bad: Rig, verb: Verb, state: str, words: str) -> None:
    """One job: a conflict in a sentence. Among many: passed over, and not counted."""
    job = in_state(bad, state)
    with pytest.raises(Conflict, match=words):
        verb(bad.control, [job])
    assert bad.state(int(job)) == state
    assert verb(bad.control, [job, job]) == 0


@pytest.mark.parametrize("verb", [retry, cancel, discard])
@pytest.mark.parametrize("job", ["1", "-1", "x", "", "٣", "9" * 40])
def test_a_job_that_is_not_there_is_not_found(rig: Rig, verb: Verb, job: str) -> None:
    """Whatever somebody types is no error of the database."""
    with pytest.raises(NotFound):
        verb(rig.control, [job])
    assert verb(rig.control, [job, job]) == 0


@pytest.mark.parametrize("state", ["completed", "discarded", "cancelled"])
def test_an_ended_job_that_is_discarded_is_gone(bad: Rig, state: str) -> None:
    """With its attempts; there is nothing left to look at."""
    job = in_state(bad, state)
    bad.control.discard([job])
    assert db.execute("SELECT count(*) FROM jobs") == [(0,)]
    assert db.execute("SELECT count(*) FROM job_attempts") == [(0,)]
    assert counts_are_true()


def test_a_failed_job_has_all_its_tries_again(bad: Rig, noon: FrozenClock) -> None:
    """Tried again by a person, it is as new; what happened before is still told."""
    job = bad.add("bad", max_attempts=1)
    bad.run_all()
    assert bad.state(job) == "discarded"
    bad.control.retry([str(job)])
    assert bad.column(job, "attempt") == 0
    assert bad.column(job, "finished_at") is None
    bad.run_all()
    assert [number for number, _error in attempts(job)] == [1, 1]


def test_a_job_tried_again_early_keeps_its_count(bad: Rig) -> None:
    """It waited for its third try: sooner or later, it is the third."""
    job = bad.add("bad")
    bad.run_all()
    bad.control.retry([str(job)])
    assert bad.column(job, "attempt") == 1
    assert bad.claim().attempt == 2


def test_a_job_with_a_live_successor_is_not_tried_again(rig: Rig) -> None:
    """Its unique key is another job's now: both must not live."""
    rig.add_kind(give_up, kind="bad")
    first = rig.add("bad", unique_key="u")
    rig.run_all()
    rig.add(unique_key="u")
    with pytest.raises(Conflict, match="taken up by a newer one"):
        rig.control.retry([str(first)])
    assert rig.control.retry([str(first), str(first)]) == 0


def give_up(_run: object) -> None:
    """Fail for good."""
    raise Discard("no use")


def test_two_failed_jobs_of_one_key_come_back_as_one(rig: Rig) -> None:
    """Tried again together, the first lives and the second stays where it is."""
    rig.add_kind(give_up, kind="bad")
    jobs = []
    for _ in range(2):
        jobs.append(str(rig.add("bad", unique_key="u")))
        rig.run_all()
    assert rig.control.retry(jobs) == 1
    assert [rig.state(int(job)) for job in jobs] == ["available", "discarded"]


def test_a_person_who_gives_up_is_heard(rig: Rig) -> None:
    """A waiting job that is given up has failed, and the world hears of it."""
    rig.control.discard([str(rig.add())])
    assert [event.data["error"] for event in rig.events] == ["given up by a person"]


def test_a_job_that_was_stopped_at_work_can_run_again(rig: Rig) -> None:
    """The wish to stop it is over with the try that it stopped."""
    rig.add_kind(lambda run: run.checkpoint())
    job = rig.add("test")
    claim = rig.claim()
    rig.control.cancel([str(job)])
    rig.workers[QUEUE].run(claim)
    assert rig.state(job) == "cancelled"
    rig.control.retry([str(job)])
    rig.run_all()
    assert rig.state(job) == "completed"


def test_a_retried_job_wakes_a_worker(bad: Rig) -> None:
    """It does not wait for somebody to look."""
    bell = bad.ledger.news.bells[QUEUE]
    job = in_state(bad, "cancelled")
    heard = bell.rung
    bad.control.retry([job])
    assert bell.rung == heard + 1


def test_hundreds_at_once_are_few_commits(rig: Rig) -> None:
    """Many jobs are changed in batches: no fsync for each."""
    rig.ledger.enqueue_many("probe", [{}] * 450, options=JobOptions(queue=QUEUE))
    writes = db.writes
    assert rig.control.cancel([str(number) for number in range(1, 451)]) == 450
    assert db.writes - writes == 3
    assert counts_are_true()


def test_a_pause_has_a_reason_and_an_end(rig: Rig) -> None:
    """It is shown with its reason; when it ends, all workers look again."""
    rig.control.pause(QUEUE, reason="the disk is full")
    rig.control.pause(QUEUE, reason="still full")
    (view,) = [view for view in rig.desk.queues() if view.name == QUEUE]
    assert (view.paused, view.pause_reason) == (True, "still full")
    bell = rig.ledger.news.bells[QUEUE]
    heard = bell.rung
    rig.control.resume(QUEUE)
    assert bell.rung > heard
    assert not any(view.paused for view in rig.desk.queues())


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_an_unknown_queue_is_refused(rig: Rig, verb: str) -> None:
    """The hint names those that there are."""
    with pytest.raises(UsageProblem) as caught:
        getattr(rig.control, verb)("nope")
    assert "order_processing" in caught.value.hint


def test_a_retry_runs_at_once(rig: Rig, noon: FrozenClock) -> None:
    """A scheduled job that a person wants now is due now."""
    job = rig.add(delay=999)
    rig.control.retry([str(job)])
    assert rig.column(job, "run_at") == NOON
