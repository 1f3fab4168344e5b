"""Victim: an engine that is killed and started again, and what its home holds in the end."""

import hashlib
import json
import os
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from PIL import Image

from tests.program import Program

LIVE = ("scheduled", "available", "running", "retryable")
NOTE = {"code", "reason", "file_name", "sha256", "size", "rejected_at"}
SIZES = {"thumb", "medium", "whatsapp"}


class Victim(Program):
    """A home whose engine may die at any moment."""

    def start(self) -> subprocess.Popen[str]:
        """Start the engine, ready or not; what it says goes to a file, which never fills up."""
        with (self.home.parent / "stderr.txt").open("a", encoding="utf-8") as said:
            self.engine = subprocess.Popen(
                self.argv("serve"), stdout=subprocess.DEVNULL, stderr=said, text=True
            )
        return self.engine

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read from the database, beside the engine."""
        with closing(sqlite3.connect(self.home / "botops.db", timeout=30)) as reading:
            return reading.execute(sql, values).fetchall()

    def live_jobs(self) -> int:
        """How many jobs have not ended."""
        marks = ", ".join("?" * len(LIVE))
        return int(self.ask(f"SELECT count(*) FROM jobs WHERE state IN ({marks})", *LIVE)[0][0])

    def is_done(self) -> bool:
        """Whether the inbox is empty and no job is left."""
        return not has_files(self.inbox) and self.live_jobs() == 0

    def half_done(self) -> list[str]:
        """What lies in the folder for half-done files, but for the locks of the living."""
        return [name for name in files_below(self.home / "tmp") if not name.endswith("/lock")]


class Autopsy:
    """What a home holds, compared with what was dropped into it."""

    def __init__(self, victim: Victim, dropped: dict[str, list[str]]) -> None:
        """Look at a home; `dropped` has the names by which each content came, by its hash."""
        self.victim = victim
        self.dropped = dropped
        self.media = victim.home / "media"
        columns = "hash, id, status, code, original_name, storage_path, metadata, reason"
        self.rows = {row[0]: row for row in victim.ask(f"SELECT {columns} FROM media_files")}
        self.ready = {each for each, row in self.rows.items() if row[2] == "ready"}
        self.refused = {each for each, row in self.rows.items() if row[2] == "failed"}

    def lost(self) -> list[str]:
        """Contents that are neither a whole picture nor a reject with its file and its reason."""
        return [each for each in self.dropped if not (self._is_kept(each))]

    def half_files(self) -> list[str]:
        """Originals that are not what their names say, and variants that do not open."""
        return [*self._broken_originals(), *self._broken_variants()]

    def strays(self) -> list[str]:
        """Files that no row knows."""
        known = {f"{each[:12]}_{self.rows[each][4]}" for each in self.refused}
        known |= {f"{name}.reason.json" for name in known}
        rejects = {*files_below(self.media / "rejected")} - known
        originals = {Path(name).stem for name in files_below(self.media / "originals")}
        variants = {Path(name).parts[1] for name in files_below(self.media / "variants")}
        return sorted(rejects | originals - self.ready | variants - self.ready)

    def told_wrongly(self) -> list[str]:
        """Contents that were told more or less often than files with them were dropped."""
        by_id = {str(row[1]): each for each, row in self.rows.items()}
        events = self.victim.ask("SELECT type, data FROM events WHERE type LIKE 'media_re%'")
        told = Counter((kind, by_id[json.loads(data)["mediaId"]]) for kind, data in events)
        return [
            each
            for each, names in self.dropped.items()
            for right, wrong in [self._kinds(each)]
            if told[right, each] != len(names) or told[wrong, each]
        ]

    def sources_missing(self) -> list[str]:
        """Names of dropped files of which nobody knows where they went."""
        paths = {Path(path).name for (path,) in self.victim.ask("SELECT path FROM media_sources")}
        return [name for names in self.dropped.values() for name in names if name not in paths]

    def failed_jobs(self) -> list[tuple[Any, ...]]:
        """Jobs that did not end well."""
        return self.victim.ask("SELECT state, about, error FROM jobs WHERE state <> 'completed'")

    def damage(self) -> list[tuple[Any, ...]]:
        """What the database finds wrong with itself."""
        found = self.victim.ask("PRAGMA integrity_check") + self.victim.ask(
            "PRAGMA foreign_key_check"
        )
        return [] if found == [("ok",)] else found

    def assert_nothing_is_wrong(self) -> None:
        """Fail with what is wrong, whatever it is."""
        wrong: dict[str, Sequence[object]] = {
            "lost": self.lost(),
            "half files": self.half_files(),
            "strays": self.strays(),
            "told wrongly": self.told_wrongly(),
            "sources missing": self.sources_missing(),
            "failed jobs": self.failed_jobs(),
            "damage": self.damage(),
            "rows of nothing": [each for each in self.rows if each not in self.dropped],
        }
        assert not {what: found[:5] for what, found in wrong.items() if found}

    def _kinds(self, each: str) -> tuple[str, str]:
        kinds = ("media_ready", "media_rejected")
        return kinds if each in self.ready else kinds[::-1]

    def _is_kept(self, each: str) -> bool:
        if each in self.refused:
            name = self.rows[each][4]
            file = self.media / "rejected" / f"{each[:12]}_{name}"
            note = json.loads(Path(f"{file}.reason.json").read_text("utf-8"))
            is_right = {*note} == NOTE and note["sha256"] == each and note["reason"]
            return bool(is_right) and sha(file) == each
        return each in self.ready and {*json.loads(self.rows[each][6])["variants"]} == SIZES

    def _broken_originals(self) -> Iterator[str]:
        for each in self.ready:
            file = self.victim.home / self.rows[each][5]
            if file.stem != each or sha(file) != each:
                yield str(file)

    def _broken_variants(self) -> Iterator[str]:
        for each in self.ready:
            for name, facts in json.loads(self.rows[each][6])["variants"].items():
                file = self.media / "variants" / each[:2] / each / f"{name}.jpg"
                if not opens(file, (facts["width"], facts["height"])):
                    yield str(file)


def opens(file: Path, size: tuple[int, int]) -> bool:
    """Tell whether a picture is there, whole, and of a size."""
    try:
        with Image.open(file) as picture:
            picture.load()
            return picture.size == size
    except OSError:
        return False


def sha(file: Path) -> str:
    """The SHA-256 of a file, or nothing where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def has_files(folder: Path) -> bool:
    """Tell whether any file lies in a folder or below it; it reads no further than the first."""
    with os.scandir(folder) as entries:
        return any(has_files(Path(each)) if each.is_dir() else True for each in entries)


def files_below(folder: Path) -> list[str]:
    """The files in a folder and below it."""
    return [file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir()]
