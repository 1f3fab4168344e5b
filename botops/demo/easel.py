"""Easel: the shop's hold on the process that draws the photos; it can be ended at any moment."""

from __future__ import annotations

import logging
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

from botops.demo.shots import Order
from botops.media.child import command, environment

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from botops.demo.shots import Shot

log = logging.getLogger(__name__)
DOOR = "--draw-photos"


class Easel:
    """Has photos drawn, a few at a time; used by one thread, closed from any."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Draw into a folder; the same seed gives the same photos."""
        self._folder = folder
        self._seed = seed
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._is_closed = False

    def draw(self, shots: Sequence[Shot]) -> Generator[tuple[Shot, Path], None, None]:
        """Yield each shot with its file as soon as that is whole; end early when closed."""
        files = {str(self._folder / f"{at}-{shot.name}"): shot for at, shot in enumerate(shots)}
        # Files, not pipes: whoever is killed in between, nobody waits for anybody.
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as orders,
            tempfile.TemporaryFile() as said,
        ):
            orders.writelines(Order(shot, file, self._seed).line() for file, shot in files.items())
            orders.seek(0)
            process = self._start(orders, said)
            if process is None:
                return
            with process:
                try:
                    for line in process.stdout or ():
                        file = line.rstrip("\n")
                        yield files[file], Path(file)
                finally:
                    self._end(process)
            said.seek(0)
            if trouble := said.read().decode(errors="replace").strip():
                log.error("a photo could not be drawn: %s", trouble)

    def close(self) -> None:
        """End what is being drawn, and draw no more."""
        with self._lock:
            self._is_closed = True
            if self._process is not None:
                self._process.kill()

    def _start(self, orders: IO[str], said: IO[bytes]) -> subprocess.Popen[str] | None:
        with self._lock:
            if self._is_closed:
                return None
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._process = subprocess.Popen(
                command(DOOR),
                stdin=orders,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment(),
                process_group=0,  # a Ctrl-C in the terminal is not for it
                text=True,
                encoding="utf-8",
            )
            return self._process

    def _end(self, process: subprocess.Popen[str]) -> None:
        with self._lock:
            self._process = None
        process.kill()  # where nobody wants the rest; one that is done doesn't mind
