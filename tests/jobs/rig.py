"""Rig: a ledger without threads, in which jobs run when the test says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from botops.jobs import states
from botops.jobs.calendar import Calendar, Entry
from botops.jobs.claim import Claim
from botops.jobs.control import Control
from botops.jobs.desk import JobDesk
from botops.jobs.ledger import JobOptions, Ledger
from botops.jobs.probe import PROBE
from botops.jobs.rates import RateBook
from botops.jobs.registry import Task, TaskRegistry
from botops.jobs.rescue import Leases
from botops.jobs.run import JobRun
from botops.jobs.timer import Timer
from botops.jobs.worker import Worker
from botops.kernel.events import Bus, Changed, PublicEvent
from botops.store import db

QUEUE = states.ORDER_PROCESSING
NOON = 1_795_521_600.0  # where frozen clocks stand; 2026-11-24 12:00:00 UTC
PATIENCE = 20.0  # seconds after which a test says that something never came


class Rig:
    """One ledger with all that belongs to it, and the kinds that a test adds."""

    def __init__(self, rates: RateBook | None = None) -> None:
        self.bus = Bus(db.after_commit)
        self.events: list[PublicEvent] = []
        self.changes: list[Changed] = []
        self.bus.within(PublicEvent, self.events.append)
        self.bus.subscribe(Changed, self.changes.append)
        self.registry = TaskRegistry()
        self.registry.add(PROBE)
        self.registry.add(Task(kind="noop", handler=lambda run: None))
        self.ledger = Ledger(self.registry, self.bus, rates=rates)
        self.control = Control(self.ledger)
        self.desk = JobDesk(self.ledger, self.control, workers={QUEUE: 2})
        self.workers = {queue: Worker(self.ledger, queue) for queue in states.QUEUES}
        self.leases = Leases(self.ledger, held=self.held)

    def held(self) -> set[str]:
        """Tokens of what the workers hold."""
        return {claim.token for worker in self.workers.values() for claim in worker.held()}

    def add_kind(self, handler: Callable[[JobRun], Any], kind: str = "test", **more: Any) -> None:
        """Make a kind known."""
        self.registry.add(Task(kind=kind, handler=handler, **more))

    def add(self, kind: str = "noop", args: dict[str, Any] | None = None, **options: Any) -> int:
        """Add a job and return its number."""
        wanted = JobOptions(**{"queue": QUEUE, **options})
        return self.ledger.enqueue(kind, args or {}, options=wanted).id

    def claim(self, queue: str = QUEUE) -> Claim:
        """Claim the next job, which must be there."""
        found = self.ledger.claim(queue)
        assert isinstance(found, Claim), found
        return found

    def claimed(self, queue: str = QUEUE) -> int | None:
        """Claim the next job and return its number, if there is one."""
        found = self.ledger.claim(queue)
        return found.id if isinstance(found, Claim) else None

    def run_all(self, queue: str = QUEUE) -> list[int]:
        """Run what can run now, one after the other, and return the numbers."""
        worker, ran = self.workers[queue], []
        while isinstance(claim := worker.take_waiting() or self.ledger.claim(queue), Claim):
            worker.run(claim)
            ran.append(claim.id)
        return ran

    def timer(self, *entries: Entry) -> Timer:
        """A timer whose thread does not run: `tick` it."""
        return Timer(self.ledger, Calendar(self.ledger, entries), leases=self.leases)

    def state(self, job_id: int) -> str:
        """The state of a job."""
        return str(self.column(job_id, "state"))

    def column(self, job_id: int, name: str) -> Any:
        """One column of a job."""
        return db.execute(f"SELECT {name} FROM jobs WHERE id = ?", (job_id,))[0][0]


def attempts(job_id: int) -> list[tuple[int, str]]:
    """Numbers and first lines of the errors of a job's attempts."""
    rows = db.execute(
        "SELECT attempt, error FROM job_attempts WHERE job_id = ? ORDER BY id", (job_id,)
    )
    return [(attempt, error.partition("\n")[0]) for attempt, error in rows]


def counts_are_true() -> bool:
    """Whether the kept counts are those of the table."""
    kept = "SELECT queue, state, count FROM queue_stats WHERE count <> 0 ORDER BY 1, 2"
    true = "SELECT queue, state, count(*) FROM jobs GROUP BY 1, 2 ORDER BY 1, 2"
    return db.execute(kept) == db.execute(true)


def until(look: Callable[[], object], what: str) -> None:
    """Wait until `look` finds something; threads are waited for here, and nowhere else."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not look():
        assert time.monotonic() < deadline, f"{what} did not come within {PATIENCE:g} s"
        pause.wait(0.002)
