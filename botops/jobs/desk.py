"""Desk: what people and other parts ask of the queue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botops.jobs import counts, states
from botops.jobs.models import Job, JobAttempt
from botops.jobs.views import AttemptView, JobView, Page, QueueView
from botops.kernel.errors import NotFound, UsageProblem
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peewee import Expression, ModelSelect

    from botops.jobs.control import Control
    from botops.jobs.ledger import Enqueued, JobOptions, Ledger

NO_HOURS = (0,) * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuery:
    """Which jobs are meant; `text` is looked for in what they are about, in arguments, errors."""

    queue: str | None = None
    state: tuple[str, ...] | None = None
    kind: str | None = None
    text: str = ""
    limit: int = 100
    cursor: str | None = None
    newest_first: bool = True


class JobDesk:
    """Looks jobs up, and passes on what a person wants done with them."""

    def __init__(self, ledger: Ledger, control: Control, workers: dict[str, int]) -> None:
        self._ledger = ledger
        self._control = control
        self._workers = workers
        self.retry = control.retry
        self.cancel = control.cancel
        self.discard = control.discard
        self.pause = control.pause
        self.resume = control.resume

    def enqueue(
        self, kind: str, args: dict[str, Any], options: JobOptions | None = None
    ) -> Enqueued:
        """Add a job."""
        return self._ledger.enqueue(kind, args, options)

    def page(self, query: JobQuery) -> Page[JobView]:
        """Return the jobs that a query means, a page at a time."""
        conditions = _conditions(query)
        rows: ModelSelect = Job.select()
        if conditions:
            rows = rows.where(*conditions)
        if query.cursor is not None:
            after = _number(query.cursor)
            rows = rows.where(Job.id < after if query.newest_first else Job.id > after)
        rows = rows.order_by(Job.id.desc() if query.newest_first else Job.id)
        with db.reading():
            found = [_view(job) for job in rows.limit(query.limit + 1)]
            total = _total(query, conditions)
        has_more = len(found) > query.limit
        items = found[: query.limit]
        return Page(items, items[-1].id if has_more else None, total)

    def show(self, job_id: str) -> JobView:
        """Return a job with its attempts.

        Raises:
            NotFound: There is no such job.
        """
        with db.reading():
            job = Job.get_or_none(Job.id == _number(job_id))
            if job is None:
                raise NotFound(f"There is no job {job_id}.")
            past = JobAttempt.select().where(JobAttempt.job_id == job.id).order_by(JobAttempt.id)
            attempts = [AttemptView(row.started_at, row.finished_at, row.error) for row in past]
        if job.state in (states.RUNNING, states.COMPLETED):
            attempts.append(AttemptView(job.started_at, job.finished_at, None))
        return replace(_view(job), attempts=tuple(attempts))

    def ids(self, query: JobQuery) -> list[str]:
        """Return the ids of all jobs that a query means, whatever its limit."""
        rows: ModelSelect = Job.select(Job.id)
        if conditions := _conditions(query):
            rows = rows.where(*conditions)
        with db.reading():
            return [str(row[0]) for row in rows.order_by(Job.id).tuples()]

    def retry_where(self, query: JobQuery) -> int:
        """Try all jobs again that a query means; return how many."""
        return self.retry(self.ids(query))

    def queues(self) -> list[QueueView]:
        """Return all queues with their counts."""
        with db.reading():
            by_state = counts.by_state()
            minute = counts.last_minute()
            hourly = counts.by_hour(states.COMPLETED)
            paused = dict(
                (name, reason)
                for name, reason in db.execute("SELECT name, pause_reason FROM queues WHERE paused")
            )

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
                paused=name in paused,
                pause_reason=paused.get(name, ""),
                workers=self._workers.get(name, 0),
                per_minute=minute.get(name, 0),
                hourly=hourly.get(name, NO_HOURS),
            )
            for name in states.QUEUES
        ]

    def hourly(self, state: str) -> tuple[int, ...]:
        """Return how many jobs of all queues ended in a state in each of the last 24 hours."""
        with db.reading():
            columns = zip(*[NO_HOURS, *counts.by_hour(state).values()], strict=True)
        return tuple(sum(column) for column in columns)


def _conditions(query: JobQuery) -> list[Expression]:
    conditions: list[Any] = []
    if query.queue:
        _known(query.queue, states.QUEUES, "queue")
        conditions.append(Job.queue == query.queue)
    for state in query.state or ():
        _known(state, states.STATES, "state")
    if query.state:
        conditions.append(Job.state.in_(query.state))
    if query.kind:
        conditions.append(Job.kind == query.kind)
    for word in query.text.split():
        conditions.append(
            Job.about.contains(word)
            | Job.args.cast("TEXT").contains(word)
            | Job.error.contains(word)
            | Job.kind.contains(word)
        )
    return conditions


def _known(word: str, words: Iterable[str], what: str) -> None:
    if word not in words:
        raise UsageProblem(f"There is no {what} {word}.", hint=f"There are {', '.join(words)}.")


def _number(job_id: str) -> int:
    return int(job_id) if job_id.isascii() and job_id.isdigit() and len(job_id) < 19 else -1


def _total(query: JobQuery, conditions: list[Expression]) -> int:
    if query.text or query.kind:
        return int(Job.select().where(*conditions).count())
    return sum(
        count
        for (queue, state), count in counts.by_state().items()
        if query.queue in (None, queue) and (not query.state or state in query.state)
    )


def _view(job: Job) -> JobView:
    progress = job.progress
    return JobView(
        id=str(job.id),
        queue=job.queue,
        kind=job.kind,
        state=job.state,
        priority=job.priority,
        run_at=job.run_at,
        attempt=job.attempt,
        max_attempts=job.max_attempts,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        error=job.error,
        args=job.args,
        result=job.result,
        about=job.about,
        merchant_id=job.merchant_id,
        progress=(progress["done"], progress["total"], progress["label"]) if progress else None,
        cancel_requested=job.cancel_requested,
        rescue_count=job.rescue_count,
    )
