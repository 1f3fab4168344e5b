"""System: the queue as a whole: workers, timer, and their start and end."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from botops.jobs import states
from botops.jobs.calendar import Calendar, Entry
from botops.jobs.storage import QueueRunner
from botops.jobs.timer import Timer
from botops.jobs.worker import Worker

if TYPE_CHECKING:
    from botops.jobs.ledger import Ledger

log = logging.getLogger(__name__)


class QueueSystem:
    """Everything of the queue that runs."""

    def __init__(
        self, ledger: Ledger, workers: dict[str, int], *, calendar: tuple[Entry, ...] = ()
    ) -> None:
        """Make the workers of each queue; nothing runs before `start`."""
        self._ledger = ledger
        self._runners = [
            QueueRunner(Worker(ledger, queue), ledger, threads=threads)
            for queue, threads in workers.items()
        ]
        self.timer = Timer(ledger, Calendar(ledger, calendar), self.held)

    def held(self) -> list[str]:
        """Return the lease tokens of the jobs that run here."""
        return [token for runner in self._runners for token in list(runner.worker.running)]

    def start(self) -> int:
        """Put back what an earlier run left, then start; return how many jobs were put back."""
        put_back = self.timer.recover()
        self.timer.start()
        for runner in self._runners:
            runner.start()
        return put_back

    def check(self) -> str:
        """Replace worker threads that died; return what was wrong, or nothing."""
        replaced = [runner.worker.queue for runner in self._runners if not runner.check()]
        if not self.timer.is_alive():
            return "the timer has ended"
        return f"workers of {', '.join(replaced)} had died and were replaced" if replaced else ""

    def nudge(self) -> None:
        """Look for jobs that another process has added or changed."""
        self._ledger.timer_bell.ring()
        for queue in states.QUEUES:
            bell = self._ledger.bells[queue]
            if bell.has_sleepers:
                bell.ring()

    def stop(self, seconds: float = 5.0) -> None:
        """Let running jobs end within the time; what is still running then is put back."""
        deadline = time.monotonic() + seconds
        for runner in self._runners:
            runner.worker.is_closing = True
            runner.storage.close()
        for runner in self._runners:
            runner.stop(max(0.1, deadline - time.monotonic()))
        self.timer.stop()
        for claim in [
            claim for runner in self._runners for claim in runner.worker.running.values()
        ]:
            log.warning("job %d did not end in time and is put back", claim.id)
            self._ledger.release(claim)
