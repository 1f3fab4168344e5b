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


def added() -> list[float]:
    """When jobs were added, from noon."""
    return [row[0] - NOON for row in db.execute("SELECT created_at FROM jobs ORDER BY id")]


def test_a_moment_is_one_job(hourly: Rig, noon: FrozenClock) -> None:
    """Two processes and many looks: one job, when its time has come, with its arguments."""
    calendars = [Calendar(hourly.ledger, (HOURLY,)) for _ in range(2)]
    assert [calendar.plan(NOON) for calendar in calendars] == [NOON + 3600] * 2
    noon.move(1800)
    assert calendars[0].plan(NOON + 1800) == NOON + 3600
    assert added() == []
    noon.move(1800)
    assert [calendar.plan(NOON + 3600) for calendar in calendars] == [NOON + 7200] * 2
    assert added() == [3600]
    assert hourly.desk.show("1").args == {"deep": True}
    assert hourly.state(1) == "available"


def test_the_next_job_comes_while_the_last_one_still_runs(hourly: Rig, noon: FrozenClock) -> None:
    """A slow job does not make the calendar skip; but two of one entry never run at once."""
    timer = hourly.timer(HOURLY)
    for _ in range(4):
        timer.tick()
        noon.move(3600)
    timer.tick()
    assert added() == [3600, 7200, 10800, 14400]
    hourly.claim()
    assert hourly.claimed() is None


def test_what_passed_while_nothing_ran_is_one_job(hourly: Rig, noon: FrozenClock) -> None:
    """After a weekend there is one job to catch up, at once, and the next one in its time."""
    hourly.timer(HOURLY).tick()
    noon.move(60 * 3600 + 600)
    assert hourly.timer(HOURLY).tick() <= 3000
    assert added() == [60 * 3600 + 600]
    assert hourly.run_all() == [1]


def test_a_new_home_has_nothing_to_catch_up(hourly: Rig) -> None:
    """The first look adds nothing: it only notes the next moment."""
    Calendar(hourly.ledger, (HOURLY,)).plan(NOON + 5)
    assert added() == []


def test_a_killed_look_is_done_again(hourly: Rig, noon: FrozenClock) -> None:
    """The job and the next moment are written together, or neither is."""
    Calendar(hourly.ledger, (HOURLY,)).plan(NOON)
    noon.move(3600)

    class Killed(BaseException):
        """The process ends here."""

    def look_and_die() -> None:
        with db.write():
            Calendar(hourly.ledger, (HOURLY,)).plan(NOON + 3600)
            raise Killed

    with pytest.raises(Killed):
        look_and_die()
    assert added() == []
    Calendar(hourly.ledger, (HOURLY,)).plan(NOON + 3600)
    assert added() == [3600]


def test_nothing_planned_is_never_due(rig: Rig) -> None:
    """Without entries the timer need not wake for it."""
    assert Calendar(rig.ledger).plan(NOON) == float("inf")


def test_a_clock_set_back_brings_nearer_moments_again(hourly: Rig, noon: FrozenClock) -> None:
    """After a year ahead by mistake the entry does not wait for a year; no moment comes twice."""
    calendar = Calendar(hourly.ledger, (HOURLY,))
    calendar.plan(NOON)
    noon.move(3600)
    calendar.plan(NOON + 3600)
    noon.move(-7200)
    calendar.plan_anew()
    assert calendar.plan(NOON - 3600) == NOON
    for hour in range(3):
        noon.move(3600)
        calendar.plan(NOON + hour * 3600)
    assert added() == [3600, 0, 7200]


def test_an_unknown_kind_is_an_error(rig: Rig) -> None:
    """A calendar that names no known kind is a mistake of ours, and says so."""
    calendar = Calendar(rig.ledger, (HOURLY,))
    calendar.plan(NOON)
    with pytest.raises(UsageProblem):
        calendar.plan(NOON + 3600)
