"""BotOps: the queue as it ships, its threads beside those that add. `… FOLDER JOBS WORKERS`."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.peers.stamps import Stamps, measure, tell
from botops.jobs.counts import install_counts
from botops.jobs.ledger import JobOptions, Ledger
from botops.jobs.registry import Task, TaskRegistry
from botops.jobs.run import JobRun
from botops.jobs.states import ORDER_PROCESSING
from botops.jobs.system import QueueSystem
from botops.kernel.events import Bus
from botops.store import db
from botops.store.migrate import migrate


def main(folder: Path, jobs: int, workers: int) -> None:
    """Measure, and check that every job was booked as done."""
    stamps = Stamps(folder / "stamps")
    db.open(folder / "botops.db")
    migrate(folder / "botops.db", folder, triggers=[install_counts])
    registry = TaskRegistry()
    ledger = Ledger(registry, Bus(db.after_commit))
    options = JobOptions(queue=ORDER_PROCESSING)

    def noop(run: JobRun) -> None:
        stamps.put(run.args["n"])

    registry.add(Task(kind="noop", handler=noop))
    system = QueueSystem(ledger, {ORDER_PROCESSING: workers})
    system.start()
    tell(
        measure(
            stamps,
            jobs,
            add=lambda number: ledger.enqueue("noop", {"n": number}, options=options),
            add_many=lambda numbers: ledger.enqueue_many(
                "noop", ({"n": number} for number in numbers), options=options
            ),
        )
    )
    system.stop()
    left = db.execute("SELECT count(*) FROM jobs WHERE state <> 'completed'")
    assert left == [(0,)], left
    db.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
