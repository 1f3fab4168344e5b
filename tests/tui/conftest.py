"""Fixtures: a clock and a time zone that stand still, so that drawn times do."""

import time
from collections.abc import Iterator

import pytest

from botops.kernel import clock
from tests.tui.sample import NOON


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[clock.FrozenClock]:
    """It is 10:42 in Lima, and stays so."""
    monkeypatch.setenv("TZ", "America/Lima")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    with clock.freeze(NOON) as frozen:
        yield frozen
    monkeypatch.undo()
    time.tzset()
