"""Ledger: the table that is both the record of all work and the queue itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botops.jobs import states, text
from botops.jobs.claim import COLUMNS, Claim
from botops.jobs.news import News
from botops.jobs.rates import RateBook
from botops.kernel import clock, ids
from botops.kernel.errors import UsageProblem
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from botops.jobs.registry import Task, TaskRegistry
    from botops.kernel.events import Bus

CANDIDATES = 32  # how many jobs one claim gives a later slot before others get the lock
_INSERT = (
    "INSERT INTO jobs (merchant_id, queue, kind, args, about, state, priority, run_at, attempt, "
    "max_attempts, unique_key, idempotency_key, concurrency_key, gate_key, rate_key, reserved, "
    "rescue_count, cancel_requested, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?) "
    "ON CONFLICT DO NOTHING RETURNING id"
)
_EXISTING = (
    "SELECT id FROM jobs WHERE idempotency_key = ? UNION ALL "
    "SELECT id FROM jobs WHERE unique_key = ? "
    "AND state IN ('scheduled', 'available', 'running', 'retryable')"
)
_READY = (
    f"SELECT {COLUMNS} FROM jobs j "  # noqa: S608 - from our own words
    "WHERE j.state = 'available' AND j.queue = ? "
    "AND NOT EXISTS (SELECT 1 FROM queues q WHERE q.name = ? AND q.paused) "
    "AND (j.concurrency_key IS NULL OR NOT EXISTS (SELECT 1 FROM jobs r "
    "WHERE r.concurrency_key = j.concurrency_key AND r.state = 'running')) "
)
_FIRST = "ORDER BY j.priority DESC, j.id LIMIT 1"
_TAKE = (
    "UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_token = ?, lease_until = ?, "
    "worker = ?, started_at = ?, finished_at = NULL, reserved = 0, progress = NULL "
    "WHERE id = ? AND state = 'available'"
)
_RELEASE = (
    "UPDATE jobs SET attempt = attempt - 1, lease_token = NULL, lease_until = NULL, "
    "progress = NULL, state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'available' END, "
    "finished_at = CASE WHEN cancel_requested THEN ? END "
    "WHERE id = ? AND lease_token = ? AND state = 'running'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """How a job is to be done; what is left out comes from its kind."""

    queue: str | None = None
    merchant_id: str = "default"
    about: str = ""  # what the job is about, for a person
    priority: int = 0  # higher goes first
    delay: float = 0.0  # seconds
    max_attempts: int | None = None
    unique_key: str | None = None  # at most one that has not ended
    idempotency_key: str | None = None  # at most one, for as long as its row is kept
    concurrency_key: str | None = None  # at most one that runs
    gate_key: str | None = None
    rate_key: str | None = None


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The job that stands for the request: a new one, or the one that was there already."""

    id: int
    created: bool


PLAIN = JobOptions()


