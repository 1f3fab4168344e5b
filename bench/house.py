"""House: the engine on a home of its own, in this process, and what becomes of photos in it."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from botops.engine import Engine
from botops.jobs.desk import JobQuery
from botops.jobs.ledger import JobOptions
from botops.jobs.probe import PROBE
from botops.jobs.states import ORDER_PROCESSING
from botops.kernel import clock
from botops.kernel.events import PublicEvent
from botops.kernel.paths import Home
from botops.media.tasks import INGEST
from botops.runtime import Runtime

BUILD = Path("build/bench")
PATIENCE = 300.0
_serial = count()


@contextmanager
def a_home() -> Iterator[Home]:
    """Give an empty home on the project's disk: in memory, a sync would cost nothing."""
    BUILD.mkdir(parents=True, exist_ok=True)
    home = Home(Path(tempfile.mkdtemp(prefix="home-", dir=BUILD)).absolute())
    home.make()
    try:
        yield home
    finally:
        shutil.rmtree(home.root)


def copied(photo: Path, folder: Path) -> Path:
    """Return a copy that no other has the bytes of: the same ones twice would be a duplicate."""
    number = next(_serial)
    copy = folder / f"IMG-{number:05}.jpg"
    copy.write_bytes(photo.read_bytes() + b"copy %d" % number)
    return copy


class House:
    """A running engine, and the moments at which photos became ready."""

    def __init__(self, home: Home, runtime: Runtime) -> None:
        self._home = home
        self._runtime = runtime
        self._ready: list[float] = []
        self._came = threading.Condition()
        self._staged = home.root / "staged"
        self._staged.mkdir()
        runtime.bus.subscribe(PublicEvent, self._hear)

    def take_in(self, photos: Sequence[Path]) -> list[tuple[float, float]]:
        """Move copies of photos into the inbox at once; return when each settled and was ready.

        The pairs are sorted moments: it is not told which photo was ready first.
        """
        copies = [copied(photo, self._staged) for photo in photos]
        before = len(self._ready)
        for copy in copies:
            copy.rename(self._home.inbox / copy.name)
        with self._came:
            wanted = before + len(copies)
            if not self._came.wait_for(lambda: len(self._ready) >= wanted, PATIENCE):
                raise TimeoutError("the photos are not ready yet")
            ready = self._ready[before:]
        query = JobQuery(kind=INGEST, limit=len(copies))
        jobs = self._runtime.jobs.page(query).items
        return list(zip(sorted(job.created_at for job in jobs), sorted(ready), strict=True))

    def _hear(self, event: PublicEvent) -> None:
        if event.type == "media_ready":
            with self._came:
                self._ready.append(clock.epoch())
                self._came.notify_all()


@contextmanager
def a_house(settings: Sequence[str] = ()) -> Iterator[House]:
    """Give a running house, and end it."""
    with a_home() as home:
        engine = Engine(home, settings)
        runtime = engine.start()
        try:
            yield House(home, runtime)
        finally:
            engine.stop()


def seeded(home: Home, *, jobs: int, photos: Sequence[Path]) -> None:
    """Leave some jobs that are done and some photos that are ready in a home, and nothing else."""
    engine = Engine(home, ["media.settle_seconds=0.1"])
    runtime = engine.start()
    try:
        options = JobOptions(queue=ORDER_PROCESSING)
        runtime.jobs.enqueue_many(PROBE.kind, {"n": 1}, options=options, count=jobs)
        House(home, runtime).take_in(photos)
        while runtime.jobs.page(JobQuery(state=("available",), limit=1)).items:
            time.sleep(0.05)
    finally:
        engine.stop()
