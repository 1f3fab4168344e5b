"""Ledger: the table that is both the record of all work and the queue itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botops.jobs import states
from botops.jobs.bells import Bell
from botops.jobs.claim import COLUMNS, Claim
from botops.jobs.rates import RateBook
from botops.kernel import clock, ids
from botops.kernel.errors import UsageProblem
from botops.kernel.events import Bus, Changed
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.registry import Task, TaskRegistry

CANDIDATES = 32  # how many rate-limited jobs one claim looks at before it gives up for now
_INSERT = (
    "INSERT INTO jobs (merchant_id, queue, kind, args, about, state, priority, run_at, attempt, "
    "max_attempts, unique_key, idempotency_key, concurrency_key, gate_key, rate_key, reserved, "
    "rescue_count, cancel_requested, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?) "
    "ON CONFLICT DO NOTHING RETURNING id"
)
_READY = (
    "SELECT " + COLUMNS + " FROM jobs j WHERE j.state = 'available' AND j.queue = ? "
    "AND NOT EXISTS (SELECT 1 FROM queues q WHERE q.name = j.queue AND q.paused) "
    "AND (j.concurrency_key IS NULL OR NOT EXISTS (SELECT 1 FROM jobs r "
    "WHERE r.concurrency_key = j.concurrency_key AND r.state = 'running')) "
)
_TAKE = (
    "UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_token = ?, lease_until = ?, "
    "worker = ?, started_at = ?, finished_at = NULL, reserved = 0, progress = NULL "
    "WHERE id = ? AND state = 'available'"
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
    idempotency_key: str | None = None  # at most one, for ever
    concurrency_key: str | None = None  # at most one that runs
    gate_key: str | None = None
    rate_key: str | None = None


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The job that stands for the request: a new one, or the one that was there already."""

    id: int
    created: bool


class Ledger:
    """Takes jobs in, hands them out one at a time, and books how they ended."""

    def __init__(
        self,
        registry: TaskRegistry,
        bus: Bus,
        *,
        rates: RateBook | None = None,
        lease_seconds: float = 30.0,
    ) -> None:
        self.registry = registry
        self.bus = bus
        self.rates = rates or RateBook({})
        self.lease_seconds = lease_seconds
        self.boot = ids.token()  # names this run of the program: never a host name or a pid
        self.bells = {name: Bell() for name in states.QUEUES}
        self.timer_bell = Bell()

    def enqueue(
        self, kind: str, args: dict[str, Any], options: JobOptions | None = None
    ) -> Enqueued:
        """Add a job, in the caller's transaction if there is one; workers wake at its commit.

        Raises:
            UsageProblem: The kind or the queue is unknown.
        """
        wanted = options or JobOptions()
        task = self.registry.get(kind)
        queue = _queue_of(task, wanted)
        now = clock.epoch()
        waits = wanted.delay > 0
        values = (
            wanted.merchant_id, queue, kind, json.dumps(args, ensure_ascii=False), wanted.about,
            states.SCHEDULED if waits else states.AVAILABLE, wanted.priority, now + wanted.delay,
            wanted.max_attempts or task.max_attempts, wanted.unique_key, wanted.idempotency_key,
            wanted.concurrency_key, wanted.gate_key, wanted.rate_key, now,
        )  # fmt: skip
        with db.write():
            rows = db.execute(_INSERT, values)
            if not rows:
                return Enqueued(self._existing(wanted), created=False)
            bell = self.timer_bell if waits else self.bells[queue]
            db.after_commit(bell.ring)
            self.changed()
        return Enqueued(int(rows[0][0]), created=True)

    def claim(self, queue: str) -> Claim | float | None:
        """Take the next job of a queue, if there is one.

        Returns a claim, or the seconds until a rate limit lets one pass, or None.
        """
        ready = "SELECT 1 FROM jobs WHERE state = 'available' AND queue = ? LIMIT 1"
        if not db.execute(ready, (queue,)):
            return None  # a look costs no lock
        with db.write():
            return self.claim_within(queue)

    def claim_within(self, queue: str) -> Claim | float | None:
        """Do as `claim` does, inside the transaction that is open."""
        now = clock.epoch()
        closed: dict[str, float] = {}
        for _ in range(CANDIDATES):
            row = self._candidate(queue, closed)
            if row is None:
                break
            gate, rate, reserved = row[7:10]
            if gate and (opens := self.rates.opens_at(gate)) > now:
                closed[gate] = opens
            elif rate and not reserved and (slot := self.rates.take(rate, now)) > now:
                self._reserve(row[0], slot)
            else:
                if gate:
                    self.rates.take(gate, now)
                return self._take(row, now)
        return max(0.001, min(closed.values()) - now) if closed else None

    def release(self, claim: Claim) -> None:
        """Put a job back that was claimed and never begun."""
        with db.write():
            db.change(
                "UPDATE jobs SET state = 'available', attempt = attempt - 1, lease_token = NULL, "
                "lease_until = NULL WHERE id = ? AND lease_token = ? AND state = 'running'",
                (claim.id, claim.token),
            )
            self.changed()

    def changed(self) -> None:
        """Say that rows of the ledger are new, once the transaction is committed."""
        self.bus.publish(Changed("jobs"))

    def _existing(self, wanted: JobOptions) -> int:
        rows = db.execute(
            "SELECT id FROM jobs WHERE idempotency_key = ? OR (unique_key = ? AND state IN "
            "('scheduled', 'available', 'running', 'retryable')) LIMIT 1",
            (wanted.idempotency_key, wanted.unique_key),
        )
        return int(rows[0][0])

    def _candidate(self, queue: str, closed: dict[str, float]) -> tuple[Any, ...] | None:
        marks = ", ".join("?" * len(closed))
        gates = f"AND (j.gate_key IS NULL OR j.gate_key NOT IN ({marks})) " if closed else ""
        sql = f"{_READY}{gates}ORDER BY j.priority DESC, j.id LIMIT 1"
        rows = db.execute(sql, (queue, *closed))
        return rows[0] if rows else None

    def _reserve(self, job_id: int, slot: float) -> None:
        db.change(
            "UPDATE jobs SET state = 'scheduled', run_at = ?, reserved = 1 WHERE id = ?",
            (slot, job_id),
        )
        db.after_commit(self.timer_bell.ring)

    def _take(self, row: tuple[Any, ...], now: float) -> Claim:
        claim = Claim.of(row, token=ids.token(), now=now)
        until = now + self.lease_seconds
        db.change(_TAKE, (claim.token, until, self.boot, now, claim.id))
        self.changed()
        return claim


def _queue_of(task: Task, wanted: JobOptions) -> str:
    queue = wanted.queue or task.queue
    if queue not in states.QUEUES or (task.queue and wanted.queue not in (None, task.queue)):
        raise UsageProblem(
            f"Jobs of the kind {task.kind} can't wait in {queue}.",
            hint=f"Queues: {task.queue or ', '.join(states.QUEUES)}.",
        )
    return queue
