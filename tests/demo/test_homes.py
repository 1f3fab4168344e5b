"""Homes: what a demo makes is gone afterwards, and nothing else."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from botops.demo.homes import (
    LOCK_NAME,
    PREFIX,
    UNFINISHED,
    UNFINISHED_SECONDS,
    refuse_used,
    remove_leftovers,
    throw_away_home,
)
from botops.kernel.errors import Refused
from botops.kernel.paths import Home
from botops.kernel.platform import EngineInfo, InstanceLock


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for throw-away things, for this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def leftover(place: Path, name: str = "left") -> Path:
    """What a killed demo leaves: a lock that nobody holds, and data."""
    folder = place / f"{PREFIX}{name}"
    (folder / "casa-flora" / "media").mkdir(parents=True)
    lock = InstanceLock(folder / LOCK_NAME)
    lock.take(EngineInfo(pid=1))
    lock.release()
    return folder


def test_a_home_is_removed_at_the_end(place: Path) -> None:
    """Nothing is left of a home that was lent, nor of what lies beside it."""
    with throw_away_home() as home:
        home.root.mkdir()
        home.key.write_text("a key")
        assert home.root.is_relative_to(place)
    assert list(place.iterdir()) == []


def test_a_home_is_removed_after_an_error(place: Path) -> None:
    """An error, or a signal that becomes one, changes nothing about that."""
    with pytest.raises(SystemExit), throw_away_home():
        sys.exit()
    assert list(place.iterdir()) == []


def test_a_home_is_for_its_user_alone() -> None:
    """Nobody else can look into the folder."""
    with throw_away_home() as home:
        assert home.root.parent.stat().st_mode & 0o777 == 0o700


def test_a_leftover_is_removed_by_the_next_demo(place: Path) -> None:
    """What a killed demo has left goes when another one starts."""
    left = leftover(place)
    with throw_away_home() as home:
        assert home.root.parent != left
        assert not left.exists()


def test_a_demo_that_runs_is_left_alone() -> None:
    """A second demo at the same time does not touch the first."""
    with throw_away_home() as first:
        first.root.mkdir()
        with throw_away_home() as second:
            assert second.root != first.root
        assert first.root.exists()


def test_a_leftover_that_somebody_looks_at_stays(place: Path) -> None:
    """A leftover with an engine running on it is no leftover."""
    left = leftover(place)
    lock = InstanceLock(left / "casa-flora" / "botops.lock")
    lock.take(EngineInfo(pid=1))
    remove_leftovers()
    assert left.exists()
    lock.release()


def test_a_folder_of_somebody_elses_making_stays(place: Path) -> None:
    """A folder that is only called like a demo has no lock of a demo, and stays."""
    other = place / f"{PREFIX}of-mine"
    other.mkdir()
    remove_leftovers()
    assert other.exists()


def test_a_link_is_not_followed(place: Path) -> None:
    """A link that is called like a demo stays, and so does what it leads to."""
    elsewhere = leftover(place).rename(place / "elsewhere")
    (place / f"{PREFIX}link").symlink_to(elsewhere)
    remove_leftovers()
    assert (place / f"{PREFIX}link").is_symlink()
    assert (elsewhere / "casa-flora").exists()


def test_a_beginning_is_no_leftover(place: Path) -> None:
    """A folder that a demo is just making stays, unless that was long ago."""
    young, old = (place / f"{PREFIX}{name}{UNFINISHED}" for name in ("young", "old"))
    for folder in (young, old):
        folder.mkdir()
    long_ago = old.stat().st_mtime - UNFINISHED_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    remove_leftovers()
    assert young.exists()
    assert not old.exists()


def test_a_home_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    """A home that was named must be empty or not there yet."""
    home = Home(tmp_path / "shop")
    refuse_used(home)
    home.root.mkdir()
    refuse_used(home)
    (home.root / "notes.txt").write_text("mine")
    with pytest.raises(Refused, match="touches nobody's data"):
        refuse_used(home)
