"""Desk: what people and other parts ask of the queue."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, Any

from botops.jobs import counts, states
from botops.jobs.control import number_of
from botops.jobs.ledger import PLAIN
from botops.jobs.probe import probe_rows
from botops.jobs.query import JobQuery, conditions_of
from botops.jobs.views import COLUMNS, AttemptView, JobView, Page, QueueView, view_of
from botops.kernel.errors import NotFound
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.control import Control
    from botops.jobs.ledger import Enqueued, JobOptions, Ledger

__all__ = ["JobDesk", "JobQuery"]
NO_HOURS = (0,) * 24


class JobDesk:
    """Looks jobs up, and passes on what a person wants done with them."""

    def __init__(self, ledger: Ledger, control: Control, *, workers: dict[str, int]) -> None:
        self._ledger = ledger
        self._workers = workers
        self.retry = control.retry
        self.cancel = control.cancel
        self.discard = control.discard
        self.pause = control.pause
        self.resume = control.resume

    def enqueue(self, kind: str, args: dict[str, Any], *, options: JobOptions = PLAIN) -> Enqueued:
        """Add a job; see `Ledger.enqueue`."""
        return self._ledger.enqueue(kind, args, options=options)

    def enqueue_many(
        self, kind: str, args: dict[str, Any], *, options: JobOptions = PLAIN, count: int
    ) -> list[Enqueued]:
        """Add the same job so many times, all or none; where there is a key, each has its own."""
        return self._ledger.enqueue_many(kind, repeat(args, count), options=options)

    def page(self, query: JobQuery) -> Page[JobView]:
        """Return the jobs that a query means, a page at a time."""
        where, values = conditions_of(query)
        total = _total(query, where, values=values)
        if query.cursor is not None:
            where += " AND id < ?" if query.newest_first else " AND id > ?"
            values = [*values, number_of(query.cursor)]
        order = "DESC" if query.newest_first else "ASC"
        rows = db.execute(
            f"SELECT {COLUMNS} FROM jobs WHERE {where} ORDER BY id {order} LIMIT ?",  # noqa: S608 - our own words
            (*values, query.limit + 1),
        )
        items = [view_of(row) for row in rows[: query.limit]]
        return Page(items, items[-1].id if len(rows) > query.limit else None, total)

    def show(self, job_id: str) -> JobView:
        """Return a job with its attempts.

        Raises:
            NotFound: There is no such job.
        """
        number = number_of(job_id)
        rows = db.execute(f"SELECT {COLUMNS} FROM jobs WHERE id = ?", (number,))  # noqa: S608 - our own words
        if not rows:
            raise NotFound(f"There is no job {job_id}.")
        job = view_of(rows[0])
        past = db.execute(
            "SELECT started_at, finished_at, error FROM job_attempts WHERE job_id = ? ORDER BY id",
            (number,),
        )
        attempts = [AttemptView(*row) for row in past]
        if job.state in (states.RUNNING, states.COMPLETED):
            attempts.append(AttemptView(job.started_at, job.finished_at, None))
        return replace(job, attempts=tuple(attempts))

    def ids(self, query: JobQuery) -> list[str]:
        """Return the ids of all jobs that a query means, whatever its limit."""
        where, values = conditions_of(query)
        rows = db.execute(f"SELECT id FROM jobs WHERE {where} ORDER BY id", values)  # noqa: S608 - our own words
        return [str(row[0]) for row in rows]

    def retry_where(self, query: JobQuery) -> int:
        """Try all jobs again that a query means; return how many."""
        return self.retry(_as_many(self.ids(query)))

    def cancel_where(self, query: JobQuery) -> int:
        """Stop all jobs that a query means; return how many."""
        return self.cancel(_as_many(self.ids(query)))

    def discard_where(self, query: JobQuery) -> int:
        """Give up all jobs that a query means; return how many."""
        return self.discard(_as_many(self.ids(query)))

    def queues(self) -> list[QueueView]:
        """Return all queues with their counts."""
        by_state = counts.by_state()
        minute = counts.last_minute()
        hourly = counts.by_hour(states.COMPLETED)
        paused = db.execute("SELECT name, pause_reason FROM queues WHERE paused")
        reasons: dict[str, str] = {row[0]: row[1] for row in paused}

        def count(queue: str, *wanted: str) -> int:
            return sum(by_state.get((queue, state), 0) for state in wanted)

        return [
            QueueView(
                name=name,
                waiting=count(name, states.AVAILABLE),
                delayed=count(name, states.SCHEDULED, states.RETRYABLE),
                active=count(name, states.RUNNING),
                completed=count(name, states.COMPLETED),
                failed=count(name, states.DISCARDED),
                paused=name in reasons,
                pause_reason=reasons.get(name, ""),
                workers=self._workers.get(name, 0),
                per_minute=minute.get(name, 0),
                hourly=hourly.get(name, NO_HOURS),
            )
            for name in states.QUEUES
        ]

    def hourly(self, state: str) -> tuple[int, ...]:
        """Return how many jobs of all queues ended in a state in each of the last 24 hours."""
        columns = zip(*[NO_HOURS, *counts.by_hour(state).values()], strict=True)
        return tuple(sum(column) for column in columns)

    def probe_rows(self) -> int:
        """Return how many rows probes have written."""
        return probe_rows()


def _total(query: JobQuery, where: str, *, values: list[Any]) -> int:
    if query.text or query.kind:
        return int(db.execute(f"SELECT count(*) FROM jobs WHERE {where}", values)[0][0])  # noqa: S608 - our own words
    return sum(
        count
        for (queue, state), count in counts.by_state().items()
        if query.queue in (None, queue) and (not query.state or state in query.state)
    )


def _as_many(job_ids: list[str]) -> list[str]:
    """Return ids such that one that can't be changed is passed over, though it be the only one."""
    return [*job_ids, ""] if len(job_ids) == 1 else job_ids
