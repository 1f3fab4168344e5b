"""Desk: what is shown is true, page by page."""

import pytest

from botops.jobs import states
from botops.jobs.ledger import JobOptions
from botops.jobs.query import JobQuery
from botops.jobs.retry import RetryAfter
from botops.jobs.run import JobRun
from botops.kernel.clock import FrozenClock
from botops.kernel.errors import NotFound
from tests.jobs.rig import NOON, QUEUE, Rig

KEYS = {
    "id", "queue", "kind", "state", "priority", "run_at", "attempt", "max_attempts", "created_at",
    "started_at", "finished_at", "error", "attempts", "args", "result",
}  # fmt: skip


@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_follow_each_other_without_gap_or_double(rig: Rig, *, newest_first: bool) -> None:
    """Jobs that come meanwhile do not push others from page to page."""
    jobs = [str(rig.add()) for _ in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        page = rig.desk.page(JobQuery(limit=3, cursor=cursor, newest_first=newest_first))
        seen += [job.id for job in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        rig.add()
    assert seen[:7] == (jobs[::-1] if newest_first else jobs)
    assert len(set(seen)) == len(seen)


def test_the_total_counts_all_pages(rig: Rig) -> None:
    """With filters that are counted already, and with words that are not."""
    for number in range(5):
        rig.add(about=f"{('even', 'odd')[number % 2]} one", queue=states.QUEUES[number % 2])
    assert rig.desk.page(JobQuery(limit=1)).total == 5
    assert rig.desk.page(JobQuery(limit=1, queue=states.QUEUES[1])).total == 2
    assert rig.desk.page(JobQuery(limit=1, state=("available",))).total == 5
    assert rig.desk.page(JobQuery(limit=1, text="one odd")).total == 2
    assert rig.desk.page(JobQuery(limit=1, kind="probe")).total == 0


def test_a_cursor_that_is_none_is_no_page(rig: Rig) -> None:
    """Something else in the place of a cursor finds nothing, and is no error."""
    rig.add()
    assert rig.desk.page(JobQuery(cursor="x")).items == []


def test_a_job_is_shown_with_its_attempts(rig: Rig, noon: FrozenClock) -> None:
    """Each failed try with its error and times, and the one that went well."""

    def handler(run: JobRun) -> str:
        if run.attempt == 1:
            raise RetryAfter(5, "busy")
        return "sent"

    rig.add_kind(handler)
    job = str(rig.add("test", about="to Ana", args={"to": "Ana"}))
    rig.run_all()
    noon.move(5)
    rig.timer().tick()
    rig.run_all()
    found = rig.desk.show(job)
    assert [(each.started_at, each.error) for each in found.attempts] == [
        (NOON, "busy"),
        (NOON + 5, None),
    ]
    document = found.document()
    assert document.keys() >= KEYS
    assert document["attempts"][1] == {
        "started_at": "2026-11-24T12:00:05.000Z",
        "finished_at": "2026-11-24T12:00:05.000Z",
        "error": None,
    }
    assert (document["result"], document["state"]) == ("sent", "completed")


@pytest.mark.parametrize("job", ["1", "x", "", "-3"])
def test_what_is_not_there_is_not_found(rig: Rig, job: str) -> None:
    """In a sentence that names what was asked for."""
    with pytest.raises(NotFound, match="There is no job"):
        rig.desk.show(job)


def test_all_that_a_filter_means_at_once(rig: Rig) -> None:
    """However many they are, even one that can't be changed: no error, but a count."""
    rig.add_kind(lambda run: 1 / 0, kind="bad", max_attempts=1)
    for _ in range(3):
        rig.add("bad")
    rig.add()
    rig.run_all()
    failed = JobQuery(state=("discarded",), limit=1)
    assert rig.desk.ids(failed) == ["1", "2", "3"]
    assert rig.desk.retry_where(failed) == 3
    assert rig.desk.cancel_where(JobQuery(kind="bad")) == 3
    assert rig.desk.retry_where(JobQuery(kind="noop")) == 0, "one job, done: passed over"
    assert rig.desk.discard_where(JobQuery(kind="noop")) == 1


def test_queues_are_counted(rig: Rig, noon: FrozenClock) -> None:
    """Each queue with what waits, runs, is done and has failed, now and by the hour."""
    rig.add_kind(lambda run: 1 / 0, kind="bad", max_attempts=1)
    rig.add()
    rig.add("bad")
    rig.run_all()
    rig.add(delay=5)
    rig.add()
    rig.claim()
    rig.add()
    views = {view.name: view for view in rig.desk.queues()}
    assert list(views) == list(states.QUEUES)
    view = views[QUEUE]
    assert (view.waiting, view.delayed, view.active) == (1, 1, 1)
    assert (view.completed, view.failed, view.workers, view.per_minute) == (1, 1, 2, 1)
    assert view.hourly == (0,) * 23 + (1,)
    assert rig.desk.hourly("completed") == (0,) * 23 + (1,)
    assert rig.desk.hourly("discarded") == (0,) * 23 + (1,)
    assert view.document() == {
        "queue": QUEUE, "waiting": 1, "delayed": 1, "active": 1, "completed": 1, "failed": 1,
        "paused": False, "pause_reason": "", "workers": 2, "per_minute": 1,
    }  # fmt: skip


def test_the_desk_takes_jobs_in(rig: Rig) -> None:
    """One, or the same so many times; probes are counted by what they wrote."""
    options = JobOptions(queue=QUEUE)
    rig.desk.enqueue("probe", {"value": 1}, options=options)
    assert len(rig.desk.enqueue_many("probe", {"value": 2}, options=options, count=4)) == 4
    rig.run_all()
    assert rig.desk.probe_rows() == 5
