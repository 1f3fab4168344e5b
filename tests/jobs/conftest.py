"""Fixtures: a ledger on a database of its own, with or without threads."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from botops.jobs.system import QueueSystem
from botops.kernel import clock
from tests.jobs.rig import NOON, QUEUE, Rig

StartSystem = Callable[..., QueueSystem]


@pytest.fixture
def rig(database: Path) -> Rig:
    """A ledger without threads."""
    return Rig()


@pytest.fixture
def noon() -> Iterator[clock.FrozenClock]:
    """A clock that stands still at noon, until it is moved."""
    with clock.freeze(NOON) as frozen:
        yield frozen


@pytest.fixture
def start(rig: Rig) -> Iterator[StartSystem]:
    """Starts threads for the ledger; the test need not stop them."""
    started: list[QueueSystem] = []

    def start(threads: int = 2, **more: Any) -> QueueSystem:
        system = QueueSystem(rig.ledger, dict.fromkeys((QUEUE, *more.pop("also", ())), threads))
        system.start()
        started.append(system)
        return system

    yield start
    for system in started:
        system.stop(1.0)
