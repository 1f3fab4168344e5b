"""Full: a disk without room refuses nothing and loses nothing; photos wait, and it is said."""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from botops.kernel.errors import DiskFull
from botops.media import room
from botops.store import db
from tests.media import photos
from tests.media.shop import Shop
from tests.media.test_intake import PDF, picture

# What needs room: files, folders and names in folders.
STEPS = ("open", "replace", "mkdir", "fsync")
PLENTY = 10**12


@contextmanager
def full_after(steps: int) -> Iterator[list[int]]:
    """Fill the disk after so many steps; the list holds how many steps there were."""
    passed = [0]

    def guarded(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            writes = step is not really["open"] or args[1] & os.O_CREAT
            if writes:
                passed[0] += 1
                if passed[0] > steps:
                    raise OSError(errno.ENOSPC, "No space left on device")
            return step(*args, **named)

        return run

    really = {name: getattr(os, name) for name in STEPS}
    with pytest.MonkeyPatch.context() as patch:
        for name, step in really.items():
            patch.setattr(os, name, guarded(step))
        yield passed


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets how many bytes the disk says are free."""

    def set_free(size: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: _Usage(size))

    set_free(PLENTY)
    return set_free


class _Usage:
    """What the system says about a disk."""

    def __init__(self, free: int) -> None:
        self.free = free


@pytest.mark.parametrize("content", [picture(), PDF], ids=["a photo", "a bad file"])
def test_a_disk_that_is_full_at_any_step_only_delays(shop: Shop, content: bytes) -> None:
    """The job waits without a lost try, no half file stays, and all is well once there is room."""
    for steps in count():
        name = f"{steps}.png"
        shop.drop(name, content + bytes([steps % 256, steps // 256]))
        shop.offer()
        with full_after(steps) as passed:
            shop.work()
        if passed[0] <= steps:
            break
        state, _, attempt = shop.jobs()[-1]
        assert (state, attempt) == ("scheduled", 0), steps
        assert (shop.in_inbox(), shop.half_done()) == ([name], []), steps
        assert shop.vault.trouble.endswith("Free some space; they go on by themselves."), steps
        assert shop.library.is_paused
        shop.make_due()
        shop.work()
        assert (shop.in_inbox(), shop.half_done(), shop.vault.trouble) == ([], [], ""), steps
    assert steps > 4
    assert len(shop.pictures()) == steps + 1
    shop.check()


def test_a_nearly_full_disk_is_left_to_the_database(
    shop: Shop, free: Callable[[int], None]
) -> None:
    """Photos wait before the last 50 MB are gone, and go on by themselves."""
    free(room.RESERVE + 100)
    shop.drop("rose.png", picture())
    shop.offer()
    shop.work()
    assert [state for state, *_ in shop.jobs()] == ["scheduled"]
    assert shop.vault.trouble.startswith("The disk is nearly full, so photos wait.")
    free(PLENTY)
    shop.make_due()
    shop.work()
    assert (shop.vault.trouble, shop.in_inbox()) == ("", [])


def test_a_small_photo_that_fits_does_not_end_the_trouble_of_a_large_one(
    shop: Shop, free: Callable[[int], None]
) -> None:
    """As long as one waits for room it is said, though others go by."""
    large = photos.saved(photos.noisy(200, 200), "PNG")
    free(room.RESERVE + len(large))
    shop.drop("large.png", large)
    shop.drop("small.png", picture())
    shop.offer()
    shop.work()
    assert [row.original_name for row in shop.pictures()] == ["small.png"]
    assert shop.vault.trouble
    free(PLENTY)
    shop.make_due()
    shop.work()
    assert (len(shop.pictures()), shop.vault.trouble) == (2, "")


def test_trouble_is_over_when_nothing_waits_any_more(
    shop: Shop, free: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes the waiting photo away again sees no trouble a minute later."""
    free(0)
    file = shop.drop("rose.png", picture())
    shop.offer()
    shop.work()
    assert shop.vault.trouble
    file.unlink()
    monkeypatch.setattr(room, "OVER_AFTER", -1.0)
    assert not shop.vault.trouble


def test_a_full_database_only_delays(shop: Shop) -> None:
    """No more rows fit: photos wait in the inbox, and each is a row once there is room."""
    for number in range(40):
        shop.drop(f"{number}.png", picture(number))
    shop.offer()
    pages = db.execute("PRAGMA page_count")[0][0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    with contextlib.suppress(DiskFull):  # no job can be begun then; the worker looks again
        shop.work()
    ready = len(shop.pictures())
    assert 0 < ready < 40
    assert shop.vault.trouble.startswith("There is no room left on the disk.")
    assert len(shop.in_inbox()) == 40 - ready
    assert shop.half_done() == []
    shop.drop("late.png", picture(41))
    with contextlib.suppress(DiskFull):  # the watcher tries again
        shop.offer()
    db.execute("PRAGMA max_page_count = 1000000")
    shop.boot()  # as after the leases of jobs whose end could not be booked
    shop.offer()
    shop.make_due()
    shop.work()
    assert (len(shop.pictures()), shop.in_inbox(), shop.vault.trouble) == (41, [], "")
    assert len(shop.events("media_ready")) == 41
    shop.check()


def test_a_photo_given_by_name_says_so_at_once(
    shop: Shop, free: Callable[[int], None], tmp_path: Path
) -> None:
    """Nobody waits for room there: the person is told, and the file stays where it is."""
    file = tmp_path / "rose.png"
    file.write_bytes(picture())
    free(0)
    with pytest.raises(DiskFull):
        shop.library.add(file)
    assert (file.exists(), shop.half_done(), shop.pictures()) == (True, [], [])
