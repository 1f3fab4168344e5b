"""Calendar: each moment is one job, however many plan it and whatever was down meanwhile."""

import pytest

from botops.jobs.calendar import Calendar, Entry
from botops.kernel.clock import FrozenClock
from botops.kernel.errors import UsageProblem
from botops.store import db
from tests.jobs.rig import NOON, QUEUE, Rig

HOURLY = Entry("prune", "0 * * * *", (("deep", True),))
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def hourly(rig: Rig) -> Rig:
    """A ledger that knows the kind."""
    rig.add_kind(lambda run: None, kind="prune", queue=QUEUE)
    return rig


def moments() -> list[float]:
    """When jobs come, from noon."""
    return [row[0] - NOON for row in db.execute("SELECT run_at FROM jobs ORDER BY run_at")]


def test_the_next_moment_is_planned_once(hourly: Rig) -> None:
    """Two processes and many looks: one job, with the entry's arguments."""
    for _ in range(3):
        calendar = Calendar(hourly.ledger, (HOURLY,))
        assert calendar.plan(NOON) == NOON + 3600
        assert calendar.plan(NOON + 1800) == NOON + 3600
    assert moments() == [3600]
    assert hourly.desk.show("1").args == {"deep": True}


def test_the_next_moment_is_planned_while_the_last_one_still_runs(
    hourly: Rig, noon: FrozenClock
) -> None:
    """A slow job does not make the calendar skip; but two of one entry never run at once."""
    timer = hourly.timer(HOURLY)
    for _ in range(4):
        timer.tick()
        noon.move(3600)
    timer.tick()
    assert moments() == [3600, 7200, 10800, 14400, 18000]
    hourly.claim()
    assert hourly.claimed() is None


def test_what_passed_while_nothing_ran_is_one_job(hourly: Rig, noon: FrozenClock) -> None:
    """After a weekend there is one job to catch up, and the next one in its time."""
    hourly.timer(HOURLY).tick()
    noon.move(60 * 3600 + 600)
    hourly.timer(HOURLY).tick()
    assert moments() == [3600, 61 * 3600]
    assert hourly.run_all() == [1]


def test_nothing_planned_is_never_due(rig: Rig) -> None:
    """Without entries the timer need not wake for it."""
    assert Calendar(rig.ledger).plan(NOON) == float("inf")


def test_planned_anew_a_moment_is_still_one_job(hourly: Rig) -> None:
    """Forgetting what was planned doubles nothing."""
    calendar = Calendar(hourly.ledger, (HOURLY,))
    calendar.plan(NOON)
    calendar.plan_anew()
    calendar.plan(NOON)
    assert moments() == [3600]


def test_an_unknown_kind_is_an_error(rig: Rig) -> None:
    """A calendar that names no known kind is a mistake of ours, and says so."""
    with pytest.raises(UsageProblem):
        Calendar(rig.ledger, (HOURLY,)).plan(NOON)
