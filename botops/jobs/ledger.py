"""Ledger: the table that is both the record of all work and the queue itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botops.jobs.claim import COLUMNS, Claim
from botops.jobs.news import News
from botops.jobs.rates import RateBook
from botops.jobs.request import PLAIN, Enqueued, JobOptions, Request
from botops.jobs.tray import Tray
from botops.kernel import clock, ids
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from botops.jobs.registry import TaskRegistry
    from botops.kernel.events import Bus

__all__ = ["PLAIN", "Enqueued", "JobOptions", "Ledger"]
CANDIDATES = 32  # how many jobs one claim gives a later slot before others get the lock
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
        self.trays = {queue: Tray(bell) for queue, bell in self.news.bells.items()}

    def enqueue(self, kind: str, args: dict[str, Any], *, options: JobOptions = PLAIN) -> Enqueued:
        """Add a job, in the caller's transaction if there is one; workers wake at its commit.

        Raises:
            UsageProblem: The kind or the queue is unknown, or the arguments are no JSON.
        """
        request = Request(self.registry.get(kind), args, options=options)
        if request.may_begin and not db.in_transaction and self.trays[request.queue].promise():
            return self._hand_over(request)
        job = request.insert()
        if job.created:
            self._announce(request, jobs=1)
        return job

    def enqueue_many(
        self, kind: str, many: Iterable[dict[str, Any]], *, options: JobOptions = PLAIN
    ) -> list[Enqueued]:
        """Add jobs of one kind, all or none; where there are keys, each has its own, numbered.

        Raises:
            UsageProblem: The kind or the queue is unknown, or the arguments are no JSON.
        """
        task = self.registry.get(kind)
        requests = [
            Request(task, args, options=options.numbered(number))
            for number, args in enumerate(many, 1)
        ]
        with db.write():
            jobs = [request.insert() for request in requests]
            if added := sum(job.created for job in jobs):
                self._announce(requests[0], jobs=added)
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

    def _hand_over(self, request: Request) -> Enqueued:
        """Add a job and give it to the thread that was promised, if no other comes before it."""
        claim = None
        try:
            job, claim = request.insert_taken(
                token=ids.token(), boot=self.boot, lease_seconds=self.lease_seconds
            )
        finally:
            self.trays[request.queue].fulfil(claim)
        if claim is not None:
            self.news.changed()
        elif job.created:
            self._announce(request, jobs=1)
        return job

    def _announce(self, request: Request, *, jobs: int) -> None:
        if request.delay:
            self.news.due_in(request.delay)
        else:
            self.news.ready(request.queue, jobs)
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
