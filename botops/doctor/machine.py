"""Machine: Python, the terminal, and the room on the disk."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from botops.doctor.findings import Finding, Patient, fail, ok, warn
from botops.media.room import RESERVE

if TYPE_CHECKING:
    from pathlib import Path

NEEDED_PYTHON = (3, 11)
NEEDED_COLUMNS, NEEDED_ROWS = 80, 24
LITTLE = 1_000_000_000  # bytes that are free


def python(_patient: Patient) -> Finding:
    """Look at Python, and at the SQLite that came with it."""
    version = platform.python_version()
    if sys.version_info[:2] < NEEDED_PYTHON:
        return fail("python", f"This is Python {version}.", hint="BotOps needs 3.11 or newer.")
    if lacks := _lacking_in_sqlite():
        return fail(
            "python",
            f"The SQLite {sqlite3.sqlite_version} of Python {version} lacks {lacks}.",
            hint="Use another Python, or the BotOps that comes as one file.",
        )
    kind = "the one inside of this file" if getattr(sys, "frozen", False) else sys.executable
    return ok("python", f"Python {version} ({kind}), SQLite {sqlite3.sqlite_version}.")


def disk(patient: Patient) -> Finding:
    """Look at the room on the disk of the home."""
    place = _nearest(patient.home.root)
    free = shutil.disk_usage(place).free
    detail = f"{_gigabytes(free)} are free on the disk of {place}."
    if free < 2 * RESERVE:
        return fail("disk", detail, hint="Photos wait until there is more room: free some.")
    if free < LITTLE:
        return warn("disk", detail, hint="That may soon be too little: free some.")
    return ok("disk", detail)


def terminal(_patient: Patient) -> Finding:
    """Look at the terminal, if there is one."""
    if not (sys.__stdout__ and sys.__stdout__.isatty()):
        return ok("terminal", "There is none here, and `botops serve` needs none.")
    size = os.get_terminal_size(sys.__stdout__.fileno())
    encoding = sys.__stdout__.encoding.lower().replace("-", "")
    kind = os.environ.get("TERM", "")
    said = f"{kind or 'A terminal'}, {size.columns}×{size.lines}, {_colours()}, {encoding}."
    if encoding != "utf8":
        return warn(
            "terminal", said, hint="Letters will be missing: set LANG=C.UTF-8, or another UTF-8."
        )
    if kind == "dumb":
        return warn("terminal", said, hint="It can't show the screen: use another terminal.")
    if size.columns < NEEDED_COLUMNS or size.lines < NEEDED_ROWS:
        wanted = f"{NEEDED_COLUMNS}×{NEEDED_ROWS}"
        return warn("terminal", said, hint=f"Make the window larger: the screen needs {wanted}.")
    return ok("terminal", said)


def _lacking_in_sqlite() -> str:
    with closing(sqlite3.connect(":memory:")) as memory:
        for what, statement in (
            ("JSON", "SELECT '{}' ->> 'a'"),
            ("full-text search", "CREATE VIRTUAL TABLE t USING fts5(a, content='')"),
            ("VACUUM INTO", "EXPLAIN VACUUM INTO 'x'"),
        ):
            try:
                memory.execute(statement)
            except sqlite3.Error:
                return what
    return ""


def _colours() -> str:
    if os.environ.get("NO_COLOR"):
        return "no colours (NO_COLOR is set)"
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "all colours"
    return "256 colours" if "256" in os.environ.get("TERM", "") else "16 colours"


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= LITTLE else f"{size / 1e6:.0f} MB"


def _nearest(folder: Path) -> Path:
    """Return the folder itself, or the nearest above it that is there."""
    return next(each for each in (folder, *folder.parents) if each.exists())
