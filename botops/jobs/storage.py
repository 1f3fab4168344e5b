"""Storage: lets Huey's consumer and threads run the jobs of the ledger.

Huey as shipped deletes a job before it runs it, so a crash loses it. Here the ledger stays the
truth: Huey asks this storage for a message, gets one whose content is a claim, and calls the one
task that runs it. Results, retries, schedules and locks of Huey are not used.
Private names of Huey 3.5 that this relies on are checked in tests/jobs/test_storage.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huey import Huey
from huey.consumer import Consumer
from huey.storage import BlackHoleStorage
from typing_extensions import override

from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.claim import Claim
    from botops.jobs.worker import Worker


class LedgerStorage(BlackHoleStorage):
    """What a queue of Huey is to its consumer: `dequeue` blocks until there is a job."""

    blocking = True

    def __init__(self, name: str, *, worker: Worker, **options: Any) -> None:
        super().__init__(name, **options)
        self._worker = worker

    @override
    def dequeue(self) -> Claim | None:
        """Return the next job, or None after a while without one."""
        return self._worker.next_claim()

    @override
    def enqueue(self, data: Any, priority: float | None = None) -> None:
        """Refuse: jobs come in through the ledger only."""
        raise RuntimeError("jobs are added with Ledger.enqueue")


class LedgerHuey(Huey):
    """A Huey whose messages are claims; they never leave this process."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker.queue, storage_class=LedgerStorage, results=False, worker=worker)
        self._run_job = self.task(name="run_job")(worker.run)

    @override
    def deserialize_task(self, data: Claim) -> Any:
        """Return the task that runs a claim."""
        return self._run_job.s(data, id=str(data.id))


class EmbeddedConsumer(Consumer):
    """A consumer inside a larger program: it takes no signals."""

    @override
    def _set_signal_handlers(self) -> None:
        pass


class QueueRunner:
    """The threads of one queue."""

    def __init__(self, worker: Worker, *, threads: int) -> None:
        self.worker = worker
        self.huey = LedgerHuey(worker)
        self.huey.on_shutdown()(db.disconnect)  # each thread closes its own connection
        self._consumer = EmbeddedConsumer(
            self.huey, workers=threads, periodic=False, scheduler_interval=60
        )

    def start(self) -> None:
        """Start the threads."""
        self._consumer.start()

    def check(self) -> bool:
        """Replace threads that died; tell whether all were well."""
        return bool(self._consumer.check_worker_health())

    def close(self) -> None:
        """Let the threads begin no more jobs, and end."""
        self._consumer.stop_flag.set()
        self.worker.close()

    def join(self, seconds: float) -> None:
        """Wait for the threads to end, for `seconds` at most; give back what is left."""
        self._consumer.shutdown_timeout = seconds
        self._consumer.stop(graceful=True)
        for claim in self.worker.held():
            self.worker.put_back(claim)
