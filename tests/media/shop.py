"""Shop: a home whose photos are taken in step by step, in this very thread."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from botops.catalog import Catalog
from botops.events import History
from botops.events.history import EventQuery
from botops.jobs.claim import Claim
from botops.jobs.control import Control
from botops.jobs.ledger import Ledger
from botops.jobs.registry import TaskRegistry
from botops.jobs.rescue import Leases
from botops.jobs.states import MEDIA_PROCESSING
from botops.jobs.worker import Worker
from botops.kernel import ids
from botops.kernel.errors import DiskFull
from botops.kernel.events import Bus
from botops.kernel.paths import Home
from botops.media import decoder
from botops.media.feature import MediaFeature
from botops.media.library import MediaQuery
from botops.media.protocol import Decoded, Order
from botops.media.sightings import sighting_of, walk
from botops.media.views import MediaView
from botops.media.workbench import Workbench
from botops.settings.sections import Media
from botops.store import db

SIZES = {"thumb": 32, "whatsapp": 64}


class DecodePool:
    """A decoder in this process: as quick as a small picture."""

    def __init__(self) -> None:
        self.before: Callable[[Callable[[], None]], None] = lambda _checkpoint: None
        self.converted = 0

    def convert(
        self,
        source: Path,
        sizes: Mapping[str, int],
        *,
        folder: Path,
        checkpoint: Callable[[], None],
    ) -> Decoded:
        """Decode, after whatever a test wants to happen at this point."""
        self.before(checkpoint)
        self.converted += 1
        order = Order(os.fspath(source), os.fspath(folder), ids.token(), dict(sizes))
        try:
            return decoder.decode(order)
        except OSError as error:
            for name in sizes:
                order.path(name).unlink(missing_ok=True)
            raise DiskFull("There is no room for the small pictures.") from error

    def close(self) -> None:
        """Nothing runs."""


class Shop:
    """Everything about the photos of a home, without threads; `boot` starts it anew."""

    def __init__(self, root: Path, **settings: Any) -> None:
        self.home = Home(root)
        self.home.make()
        self.pool = DecodePool()
        self._benches: list[Workbench] = []
        self.boot(**settings)

    def boot(self, **settings: Any) -> None:
        """Start as after a kill: what ran is put back, what was half done is removed."""
        self.die()
        self.settings = Media(**{"sizes": SIZES, **settings})
        bus = Bus(db.after_commit)
        registry = TaskRegistry()
        self.ledger = Ledger(registry, bus)
        self.history = History(bus)
        self.catalog = Catalog(bus, currency="USD")
        self.feature = MediaFeature(
            self.home,
            self.settings,
            ledger=self.ledger,
            bus=bus,
            products_of=self.catalog.names_of,
        )
        self.feature._intake._pool = self.pool  # type: ignore[assignment]  # a double
        for task in self.feature.tasks():
            registry.add(task)
        self.control = Control(self.ledger)
        self.library, self.vault = self.feature.library, self.feature.vault
        self._benches.append(self.vault.bench)
        self.inbox = self.feature.inbox
        self._worker = Worker(self.ledger, MEDIA_PROCESSING)
        self.feature.recover()
        Leases(self.ledger, held=lambda: ()).recover()

    def die(self) -> None:
        """End without cleaning up; the system alone lets go of the lock."""
        for bench in self._benches:
            if bench._lock is not None:
                bench._lock.release()
        self._benches.clear()

    def drop(self, name: str, content: bytes) -> Path:
        """Put a file into the inbox."""
        file = self.inbox / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def offer(self) -> list[int]:
        """Hand on what lies in the inbox, as a watcher does that has just started."""
        found = [sighting_of(*each) for each in walk(os.fspath(self.inbox), _never)]
        seen = self.library.seen(found) if self.feature.keeps_source else ()
        return [self.library.take(each) for each in found if each.key not in seen]

    def work(self) -> None:
        """Do all jobs that may begin."""
        while (claim := self._claim()) is not None:
            self._worker.run(claim)

    def take_in(self, name: str, content: bytes) -> MediaView:
        """Drop a file, let it be taken in, and return the picture."""
        self.drop(name, content)
        self.offer()
        self.work()
        [row] = [each for each in self.pictures() if each.hash == sha(content)]
        return row

    def make_due(self) -> None:
        """Let the time pass that jobs wait for."""
        with db.write():
            db.change(
                "UPDATE jobs SET state = 'available' WHERE state IN ('scheduled','retryable')"
            )

    def pictures(self) -> list[MediaView]:
        """All pictures that the library lists."""
        return self.library.page(MediaQuery(limit=1000)).items

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The data of each event of a kind, the oldest first."""
        found = self.history.page(EventQuery(type=kind, limit=1000)).items
        return [each.data for each in reversed(found)]

    def jobs(self) -> list[tuple[str, str, int]]:
        """State, first line of the error, and attempts of each job."""
        rows = db.execute("SELECT state, coalesce(error, ''), attempt FROM jobs ORDER BY id")
        return [(state, error.partition("\n")[0], attempt) for state, error, attempt in rows]

    def results(self) -> list[str]:
        """How the completed jobs ended."""
        rows = db.execute("SELECT result FROM jobs WHERE state = 'completed' ORDER BY id")
        return [str((json.loads(row[0]) or {}).get("outcome")) for row in rows]

    def in_inbox(self) -> list[str]:
        """The names of the files that lie in the inbox."""
        return files_below(self.inbox)

    def in_rejected(self) -> list[str]:
        """The names of the files among the rejects."""
        return files_below(self.home.rejected)

    def check(self) -> None:
        """No file is half there, and no row promises one that is not."""
        for original in (self.home.originals / name for name in files_below(self.home.originals)):
            assert sha(original.read_bytes()) == original.stem
        for row in self.pictures():
            if row.status == "ready":
                assert {*row.variants} == {*self.settings.sizes}
                for variant in row.variants.values():
                    assert Path(variant.path).stat().st_size == variant.size
            if row.status == "failed":
                file = self.vault.rejected(row.hash, row.original_name)
                assert sha(file.read_bytes()) == row.hash
                note = json.loads(Path(f"{file}.reason.json").read_text("utf-8"))
                assert (note["sha256"], note["code"]) == (row.hash, row.code)

    def half_done(self) -> list[str]:
        """What lies in the folder for half-done files, but for the lock."""
        return [name for name in files_below(self.home.tmp) if not name.endswith("/lock")]

    def _claim(self) -> Claim | None:
        claim = self._worker.take_waiting() or self.ledger.claim(MEDIA_PROCESSING)
        return claim if isinstance(claim, Claim) else None


def sha(content: bytes) -> str:
    """The SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def files_below(folder: Path) -> list[str]:
    """The files in a folder and below it, by their paths in it."""
    return sorted(_names(folder))


def _names(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*"):
        if not file.is_dir():
            yield file.relative_to(folder).as_posix()


def _never(place: str, error: OSError) -> None:
    raise AssertionError((place, error))
