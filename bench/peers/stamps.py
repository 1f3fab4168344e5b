"""Stamps: when each job began, written by whichever process runs it, read by the one that asks."""

from __future__ import annotations

import json
import os
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

ENTRY = struct.Struct("<qd")
PATIENCE = 120.0
PAUSE = 0.004  # seconds between two jobs whose wait is measured: the queue is at rest

Add = Callable[[int], object]


class Stamps:
    """A file of numbers and moments on the machine's monotonic clock."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._out = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def put(self, number: int) -> None:
        """Say that a job begins now."""
        os.write(self._out, ENTRY.pack(number, time.monotonic()))

    def count(self) -> int:
        """Return how many have begun."""
        return os.fstat(self._out).st_size // ENTRY.size

    def wait(self, count: int) -> list[tuple[int, float]]:
        """Wait until so many have begun; return them all."""
        deadline = time.monotonic() + PATIENCE
        while self.count() < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.count()} of {count} jobs within {PATIENCE:g} s")
            time.sleep(0.0005)
        return list(ENTRY.iter_unpack(self._file.read_bytes()))


def measure(
    stamps: Stamps, jobs: int, *, add: Add, add_many: Callable[[list[int]], object] | None = None
) -> dict[str, object]:
    """Return jobs a second, added one by one, by eight threads, at once; and waits in seconds."""
    done = 0

    def rate(work: Callable[[], object], count: int) -> float:
        nonlocal done
        began = time.monotonic()
        work()
        done += count
        return count / (max(moment for _number, moment in stamps.wait(done)) - began)

    rate(lambda: _one_by_one(add, jobs // 8), jobs // 8)  # the first ones warm everything up
    found: dict[str, object] = {"one_by_one": rate(lambda: _one_by_one(add, jobs), jobs)}
    found["side_by_side"] = rate(lambda: _side_by_side(add, jobs // 8), jobs // 8 * 8)
    if add_many is not None:
        found["at_once"] = rate(lambda: add_many(list(range(jobs))), jobs)
    waits = []
    for number in range(jobs // 8):
        began = time.monotonic()
        add(number)
        done += 1
        waits.append(stamps.wait(done)[-1][1] - began)
        time.sleep(PAUSE)
    return {**found, "waits": waits}


def tell(found: dict[str, object]) -> None:
    """Print what was found as one line of JSON."""
    print(json.dumps(found), flush=True)


def _one_by_one(add: Add, count: int) -> None:
    for number in range(count):
        add(number)


def _side_by_side(add: Add, each: int) -> None:
    threads = [threading.Thread(target=_one_by_one, args=(add, each)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
