"""Post: a watcher at work, and what it hands on."""

import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from botops.media.sightings import Sighting
from botops.media.watcher import InboxWatcher, WatchOptions

WHOLE = b"\xff\xd8" + b"x" * 100
PATIENCE = 20.0
# No scan but the first one, so that only events can bring a file.
BY_EVENTS = WatchOptions(settle_seconds=0.05, tick_seconds=0.05, rescan_seconds=3600)


class Post:
    """A watcher at work, and what it handed on."""

    def __init__(self, root: Path, options: WatchOptions = BY_EVENTS) -> None:
        self.root = root
        self.settled: queue.Queue[Sighting] = queue.Queue()
        self.refused: list[str] = []
        self.batches: list[int] = []
        self.failing: set[str] = set()
        self.news = threading.Condition()
        self.watcher = InboxWatcher(root, self._take, options=options, on_change=self._on_change)

    def _take(self, settled: Sequence[Sighting]) -> None:
        names = [sighting.path.name for sighting in settled]
        if failing := self.failing.intersection(names):
            self.refused.extend(failing)
            with self.news:
                self.news.notify_all()
            raise RuntimeError("the database is locked")
        self.batches.append(len(settled))
        for sighting in settled:
            self.settled.put(sighting)

    def _on_change(self) -> None:
        with self.news:
            self.news.notify_all()

    def start(self, word: str = "watching") -> "Post":
        """Start to watch, and wait until it does."""
        self.watcher.start()
        self.until(lambda: self.watcher.state.word == word)
        return self

    def until(self, claim: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        with self.news:
            assert self.news.wait_for(claim, PATIENCE), self.watcher.state

    def next(self) -> str:
        """The name, inside the folder, of the next file that is handed on."""
        return self.settled.get(timeout=PATIENCE).path.relative_to(self.root).as_posix()

    def drain(self, count: int) -> list[str]:
        """The names of the next files, sorted."""
        return sorted(self.next() for _ in range(count))

    def put(self, name: str, content: bytes = WHOLE) -> Path:
        """Write a file into the folder."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


# Makes a watcher of the folder, not started yet.
OpenPost = Callable[[WatchOptions], Post]
