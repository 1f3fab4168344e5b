"""Storage: lets Huey's consumer and workers run the jobs of the ledger.

Huey as shipped deletes a job before it runs it, so a crash loses it. Here the ledger stays the
truth: Huey asks this storage for a message, gets one whose content is a claim, and calls the one
task that runs it. Results, retries, schedules and locks of Huey are not used.
Private names of Huey 3.5 that this relies on are checked in tests/jobs/test_storage.py.
"""

from __future__ import annotations

import logging
import pickle
from collections import deque
from typing import TYPE_CHECKING, Any

from huey import Huey
from huey.consumer import Consumer
from huey.storage import BlackHoleStorage

from botops.jobs.claim import Claim

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.jobs.ledger import Ledger
    from botops.jobs.worker import Worker

log = logging.getLogger(__name__)
READ_SECONDS = 30.0  # how long an idle worker sleeps at most; a ring wakes it before


class LedgerStorage(BlackHoleStorage):  # type: ignore[misc]  # Huey ships no types
    """What a queue of Huey is to its consumer: `dequeue` blocks until there is a job."""

    blocking = True
    priority = True

    def __init__(self, name: str, *, ledger: Ledger, **options: Any) -> None:
        super().__init__(name, **options)
        self._ledger = ledger
        self._bell = ledger.bells[name]
        self._claimed: deque[Claim] = deque()
        self.message_of: Callable[[Claim], bytes] = pickle.dumps
        self.is_closing = False

    def dequeue(self) -> bytes | None:
        """Return the next job as a message of Huey, or None after a while without one."""
        try:
            return self.message_of(self._claimed.popleft())
        except IndexError:
            heard = self._bell.rung
        if self.is_closing:
            return None
        found = self._ledger.claim(self.name)
        if isinstance(found, Claim):
            return self.message_of(found)
        self._bell.wait(heard, READ_SECONDS if found is None else found)
        return None

    def push(self, claim: Claim) -> None:
        """Let a worker go on with a job that is claimed already."""
        self._claimed.append(claim)

    def close(self) -> None:
        """Give out no more jobs, and put back what was claimed and not begun."""
        self.is_closing = True
        self._bell.ring(sleepers=1_000)
        while self._claimed:
            self._ledger.release(self._claimed.popleft())

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """Refuse: jobs come in through the ledger only."""
        raise RuntimeError("jobs are added with Ledger.enqueue")


class EmbeddedConsumer(Consumer):  # type: ignore[misc]  # Huey ships no types
    """A consumer inside a larger program: it takes no signals."""

    def _set_signal_handlers(self) -> None:
        pass


class QueueRunner:
    """The workers of one queue."""

    def __init__(self, worker: Worker, ledger: Ledger, *, threads: int) -> None:
        self.worker = worker
        self.threads = threads
        self.huey = Huey(worker.queue, storage_class=LedgerStorage, results=False, ledger=ledger)
        self.storage: LedgerStorage = self.huey.storage

        @self.huey.task(name="run_job")  # type: ignore[untyped-decorator]  # Huey ships no types
        def run_job(claim: Claim) -> None:
            if (following := worker.run(claim)) is not None:
                self.storage.push(following)

        self.storage.message_of = lambda claim: self.huey.serialize_task(run_job.s(claim))
        self._consumer = EmbeddedConsumer(
            self.huey, workers=threads, periodic=False, scheduler_interval=60
        )

    def start(self) -> None:
        """Start the worker threads."""
        self._consumer.start()

    def check(self) -> bool:
        """Replace threads that died; tell whether all were well."""
        return bool(self._consumer.check_worker_health())

    def stop(self, seconds: float) -> None:
        """Let running jobs end, for `seconds` at most; put back what was not begun."""
        self.worker.is_closing = True
        self.storage.close()
        self._consumer.shutdown_timeout = seconds
        self._consumer.stop(graceful=True)
        self.storage.close()
