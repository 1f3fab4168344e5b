"""RQ: on Redis, with a pool of its own worker processes. `… FOLDER JOBS WORKERS`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from redis import Redis
from rq import Queue

from bench.peers.stamps import Stamps, measure, tell

FOLDER = Path(os.environ.get("BENCH_FOLDER", "."))
SOCKET = FOLDER / "redis.sock"
stamps = Stamps(FOLDER / "stamps")


def noop(number: int) -> None:
    """Do nothing."""
    stamps.put(number)


def main(jobs: int, workers: int) -> None:
    """Measure."""
    queue = Queue("bench", connection=Redis(unix_socket_path=str(SOCKET)))
    words = ["worker-pool", "bench", "-n", str(workers), "-u", f"unix://{SOCKET}", "-q"]
    task = "bench.peers.queue_rq.noop"  # by name: in this process it is called __main__
    with subprocess.Popen([sys.executable, "-m", "rq.cli", *words]) as pool:
        try:
            found = measure(
                stamps,
                jobs,
                add=lambda number: queue.enqueue(task, number),
                add_many=lambda numbers: queue.enqueue_many(
                    [Queue.prepare_data(task, (number,)) for number in numbers]
                ),
            )
            tell(found)
        finally:
            pool.terminate()


if __name__ == "__main__":
    main(int(sys.argv[2]), int(sys.argv[3]))
