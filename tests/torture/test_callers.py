"""Callers: a storm of bad ones at the engine's socket, while it works and others are served."""

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from botops.kernel import clock
from tests.program import Program, wait_for
from tests.remote.conftest import Caller

CALLERS = 20_000
CROWD = 200  # lines that one thread leaves open
THREADS = 4
LATE = 1.0  # seconds in which an answer is still a prompt one on a machine this busy
HALF = b'{"id":1,'


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """A home that runs."""
    program = Program(tmp_path / "home")
    program.serve()
    yield program
    program.close()


def storm(address: str, dice: random.Random, *, callers: int) -> None:
    """Call so often, with garbage, half a line, too long a one, or nothing at all."""
    held: list[socket.socket] = []
    for _ in range(callers):
        line = socket.socket(socket.AF_UNIX)
        with suppress(OSError):  # hung up, or no room: both are fine answers
            line.settimeout(1)
            line.connect(address)
            line.sendall(
                dice.choice((dice.randbytes(dice.randint(1, 5_000)), HALF, b"x" * 300_000, b""))
            )
        held.append(line)
        if len(held) > CROWD:
            held.pop(dice.randrange(CROWD)).close()
    for line in held:
        line.close()


@pytest.mark.torture
def test_a_storm_of_bad_callers_harms_nobody(
    program: Program, dice: random.Random, portion: Callable[[int], int]
) -> None:
    """Who is within is answered promptly, who is new comes in, jobs are done, nothing is left."""
    address = str(program.home / "run" / "engine.sock")
    assert program.engine is not None
    engine = psutil.Process(program.engine.pid)
    lines = len(engine.net_connections("unix"))
    inside = Caller(address)
    assert "gives" in inside.greet()
    each = portion(CALLERS) // THREADS
    bad = [
        threading.Thread(
            target=storm, args=(address, random.Random(dice.random())), kwargs={"callers": each}
        )
        for _ in range(THREADS)
    ]
    work = ("order_processing", "probe", "--count", "20", "--args", '{"seconds": 0.2}')
    program.json("job", "enqueue", *work)
    for thread in bad:
        thread.start()
    waits = []
    while any(thread.is_alive() for thread in bad):
        asked = clock.monotonic()
        assert inside.ask("health")["gives"]
        waits.append(clock.monotonic() - asked)
    assert max(waits) < LATE
    wait_for(lambda: program.json("job", "stats")["probe_rows"] == 20, "the jobs")
    newcomer = Caller(address)
    assert "gives" in newcomer.greet()
    newcomer.close()
    inside.close()
    wait_for(lambda: len(engine.net_connections("unix")) <= lines, "the end of all lines")
    assert program.stop()[0] == 0
    log = (program.home / "logs" / "botops.log").read_text()
    assert "Traceback" not in log
