"""Request: a job that is asked for, checked and made a row of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botops.jobs import states, text
from botops.jobs.claim import Claim
from botops.kernel import clock
from botops.kernel.errors import UsageProblem
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.registry import Task

_COLUMNS = (
    "merchant_id, queue, kind, args, about, state, priority, run_at, max_attempts, unique_key, "
    "idempotency_key, concurrency_key, gate_key, rate_key, created_at, attempt, lease_token, "
    "lease_until, worker, started_at, reserved, rescue_count, cancel_requested"
)
_INSERT = (
    f"INSERT INTO jobs ({_COLUMNS}) "  # noqa: S608 - from our own words
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, NULL, NULL, NULL, 0, 0, 0) "
    "ON CONFLICT DO NOTHING RETURNING id"
)
# The same, and where nothing comes before it, the job runs already: one commit for both.
_INSERT_TAKEN = (
    f"INSERT INTO jobs ({_COLUMNS}) "  # noqa: S608 - from our own words
    "SELECT ?1, ?2, ?3, ?4, ?5, CASE WHEN taken THEN 'running' ELSE ?6 END, ?7, ?8, ?9, ?10, ?11, "
    "?12, ?13, ?14, ?15, taken, CASE WHEN taken THEN ?16 END, CASE WHEN taken THEN ?17 END, "
    "CASE WHEN taken THEN ?18 END, CASE WHEN taken THEN ?15 END, 0, 0, 0 "
    "FROM (SELECT NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'available' AND queue = ?2) "
    "AND NOT EXISTS (SELECT 1 FROM queues WHERE name = ?2 AND paused) AND (?12 IS NULL OR "
    "NOT EXISTS (SELECT 1 FROM jobs WHERE concurrency_key = ?12 AND state = 'running')) AS taken) "
    "WHERE TRUE ON CONFLICT DO NOTHING RETURNING id, attempt"
)
_EXISTING = (
    "SELECT id FROM jobs WHERE idempotency_key = ? UNION ALL "
    "SELECT id FROM jobs WHERE unique_key = ? "
    "AND state IN ('scheduled', 'available', 'running', 'retryable')"
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

    def numbered(self, number: int) -> JobOptions:
        """Return the options of one of many jobs: each has keys of its own."""
        if number == 1 or (self.idempotency_key is None and self.unique_key is None):
            return self
        return replace(
            self,
            idempotency_key=self.idempotency_key and f"{self.idempotency_key}#{number}",
            unique_key=self.unique_key and f"{self.unique_key}#{number}",
        )


PLAIN = JobOptions()


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The job that stands for the request: a new one, or the one that was there already."""

    id: int
    created: bool


class Request:
    """A job that is asked for."""

    def __init__(self, task: Task, args: object, *, options: JobOptions) -> None:
        """Check what is asked for.

        Raises:
            UsageProblem: The kind can't wait in that queue, or the arguments are no JSON.
        """
        self.queue = _queue_of(task, options)
        self.delay = max(options.delay, 0.0)
        self._options = options
        self._max_attempts = max(options.max_attempts or task.max_attempts, 1)
        self._now = clock.epoch()
        self._args = _json(args)
        self._kind = task.kind

    @property
    def may_begin(self) -> bool:
        """Whether the job may run as soon as a thread is free for it."""
        return not (self.delay or self._options.gate_key or self._options.rate_key)

    def insert(self) -> Enqueued:
        """Make it a row, or find the one that has its key."""
        while not (rows := db.write_one(_INSERT, self._values())):
            if (job := self._existing()) is not None:
                return job
        return Enqueued(rows[0][0], created=True)

    def insert_taken(
        self, *, token: str, boot: str, lease_seconds: float
    ) -> tuple[Enqueued, Claim | None]:
        """Make it a row and claim it, where no other job of its queue comes before it."""
        values = (*self._values(), token, self._now + lease_seconds, boot)
        while not (rows := db.write_one(_INSERT_TAKEN, values)):
            if (job := self._existing()) is not None:
                return job, None
        job_id, is_taken = rows[0]
        claim = self._claim(job_id, token) if is_taken else None
        return Enqueued(job_id, created=True), claim

    def _existing(self) -> Enqueued | None:
        keys = (self._options.idempotency_key, self._options.unique_key)
        rows = db.execute(_EXISTING, keys)  # none, when it was removed in this very moment
        return Enqueued(rows[0][0], created=False) if rows else None

    def _values(self) -> tuple[Any, ...]:
        options = self._options
        return (
            options.merchant_id, self.queue, self._kind, self._args, text.about(options.about),
            states.SCHEDULED if self.delay else states.AVAILABLE,
            options.priority, self._now + self.delay, self._max_attempts,
            options.unique_key, options.idempotency_key, options.concurrency_key,
            options.gate_key, options.rate_key, self._now,
        )  # fmt: skip

    def _claim(self, job_id: int, token: str) -> Claim:
        return Claim(
            id=job_id,
            queue=self.queue,
            kind=self._kind,
            args=self._args,
            attempt=1,
            max_attempts=self._max_attempts,
            concurrency_key=self._options.concurrency_key,
            merchant_id=self._options.merchant_id,
            token=token,
            started_at=self._now,
        )


def _json(args: object) -> str:
    if not isinstance(args, dict):
        raise UsageProblem("The arguments of a job must be a JSON object.")
    try:
        return text.to_json(args)
    except (TypeError, ValueError) as error:
        raise UsageProblem(f"The arguments of a job must be JSON: {error}.") from error


def _queue_of(task: Task, wanted: JobOptions) -> str:
    queue = wanted.queue or task.queue
    if queue not in states.QUEUES or (task.queue and wanted.queue not in (None, task.queue)):
        raise UsageProblem(
            f"Jobs of the kind {task.kind} can't wait in {queue}.",
            hint=f"Queues: {task.queue or ', '.join(states.QUEUES)}.",
        )
    return queue