class Ledger:
    """Takes jobs in, and hands them out one at a time."""

    def __init__(
        self,
        registry: TaskRegistry,
        bus: Bus,
        *,
        rates: RateBook | None = None,
        lease_seconds: float = 30.0,
    ) -> None:
        self.registry = registry
        self.rates = rates or RateBook({})
        self.lease_seconds = lease_seconds
        self.boot = ids.token()  # names this run of the program: never a host name or a pid
        self.news = News(bus)

    def enqueue(self, kind: str, args: dict[str, Any], *, options: JobOptions = PLAIN) -> Enqueued:
        """Add a job, in the caller's transaction if there is one; workers wake at its commit.

        Raises:
            UsageProblem: The kind or the queue is unknown, or the arguments are no JSON.
        """
        task = self.registry.get(kind)
        with db.write():
            job = _add(task, args, options=options)
            if job.created:
                self._announce(task, options, jobs=1)
        return job

    def enqueue_many(
        self, kind: str, many: Iterable[dict[str, Any]], *, options: JobOptions = PLAIN
    ) -> list[Enqueued]:
        """Add jobs of one kind, all or none; where there are keys, each has its own, numbered.

        Raises:
            UsageProblem: The kind or the queue is unknown, or the arguments are no JSON.
        """
        task = self.registry.get(kind)
        with db.write():
            jobs = [
                _add(task, args, options=_numbered(options, number))
                for number, args in enumerate(many, 1)
            ]
            if added := sum(job.created for job in jobs):
                self._announce(task, options, jobs=added)
        return jobs

    def claim(self, queue: str) -> Claim | float | None:
        """Take the next job of a queue, if there is one.

        Returns a claim, or the seconds until a rate limit lets one pass, or None.
        """
        if _candidate(queue, ()) is None:
            return None  # a look costs no lock
        with db.write():
            found = self.claim_within(queue)
            if isinstance(found, Claim):
                self.news.changed()
            return found

    def claim_within(self, queue: str) -> Claim | float | None:
        """Do as `claim` does, inside the transaction that is open."""
        now = clock.epoch()
        closed: dict[str, float] = {}
        for _ in range(CANDIDATES):
            row = _candidate(queue, tuple(closed))
            if row is None:
                return max(0.001, min(closed.values()) - now) if closed else None
            gate, rate, is_reserved = row[8:11]
            if gate and (opens := self.rates.gate_opens_at(gate, now)) > now:
                closed[gate] = opens
            elif rate and not is_reserved and (slot := self.rates.reserve(rate, now)) > now:
                self._reserve(row[0], slot, now=now)
            else:
                if gate:
                    self.rates.pass_gate(gate, now)
                return self._take(row, now)
        return 0.0

    def release(self, claim: Claim) -> None:
        """Put a job back that was claimed and not ended; the try does not count."""
        with db.write():
            if db.change(_RELEASE, (clock.epoch(), claim.id, claim.token)):
                self.news.ready(claim.queue)
                self.news.changed()

    def _announce(self, task: Task, options: JobOptions, *, jobs: int) -> None:
        if options.delay > 0:
            self.news.due_in(options.delay)
        else:
            self.news.ready(_queue_of(task, options), jobs)
        self.news.changed()

    def _reserve(self, job_id: int, slot: float, *, now: float) -> None:
        db.change(
            "UPDATE jobs SET state = 'scheduled', run_at = ?, reserved = 1 WHERE id = ?",
            (slot, job_id),
        )
        self.news.due_in(slot - now)
        self.news.changed()

    def _take(self, row: tuple[Any, ...], now: float) -> Claim:
        claim = Claim.of(row, token=ids.token(), now=now)
        until = now + self.lease_seconds
        db.change(_TAKE, (claim.token, until, self.boot, now, claim.id))
        return claim


def _candidate(queue: str, closed: Sequence[str]) -> tuple[Any, ...] | None:
    if closed:
        marks = ", ".join("?" * len(closed))
        sql = f"{_READY}AND (j.gate_key IS NULL OR j.gate_key NOT IN ({marks})) {_FIRST}"
        rows = db.execute(sql, (queue, queue, *closed))
    else:
        rows = db.execute(_READY + _FIRST, (queue, queue))
    return rows[0] if rows else None


def _add(task: Task, args: object, *, options: JobOptions) -> Enqueued:
    now = clock.epoch()
    delay = max(options.delay, 0.0)
    values = (
        options.merchant_id, _queue_of(task, options), task.kind, _json(args),
        text.about(options.about), states.SCHEDULED if delay else states.AVAILABLE,
        options.priority, now + delay, max(options.max_attempts or task.max_attempts, 1),
        options.unique_key, options.idempotency_key, options.concurrency_key,
        options.gate_key, options.rate_key, now,
    )  # fmt: skip
    rows = db.execute(_INSERT, values)
    if rows:
        return Enqueued(rows[0][0], created=True)
    rows = db.execute(_EXISTING, (options.idempotency_key, options.unique_key))
    return Enqueued(rows[0][0], created=False)


def _json(args: object) -> str:
    if not isinstance(args, dict):
        raise UsageProblem("The arguments of a job must be a JSON object.")
    try:
        return text.to_json(args)
    except (TypeError, ValueError) as error:
        raise UsageProblem(f"The arguments of a job must be JSON: {error}.") from error


def _numbered(options: JobOptions, number: int) -> JobOptions:
    if number == 1 or (options.idempotency_key is None and options.unique_key is None):
        return options
    idempotency_key = options.idempotency_key and f"{options.idempotency_key}#{number}"
    unique_key = options.unique_key and f"{options.unique_key}#{number}"
    return replace(options, idempotency_key=idempotency_key, unique_key=unique_key)


def _queue_of(task: Task, wanted: JobOptions) -> str:
    queue = wanted.queue or task.queue
    if queue not in states.QUEUES or (task.queue and wanted.queue not in (None, task.queue)):
        raise UsageProblem(
            f"Jobs of the kind {task.kind} can't wait in {queue}.",
            hint=f"Queues: {task.queue or ', '.join(states.QUEUES)}.",
        )
    return queue
