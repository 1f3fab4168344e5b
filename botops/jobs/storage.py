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
from huey.serializer import Serializer
from huey.storage import BlackHoleStorage
from typing_extensions import override

from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.jobs.claim import Claim
    from botops.jobs.worker import Worker


class LedgerStorage(BlackHoleStorage):
    """What a queue of Huey is to its consumer: `dequeue` blocks until there is a job."""

    blocking = True
    message_of: Callable[[Claim], Any]  # given by the runner, which knows the task

    def __init__(self, name: str, *, worker: Worker, **options: Any) -> None:
        super().__init__(name, **options)
        self._worker = worker

    @override
    def dequeue(self) -> Any:
        """Return the next job as a message of Huey, or None after a while without one."""
        claim = self._worker.next_claim()
        return None if claim is None else self.message_of(claim)

    @override
    def enqueue(self, data: Any, priority: float | None = None) -> None:
        """Refuse: jobs come in through the ledger only."""
        raise RuntimeError("jobs are added with Ledger.enqueue")


class AsItIs(Serializer):
    """A serializer that does nothing: messages never leave this process."""

    @override
    def serialize(self, data: Any) -> Any:
        """Return the message."""
        return data

    @override
    def deserialize(self, data: Any) -> Any:
        """Return the message."""
        return data


class EmbeddedConsumer(Consumer):
    """A consumer inside a larger program: it takes no signals."""

    @override
    def _set_signal_handlers(self) -> None:
        pass


class QueueRunner:
    """The threads of one queue."""

    def __init__(self, worker: Worker, *, threads: int) -> None:
        self.worker = worker
        self.huey = Huey(
            worker.queue,
            storage_class=LedgerStorage,
            serializer=AsItIs(),
            results=False,
            worker=worker,
        )
        run_job = self.huey.task(name="run_job")(worker.run)
        self.huey.storage.message_of = lambda claim: self.huey.serialize_task(run_job.s(claim))
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
