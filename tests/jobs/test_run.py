"""Run: an effect happens once, a person can stop a job, and a zombie notices that it is one."""

from pathlib import Path
from typing import Any

import pytest

from botops.jobs import run as runs
from botops.jobs.outcome import Outcomes
from botops.jobs.retry import JobCancelled, LeaseLost
from botops.jobs.run import JobRun
from botops.store import db
from tests.jobs.rig import Rig


@pytest.fixture
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every look be a look, and every word be told."""
    monkeypatch.setattr(runs, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(runs, "TELL_EVERY", 0.0)


def begin(rig: Rig, **options: Any) -> JobRun:
    """A job that runs."""
    rig.add(args={"a": 1}, **options)
    return JobRun(rig.claim(), Outcomes(rig.ledger.news))


def probes() -> int:
    """How many effects there are."""
    return int(db.execute("SELECT count(*) FROM probe")[0][0])


def test_a_handler_sees_its_job(rig: Rig) -> None:
    """Number, arguments, try and shop are at hand."""
    run = begin(rig, merchant_id="ana", max_attempts=1)
    assert (run.job_id, run.args, run.attempt, run.merchant_id) == (1, {"a": 1}, 1, "ana")
    assert run.is_last_attempt


def test_effect_and_end_are_one(rig: Rig) -> None:
    """Both are there after the block, and neither when it raises."""
    run = begin(rig)
    with pytest.raises(ZeroDivisionError), run.completing():
        assert db.change("INSERT INTO probe (job_id) VALUES (1)") / 0
    assert (probes(), rig.state(1), run.is_complete) == (0, "running", False)
    with run.completing({"ok": True}):
        db.change("INSERT INTO probe (job_id) VALUES (1)")
    assert (probes(), rig.state(1), run.is_complete) == (1, "completed", True)


def test_without_the_lease_there_is_no_effect(rig: Rig) -> None:
    """The block ran, and nothing of it is kept, whatever transaction it was in."""
    run = begin(rig)
    rig.leases.take_back(4e9)

    def write() -> None:
        with db.write():
            db.change("INSERT INTO probe (job_id) VALUES (8)")
            with run.completing():
                db.change("INSERT INTO probe (job_id) VALUES (9)")

    with pytest.raises(LeaseLost):
        write()
    assert probes() == 0
    assert rig.state(1) == "available"


def test_in_an_outer_transaction_the_end_is_its_end(rig: Rig) -> None:
    """The job is complete when the outer transaction is on disk, and not before."""
    run = begin(rig)
    with db.write():
        with run.completing():
            pass
        assert not run.is_complete
    assert run.is_complete


def test_a_job_ends_once(rig: Rig) -> None:
    """A second end is a mistake of the handler, said as such."""
    run = begin(rig)
    with run.completing():
        pass
    with pytest.raises(RuntimeError, match="complete already"), run.completing():
        raise AssertionError("the block must not run")


@pytest.mark.usefixtures("_eager")
def test_a_person_stops_a_job_at_its_next_safe_point(rig: Rig) -> None:
    """Until then it runs; from then on every safe point is the end."""
    run = begin(rig)
    run.checkpoint()
    rig.control.cancel(["1"])
    for _ in range(2):
        with pytest.raises(JobCancelled):
            run.checkpoint()


def test_a_look_is_cheap_and_what_was_seen_stays_seen(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks in quick succession ask the database once; a stop once seen is not forgotten."""
    run = begin(rig)
    assert not run.is_cancelled()
    rig.control.cancel(["1"])
    assert not run.is_cancelled(), "it looked a moment ago"
    monkeypatch.setattr(runs, "LOOK_EVERY", 0.0)
    assert run.is_cancelled()
    monkeypatch.setattr(runs, "LOOK_EVERY", 60.0)
    assert run.is_cancelled()


@pytest.mark.usefixtures("_eager")
def test_a_worker_without_its_lease_notices(rig: Rig) -> None:
    """At the next safe point or word about its progress it learns that it is a zombie."""
    run = begin(rig)
    rig.leases.take_back(4e9)
    with pytest.raises(LeaseLost):
        run.checkpoint()
    with pytest.raises(LeaseLost):
        run.progress(1, 2)
    rig.claim()
    with pytest.raises(LeaseLost):
        run.checkpoint()


def test_progress_is_told_now_and_then(rig: Rig, database: Path) -> None:
    """The first word is shown at once, those that follow quickly are saved; the end clears it."""
    run = begin(rig)
    changes = len(rig.changes)
    for done in range(100):
        run.progress(done, 100, label="photos")
    assert rig.desk.show("1").progress == (0, 100, "photos")
    assert len(rig.changes) == changes + 1
    with run.completing():
        pass
    assert rig.desk.show("1").progress is None
