"""Counts: the kept numbers are the true ones, after whatever was done to the rows."""

import pytest

from botops.jobs import counts
from botops.kernel.clock import FrozenClock
from botops.store import db
from tests.jobs.rig import NOON, QUEUE, Rig, counts_are_true


def test_counting_anew_finds_what_is_there(rig: Rig) -> None:
    """Numbers that went wrong, by another program's hand, are right after an update."""
    rig.add()
    rig.add(delay=5)
    db.write_one("UPDATE queue_stats SET count = 99")
    assert not counts_are_true()
    with db.write():
        counts.install_counts()
    assert counts_are_true()
    rig.run_all()
    assert counts_are_true()


def test_a_rolled_back_change_is_not_counted(rig: Rig) -> None:
    """The count is part of the transaction."""
    rig.add()
    claim = rig.claim()

    def fail() -> None:
        with db.write():
            rig.ledger.release(claim)
            assert claim.id / 0

    with db.write(), pytest.raises(ZeroDivisionError):
        fail()
    assert rig.state(claim.id) == "running"
    assert counts_are_true()


def test_hours_are_counted_where_jobs_end(rig: Rig, noon: FrozenClock) -> None:
    """Each ended job is one in its hour, and a job tried again ends again."""
    rig.add_kind(lambda run: 1 / 0, kind="bad", max_attempts=1)
    job = rig.add("bad")
    rig.run_all()
    noon.move(3 * 3600)
    rig.control.retry([str(job)])
    rig.run_all()
    rig.add()
    rig.run_all()
    assert counts.by_hour("discarded", hours=4) == {QUEUE: (1, 0, 0, 1)}
    assert counts.by_hour("completed", hours=4) == {QUEUE: (0, 0, 0, 1)}


def test_hours_that_are_still_to_come_are_not_shown(rig: Rig, noon: FrozenClock) -> None:
    """After the clock was set back the hours ahead are left out, not shown as now."""
    rig.add()
    rig.run_all()
    noon.move(-5 * 3600)
    assert counts.by_hour("completed") == {}
    assert counts.last_minute() == {}


def test_the_last_minute_is_sixty_seconds(rig: Rig, noon: FrozenClock) -> None:
    """A job that was done a minute ago counts no more."""
    rig.add()
    rig.run_all()
    noon.move(59)
    assert counts.last_minute() == {QUEUE: 1}
    noon.move(1)
    assert counts.last_minute() == {}
    assert noon() == NOON + 60
