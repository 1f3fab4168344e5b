"""News: wakes those who have something to do, once the change that gives it to them is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.jobs import states
from botops.jobs.bells import Bell, TimerBell
from botops.kernel.events import Bus, Changed
from botops.store import db

if TYPE_CHECKING:
    from botops.kernel.events import PublicEvent

JOBS_CHANGED = Changed("jobs")
EVERYBODY = 1_000


class News:
    """What the ledger announces. Within a transaction each call waits for its commit."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.bells = {name: Bell() for name in states.QUEUES}
        self.timer_bell = TimerBell()

    def ready(self, queue: str, jobs: int = 1) -> None:
        """Say that so many jobs of a queue may begin."""
        bell = self.bells[queue]
        db.after_commit(lambda: bell.ring(jobs))

    def anywhere(self) -> None:
        """Say that in any of the queues a job may begin that had to wait for another."""
        for queue in self.bells:
            self.ready(queue)

    def due_in(self, seconds: float) -> None:
        """Say that the timer has something to do in so many seconds."""
        db.after_commit(lambda: self.timer_bell.due_in(seconds))

    def changed(self) -> None:
        """Say that rows of the ledger are new."""
        self._bus.publish(JOBS_CHANGED)

    def publish(self, event: PublicEvent) -> None:
        """Tell the world, in the transaction that is open."""
        self._bus.publish(event)
