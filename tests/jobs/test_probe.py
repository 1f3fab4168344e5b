"""Probe: it waits, fails as often as told, and writes one row."""

import pytest

from botops.jobs import probe as probes
from botops.jobs import run as runs
from botops.jobs.probe import probe_rows
from botops.kernel.clock import FrozenClock
from botops.store import db
from tests.jobs.rig import Rig, attempts


def test_it_writes_its_value_once(rig: Rig) -> None:
    """The row comes with the end of the job."""
    job = rig.add("probe", {"value": {"x": [1]}})
    assert probe_rows() == 0
    rig.run_all()
    assert db.execute("SELECT job_id, value FROM probe") == [(job, '{"x": [1]}')]


def test_it_fails_as_often_as_told(rig: Rig, noon: FrozenClock) -> None:
    """Twice, in words for people; the third try writes the row."""
    job = rig.add("probe", {"fail_times": 2})
    for _ in range(3):
        rig.run_all()
        noon.move(100)
        rig.timer().tick()
    assert attempts(job) == [
        (1, "probe fails as told, on try 1"),
        (2, "probe fails as told, on try 2"),
    ]
    assert (rig.state(job), probe_rows()) == ("completed", 1)


def test_it_can_be_stopped_while_it_waits(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long before its time is over, and without a row."""
    monkeypatch.setattr(runs, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(probes, "LOOK_EVERY", 0.001)
    job = rig.add("probe", {"seconds": 600})
    claim = rig.claim()
    rig.control.cancel([str(job)])
    rig.workers[claim.queue].run(claim)
    assert (rig.state(job), probe_rows()) == ("cancelled", 0)


def test_it_waits_as_long_as_told(rig: Rig) -> None:
    """Seconds may be a fraction."""
    job = rig.add("probe", {"seconds": 0.05})
    rig.run_all()
    found = rig.desk.show(str(job))
    assert found.started_at is not None
    assert found.finished_at is not None
    assert found.finished_at - found.started_at >= 0.05
