"""Restore: puts a backup in the place of what is there, as a whole or not at all."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import tomllib
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botops.kernel import clock
from botops.kernel.errors import NotFound, Refused, StorageTrouble
from botops.kernel.files import free_name, fsync_file, written
from botops.kernel.platform import fsync_dir
from botops.store.archive import CONFIG, DATABASE, unpack
from botops.store.backup import SQLITE, check_database, refuse_newer
from botops.store.database import db
from botops.store.migrate import alone, known_steps

if TYPE_CHECKING:
    from pathlib import Path

    from botops.kernel.paths import Home

log = logging.getLogger(__name__)
# The backup is made ready in this folder of the home. Once the plan is in it, the rest is done
# whatever happens: the next start goes on where the power failed.
STAGE, PLAN = "restoring", "plan.json"
TAILS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where the database lies that was there before."""

    file: Path
    aside: Path | None
    originals: int


def restore(home: Home, file: Path) -> Restored:
    """Put a backup, or the copy of a database, in the place of what this home has.

    It is checked from end to end before anything is touched. The caller holds the home's lock,
    and the database is closed.

    Raises:
        NotFound: There is no such file.
        Refused: It is no backup, or damaged.
        NewerDatabase: A newer program has made it.
        StorageTrouble: Something else uses the database.
    """
    if db.is_open:
        raise RuntimeError("the database must be closed before another takes its place")
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    stage = home.root / STAGE
    with alone(home.database):
        finish_restore(home)
        try:
            stage.mkdir(mode=0o700, parents=True)
            originals = _make_ready(file, stage)
            _fold(home.database)
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
        aside = free_name(home.root / f"{DATABASE}.before-restore-{_moment()}")
        had_one = home.database.exists()
        _write_plan(stage, aside.name.removeprefix(DATABASE))
        finish_restore(home)
    return Restored(file, aside if had_one else None, originals)


def finish_restore(home: Home) -> bool:
    """Do what is left of a restore that was broken off; return whether there was one.

    Broken off before its plan was written, nothing has been touched, and nothing is.
    """
    stage = home.root / STAGE
    if not stage.exists():
        return False
    plan = stage / PLAN
    is_planned = plan.exists()
    if is_planned:
        _carry_out(home, stage, ending=json.loads(plan.read_text())["ending"])
    shutil.rmtree(stage)
    fsync_dir(home.root)
    return is_planned


def _make_ready(file: Path, stage: Path) -> int:
    with file.open("rb") as handle:
        is_database = handle.read(len(SQLITE)) == SQLITE
    if is_database:
        originals = 0
        for tail in ("", "-wal"):  # what was committed may still lie in the log beside it
            if (source := file.with_name(file.name + tail)).exists():
                shutil.copyfile(source, stage / f"{DATABASE}{tail}")
    else:
        originals = unpack(file, stage)
    database = stage / DATABASE
    _fold(database)
    refuse_newer(check_database(database), known_steps())
    _check_settings(stage / CONFIG)
    fsync_file(database)
    for folder in [stage, *(path for path in stage.rglob("*") if path.is_dir())]:
        fsync_dir(folder)
    return originals


def _fold(database: Path) -> None:
    """Fold the write-ahead log into the file, after which it alone is the database.

    Raises:
        StorageTrouble: Another process has it open.
    """
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.DatabaseError as error:
        if str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise StorageTrouble(
                "Another BotOps has the database open.", hint="Stop it, then try again."
            ) from error
        # Damaged is just what a database may be that is to be replaced; it is kept as it is.
        log.warning("%s could not be folded: %s", database, error)


def _check_settings(config: Path) -> None:
    if config.exists():
        try:
            tomllib.loads(config.read_text(encoding="utf-8"))
        except ValueError as error:
            raise Refused(f"The settings in the backup are damaged: {error}.") from error


def _write_plan(stage: Path, ending: str) -> None:
    with written(stage / PLAN) as part:
        part.write_text(json.dumps({"ending": ending}))
    fsync_dir(stage.parent)


def _carry_out(home: Home, stage: Path, *, ending: str) -> None:
    """Put each file in its place; what is there already was put there before the power failed."""
    for staged, target in ((stage / DATABASE, home.database), (stage / CONFIG, home.config)):
        if staged.exists():
            _set_aside(target, ending)
            staged.replace(target)
            fsync_dir(home.root)
    for original in (stage / "media" / "originals").glob("*/*"):
        target = home.originals / original.parent.name / original.name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        original.replace(target)
        fsync_dir(target.parent)


def _set_aside(target: Path, ending: str) -> None:
    """Keep what is there under another name; it stays in its place until it is replaced."""
    if not target.exists():
        return
    aside = target.with_name(target.name + ending)
    if not aside.exists():
        with written(aside) as part:
            _copy(target, part)
    if target.name == DATABASE:
        for tail in TAILS:
            if (beside := target.with_name(target.name + tail)).exists():
                beside.replace(aside.with_name(aside.name + tail))
    fsync_dir(target.parent)


def _copy(source: Path, target: Path) -> None:
    """Give a file a second name, or where there are no links, make a second one."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _moment() -> str:
    return clock.utcnow().strftime("%Y%m%d-%H%M%S")
