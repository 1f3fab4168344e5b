"""Prune: the history keeps as much as was promised, and no more than was asked for."""

from collections.abc import Callable
from typing import cast

import pytest

from botops.events import History, prune_task
from botops.events import prune as pruning
from botops.jobs.retry import JobCancelled
from botops.jobs.run import JobRun
from botops.kernel.events import Bus, PublicEvent
from botops.store import db

pytestmark = pytest.mark.usefixtures("database")


class Run:
    """A run of a job that counts its checkpoints, and may be stopped at one."""

    def __init__(self, *, stop_at: int = 0) -> None:
        self.checkpoints = 0
        self._stop_at = stop_at

    def checkpoint(self) -> None:
        """Be somewhere where the job can stop."""
        self.checkpoints += 1
        if self.checkpoints == self._stop_at:
            raise JobCancelled


def fill(count: int) -> History:
    """A history of so many events."""
    bus = Bus(defer=db.after_commit)
    history = History(bus)
    with db.write():
        for number in range(count):
            bus.publish(PublicEvent("tick", {"n": number}))
    return history


def prune(keep: int, run: Run | None = None) -> dict[str, int]:
    """Let the task run once."""
    handler = cast("Callable[[JobRun], dict[str, int]]", prune_task(keep=keep).handler)
    return handler(cast("JobRun", run or Run()))


def kept() -> list[int]:
    """Numbers of the events that are left."""
    return [row[0] for row in db.execute("SELECT data ->> 'n' FROM events ORDER BY seq")]


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "LEAST_KEPT", 10)
    monkeypatch.setattr(pruning, "BATCH", 7)


@pytest.mark.usefixtures("_small")
def test_the_newest_stay() -> None:
    """What is over the limit goes, the oldest first, in batches between which it can stop."""
    fill(60)
    run = Run()
    assert prune(25, run) == {"removed": 35}
    assert kept() == list(range(35, 60))
    assert run.checkpoints == 6


@pytest.mark.usefixtures("_small")
def test_a_short_history_stays_whole() -> None:
    """Where there is no more than the limit, nothing goes."""
    fill(25)
    assert prune(25) == {"removed": 0}
    assert len(kept()) == 25


def test_at_least_a_thousand_stay() -> None:
    """However little is asked for, the promised thousand are kept."""
    fill(1_002)
    assert prune(1) == {"removed": 2}
    assert len(kept()) == 1_000


@pytest.mark.usefixtures("_small")
def test_a_stopped_run_leaves_whole_batches() -> None:
    """Stopped between two batches, what is gone is gone and the rest is there."""
    fill(60)
    with pytest.raises(JobCancelled):
        prune(25, Run(stop_at=3))
    assert kept() == list(range(14, 60))


@pytest.mark.usefixtures("_small")
def test_ids_go_on_after_pruning() -> None:
    """A follower that resumes after pruning gets what is newer than what it had."""
    history = fill(30)
    last = history.last_seq()
    prune(10)
    event = history.publish("tick", {"n": 30})
    assert history.after(last) == [event]
