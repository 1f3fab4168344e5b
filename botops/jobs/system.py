"""System: the queue as a whole: workers, timer, and their start and end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botops.jobs import counts, states
from botops.jobs.calendar import Calendar, Entry
from botops.jobs.rescue import Leases
from botops.jobs.storage import QueueRunner
from botops.jobs.timer import Timer
from botops.jobs.worker import Worker
from botops.kernel import clock

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
            QueueRunner(Worker(ledger, queue), threads=threads)
            for queue, threads in workers.items()
        ]
        self._leases = Leases(ledger, held=self.held)
        self._timer = Timer(ledger, Calendar(ledger, calendar), leases=self._leases)

    def held(self) -> set[str]:
        """Return the lease tokens of the jobs that this process holds."""
        return {claim.token for runner in self._runners for claim in runner.worker.held()}

    def start(self) -> int:
        """Put back what an earlier run left, then start; return how many jobs were put back."""
        put_back = self._leases.recover()
        self._timer.start()
        for runner in self._runners:
            runner.start()
        return put_back

    def check(self) -> str:
        """Replace threads that died; return what was wrong, or nothing."""
        died = [runner.worker.queue for runner in self._runners if not runner.check()]
        if not self._timer.is_alive():
            died.append("timer")
            self._timer.start()
        return f"threads of {', '.join(died)} had died and were replaced" if died else ""

    def nudge(self) -> None:
        """Look for jobs that another process has added or changed."""
        self._ledger.news.timer_bell.ring()
        for (queue, state), jobs in counts.by_state().items():
            if state == states.AVAILABLE and jobs:
                self._ledger.news.ready(queue, jobs)

    def stop(self, seconds: float = 5.0) -> None:
        """Let running jobs end within the time; what is still running then is put back."""
        deadline = clock.monotonic() + seconds
        for runner in self._runners:
            runner.close()
        for runner in self._runners:
            runner.join(max(0.1, deadline - clock.monotonic()))
        self._timer.stop()
