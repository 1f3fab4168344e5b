"""Huey: SqliteHuey as it ships, with its own consumer process. `… FOLDER JOBS WORKERS`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from huey import SqliteHuey

from bench.peers.stamps import Stamps, measure, tell

FOLDER = Path(os.environ.get("BENCH_FOLDER", "."))
CONSUMER = "huey.bin.huey_consumer"
huey = SqliteHuey("bench", filename=str(FOLDER / "huey.db"))
stamps = Stamps(FOLDER / "stamps")


@huey.task()  # type: ignore[untyped-decorator]  # Huey ships no types
def noop(number: int) -> None:
    """Do nothing."""
    stamps.put(number)


def main(jobs: int, workers: int) -> None:
    """Measure."""
    words = ["bench.peers.queue_huey.huey", "-w", str(workers), "-q", "-n"]
    with subprocess.Popen([sys.executable, "-m", CONSUMER, *words]) as consumer:
        try:
            tell(measure(stamps, jobs, add=noop))
        finally:
            consumer.terminate()


if __name__ == "__main__":
    from bench.peers import queue_huey  # by its name: a task of __main__ is another's task

    queue_huey.main(int(sys.argv[2]), int(sys.argv[3]))
