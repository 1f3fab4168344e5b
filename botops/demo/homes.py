"""Homes: folders for demos: thrown away at the end, and by the next demo if one was killed."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from botops.kernel import clock
from botops.kernel.errors import Refused
from botops.kernel.paths import Home
from botops.kernel.platform import EngineInfo, InstanceLock, running_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)
PREFIX = "botops-demo-"
UNFINISHED = ".new"  # until its lock is held; so that nobody takes a beginning for a leftover
UNFINISHED_SECONDS = 3600.0
HOME_NAME = "casa-flora"
LOCK_NAME = "demo.lock"


@contextmanager
def throw_away_home() -> Iterator[Home]:
    """Lend a home in the system's folder for such things; remove it, and leftovers of others."""
    remove_leftovers()
    made = Path(tempfile.mkdtemp(prefix=PREFIX, suffix=UNFINISHED))
    lock = InstanceLock(made / LOCK_NAME)
    lock.take(EngineInfo(pid=os.getpid(), started_at=clock.iso(clock.epoch())))
    folder = made.rename(made.with_suffix(""))
    try:
        yield Home(folder / HOME_NAME)
    finally:
        shutil.rmtree(folder / HOME_NAME, ignore_errors=True)
        lock.release()  # Windows removes no file that is held
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers() -> None:
    """Remove what demos have left that were killed; those that run are known by their lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if _is_ours(folder) and _is_dead(folder):
            shutil.rmtree(folder, ignore_errors=True)


def refuse_used(home: Home) -> None:
    """Refuse a home that holds anything: a demo touches nobody's data.

    Raises:
        Refused: There is something in it.
    """
    if home.root.exists() and any(home.root.iterdir()):
        raise Refused(
            f"There is something in {home.root} already, and the demo touches nobody's data.",
            hint="Name a folder that is new, or leave --home out: then it makes one, and removes "
            "it at the end.",
        )


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder, not a link to one, belongs to this user (on Windows it does)."""
    owner = getattr(os, "getuid", None)
    return (
        folder.is_dir()
        and not folder.is_symlink()
        and (owner is None or folder.lstat().st_uid == owner())
    )


def _is_dead(folder: Path) -> bool:
    if folder.suffix == UNFINISHED:
        return clock.epoch() - folder.stat().st_mtime > UNFINISHED_SECONDS
    lock = folder / LOCK_NAME
    home = Home(folder / HOME_NAME)
    # Somebody may have opened a leftover to look at it.
    return lock.exists() and running_engine(lock) is None and running_engine(home.lock) is None
