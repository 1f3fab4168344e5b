"""Idle: CPU and memory of the open screen while nothing happens, beside a bare Textual.

Some photos go through first, so that all that a shop needs is loaded; then it is waited for the
decode pool to end, as it does after a minute.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from bench.house import a_home, copied, seeded
from bench.photos import photos
from bench.table import Row, row
from bench.terminal import Terminal, a_terminal

ROUNDS = 3
WINDOW = 20.0  # seconds
POOL_ENDS = 90.0
BREATH = 3.0  # seconds after the last thing that happened
MEGABYTE = 1_000_000
CPU_GOAL, MEMORY_GOAL = 1.0, 90.0  # per cent of a core, MB
BARE = (sys.executable, "bench/peers/bare.py")


@dataclass(frozen=True, slots=True)
class Idle:
    """What doing nothing costs: the part of a core, and bytes of the whole process tree."""

    cpu: float
    pss: float


def run() -> list[Row]:
    """Return CPU and memory, ours beside those of a program that does nothing."""
    ours, bare = measure(), _bare()
    return [
        row("CPU, of one core", _cpus(ours), unit="%", goal=CPU_GOAL,
            peers={"bare Textual": _cpus(bare)}),
        row("memory, PSS of all processes", _sizes(ours), unit="MB", goal=MEMORY_GOAL,
            peers={"bare Textual": _sizes(bare)}),
    ]  # fmt: skip


def _cpus(rounds: Sequence[Idle]) -> list[float]:
    return [one.cpu * 100 for one in rounds]


def _sizes(rounds: Sequence[Idle]) -> list[float]:
    return [one.pss / MEGABYTE for one in rounds]


def measure() -> list[Idle]:
    """Return round after round of one run of the program."""
    with a_home() as home:
        seeded(home, jobs=200, photos=photos().baseline[:3])
        with a_terminal((sys.executable, "-m", "botops", "--home", str(home.root))) as terminal:
            terminal.wait_for("● live")
            for photo in photos().baseline[:4]:
                copied(photo, home.tmp).rename(home.inbox / f"idle-{photo.name}")
            _wait_for_pool(terminal, begins=True)
            _wait_for_pool(terminal, begins=False)
            return _rounds(terminal)


def _bare() -> list[Idle]:
    with a_terminal(BARE) as terminal:
        terminal.wait_for("nothing to see")
        return _rounds(terminal)


def _wait_for_pool(terminal: Terminal, *, begins: bool) -> None:
    """Wait for the first child to come, or for the last one to go."""
    until = time.monotonic() + POOL_ENDS
    while bool(terminal.process.children()) is not begins:
        if time.monotonic() > until:
            raise TimeoutError("the decode pool did not do what was expected")
        time.sleep(0.1)


def _rounds(terminal: Terminal) -> list[Idle]:
    time.sleep(BREATH)
    return [_look(terminal.process) for _ in range(ROUNDS)]


def _look(process: psutil.Process) -> Idle:
    tree = [process, *process.children(recursive=True)]
    before, began = _cpu(tree), time.perf_counter()
    time.sleep(WINDOW)
    share = (_cpu(tree) - before) / (time.perf_counter() - began)
    return Idle(share, sum(one.memory_full_info().pss for one in tree))


def _cpu(tree: Sequence[psutil.Process]) -> float:
    spent = [one.cpu_times() for one in tree]
    return sum(times.user + times.system for times in spent)
