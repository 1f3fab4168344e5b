"""Process: the real queue with producers beside it, made to be killed at any moment.

`python queue_process.py DATABASE ACKNOWLEDGED JOBS SEED` adds the jobs that are not acknowledged
yet, works off what is there, and ends when nothing is left to do.
"""

import logging
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

from botops.jobs import counts, states
from botops.jobs.ledger import JobOptions, Ledger
from botops.jobs.probe import PROBE
from botops.jobs.registry import TaskRegistry
from botops.jobs.system import QueueSystem
from botops.kernel.events import Bus
from botops.store import db

WORKERS = dict(zip(states.QUEUES, (2, 5, 2, 5), strict=True))
ENDED = (states.COMPLETED, states.DISCARDED, states.CANCELLED)


def acknowledged(file: Path) -> set[int]:
    """Numbers that were acknowledged; a line that was cut off is none."""
    if not file.exists():
        return set()
    lines = file.read_text(encoding="ascii").split("\n")
    return {int(line) for line in lines[:-1] if line}


def job(number: int, seed: int) -> tuple[dict[str, Any], JobOptions]:
    """Arguments and options of a job: the same for the same number, most of them plain."""
    dice = random.Random(f"{seed} {number}")
    args: dict[str, Any] = {"value": number}
    more: dict[str, Any] = {}
    chance = dice.random()
    if chance < 0.03:
        args["fail_times"] = 1
    elif chance < 0.08:
        args["seconds"] = dice.uniform(0.0, 0.1)
    elif chance < 0.12:
        more["delay"] = dice.uniform(0.0, 1.0)
    elif chance < 0.20:
        more["concurrency_key"] = f"key {dice.randrange(7)}"
    options = JobOptions(
        queue=states.QUEUES[number % len(states.QUEUES)],
        idempotency_key=f"torture {number}",
        priority=dice.choice((0, 0, 0, 1, -1)),
        **more,
    )
    return args, options


def produce(ledger: Ledger, numbers: list[int], *, file: Path, seed: int) -> None:
    """Add jobs; a number is written down, and is on disk, only after its job is."""
    log = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in numbers:
        args, options = job(number, seed)
        ledger.enqueue("probe", args, options=options)
        os.write(log, f"{number}\n".encode())
        os.fsync(log)
    os.close(log)
    db.disconnect()


def is_at_rest() -> bool:
    """Whether every job has ended."""
    return not any(
        count for (_queue, state), count in counts.by_state().items() if state not in ENDED
    )


def main(database: Path, file: Path, jobs: int, seed: int) -> None:
    """Work until all is done, or until the end."""
    logging.disable(logging.WARNING)  # failures and rescues are the order of the day here
    db.open(database)
    registry = TaskRegistry()
    registry.add(PROBE)
    ledger = Ledger(registry, Bus(db.after_commit))
    system = QueueSystem(ledger, WORKERS)
    system.start()
    print("ready", flush=True)  # noqa: T201 - what the parent waits for
    left = sorted(set(range(jobs)) - acknowledged(file))
    producers = [
        threading.Thread(
            target=produce, args=(ledger, left[part::4]), kwargs={"file": file, "seed": seed}
        )
        for part in range(4)
    ]
    for producer in producers:
        producer.start()
    for producer in producers:
        producer.join()
    while not is_at_rest():
        time.sleep(0.02)
    system.stop()
    db.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
