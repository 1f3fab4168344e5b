"""Prune: old history goes, failures stay longer, and what has not ended stays for ever."""

from typing import Any, cast

import pytest

from botops.jobs import prune as pruning
from botops.jobs.prune import prune_task
from botops.jobs.retry import JobCancelled
from botops.jobs.run import JobRun
from botops.kernel.clock import FrozenClock
from botops.store import db
from tests.jobs.rig import QUEUE, Rig, counts_are_true

DAY = 86_400


class Run:
    """A run of a job that counts its safe points, and may be stopped at one."""

    def __init__(self, *, stop_at: int = 0) -> None:
        self.points = 0
        self._stop_at = stop_at

    def checkpoint(self) -> None:
        """Be somewhere where the job can stop."""
        self.points += 1
        if self.points == self._stop_at:
            raise JobCancelled


def prune(run: Run | None = None) -> Any:
    """Let the task run once."""
    return prune_task(keep_days=7, keep_failed_days=30).handler(cast("JobRun", run or Run()))


@pytest.fixture
def old(rig: Rig, noon: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """Jobs in every state, made at noon; batches are small."""
    monkeypatch.setattr(pruning, "BATCH", 2)
    rig.add_kind(lambda run: 1 / 0, kind="bad", max_attempts=1)
    for _ in range(5):
        rig.add()
    rig.add("bad")
    rig.run_all()
    rig.control.cancel([str(rig.add())])
    rig.add(delay=1)
    rig.claimed()
    rig.add()
    return rig


def left() -> list[str]:
    """States of the jobs that are left."""
    return [row[0] for row in db.execute("SELECT state FROM jobs ORDER BY id")]


def test_what_is_young_stays(old: Rig, noon: FrozenClock) -> None:
    """Within its days nothing is removed."""
    noon.move(7 * DAY - 1)
    assert prune() == {"removed": 0}
    assert len(left()) == 9


def test_what_is_done_goes_first_and_failures_later(old: Rig, noon: FrozenClock) -> None:
    """Done and stopped jobs after a week, failed ones after a month, live ones never."""
    noon.move(7 * DAY + 1)
    assert prune() == {"removed": 6}
    assert left() == ["discarded", "scheduled", "available"]
    noon.move(30 * DAY)
    assert prune() == {"removed": 1}
    assert left() == ["scheduled", "available"]
    assert db.execute("SELECT count(*) FROM job_attempts") == [(0,)]
    assert counts_are_true()


def test_it_can_be_stopped_between_two_batches(old: Rig, noon: FrozenClock) -> None:
    """A person stops it: what is removed is removed, the rest waits for the next night."""
    noon.move(8 * DAY)
    with pytest.raises(JobCancelled):
        prune(Run(stop_at=2))
    assert len(left()) == 7


def test_hours_and_limits_that_nobody_needs_go_too(old: Rig, noon: FrozenClock) -> None:
    """Counts of a quarter of a year are kept; limits that are over are not."""
    db.write_one("INSERT INTO rates (key, arrival) VALUES ('pair:1', ?)", (noon(),))
    noon.move(89 * DAY)
    prune()
    assert db.execute("SELECT count(*) FROM queue_hours") != [(0,)]
    assert db.execute("SELECT count(*) FROM rates") == [(0,)]
    noon.move(3 * DAY)
    prune()
    assert db.execute("SELECT count(*) FROM queue_hours") == [(0,)]


def test_it_is_a_job_like_others(old: Rig, noon: FrozenClock) -> None:
    """In its own queue, with its result in the ledger."""
    old.registry.add(prune_task(keep_days=7, keep_failed_days=30))
    noon.move(8 * DAY)
    old.timer().tick()
    job = old.ledger.enqueue("jobs.prune", {}).id
    old.run_all(QUEUE)
    assert old.desk.show(str(job)).result == {"removed": 6}
