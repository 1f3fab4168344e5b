"""Bursts: more photos at once than the system has events for, and an engine that stands still."""

import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.media import photos
from tests.program import wait_for
from tests.torture.test_photos import report
from tests.torture.victim import Autopsy, Victim

AT_ONCE = 30_000
WHILE_IT_STOOD = 20_000
STANDS = 5.0  # seconds
PATIENCE = 1_500.0


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Victim]:
    """A home whose engine runs."""
    victim = Victim(tmp_path / "home")
    victim.start()
    wait_for(victim.is_ready, "the engine")
    yield victim
    victim.close()


def lay_out(folder: Path, count: int) -> dict[str, list[str]]:
    """Make tiny files, each of its own, one in 50 of them no picture; return names by hash."""
    folder.mkdir()
    made: dict[str, list[str]] = {}
    for number in range(count):
        if number % 50 == 7:
            content = f"This is no picture, but text number {number}.".encode()
        else:
            colour = (number % 256, number // 256 % 256, number // 65536)
            content = photos.saved(Image.new("RGB", (8, 6), colour), "PNG")
        name = f"photo {number:05}.png"
        (folder / name).write_bytes(content)
        made[hashlib.sha256(content).hexdigest()] = [name]
    assert len(made) == count
    return made


def pour(folder: Path, inbox: Path) -> None:
    """Move all files of a folder into the inbox, as fast as it goes."""
    for file in os.scandir(folder):
        os.rename(file.path, inbox / file.name)  # noqa: PTH104 - at once is the point


def assert_all_arrive(victim: Victim, made: dict[str, list[str]], *, what: str) -> None:
    """Wait until the inbox is empty, look at everything, and print the speed."""
    began = time.monotonic()
    wait_for(victim.is_done, "the end of the work", seconds=PATIENCE)
    seconds = time.monotonic() - began
    assert victim.half_done() == []
    assert victim.stop()[0] == 0
    autopsy = Autopsy(victim, made)
    autopsy.assert_nothing_is_wrong()
    report(autopsy, f"{what}, {len(made) / seconds:.0f} files a second", seconds)


@pytest.mark.torture
def test_thousands_at_once_all_arrive(victim: Victim, portion: Callable[[int], int]) -> None:
    """Each has a row or a reject, though the system has no room for so many events."""
    made = lay_out(victim.home / "outside", portion(AT_ONCE))
    pour(victim.home / "outside", victim.inbox)
    assert_all_arrive(victim, made, what=f"{len(made)} at once")


@pytest.mark.torture
def test_a_watcher_that_stands_still_loses_nothing(
    victim: Victim, portion: Callable[[int], int]
) -> None:
    """Stopped for five seconds while files pour in: what it did not hear of, it finds."""
    assert victim.engine is not None
    made = lay_out(victim.home / "before", portion(1_000))
    later = lay_out(victim.home / "outside", portion(WHILE_IT_STOOD) + len(made))
    for digest in made:  # the same pictures
        name = later.pop(digest)[0]
        (victim.home / "outside" / name).unlink()
    pour(victim.home / "before", victim.inbox)
    victim.engine.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()
    pour(victim.home / "outside", victim.inbox)
    time.sleep(max(0.0, STANDS - (time.monotonic() - stopped)))  # standing still is the test
    victim.engine.send_signal(signal.SIGCONT)
    assert_all_arrive(victim, {**made, **later}, what=f"stood still for {STANDS:g} s")
