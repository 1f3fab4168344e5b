"""Easel: the shop's hold on the process that draws the photos; it can be ended at any moment."""

from __future__ import annotations

import logging
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from botops.demo.shots import Order
from botops.media.child import command, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

    def draw(self, shots: Sequence[Shot]) -> Iterator[tuple[Shot, Path]]:
        """Yield each shot with its file as soon as that is whole; end early when closed."""
        process = self._start()
        if process is None:
            return
        try:
            yield from self._drawn(process, shots)
        finally:
            self._end(process)

    def close(self) -> None:
        """End what is being drawn, and draw no more."""
        with self._lock:
            self._is_closed = True
            if self._process is not None:
                self._process.kill()

    def _start(self) -> subprocess.Popen[str] | None:
        with self._lock:
            if self._is_closed:
                return None
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._process = subprocess.Popen(
                command(DOOR),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(),
                process_group=0,  # a Ctrl-C in the terminal is not for it
                text=True,
                encoding="utf-8",
            )
            return self._process

    def _drawn(
        self, process: subprocess.Popen[str], shots: Sequence[Shot]
    ) -> Iterator[tuple[Shot, Path]]:
        files = {str(self._folder / f"{at}-{shot.name}"): shot for at, shot in enumerate(shots)}
        orders = [Order(shot, file, self._seed).line() for file, shot in files.items()]
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the painting child was started without pipes")
        try:
            process.stdin.write("".join(orders))  # fits into the pipe: nobody waits for anybody
            process.stdin.close()
        except BrokenPipeError:  # killed meanwhile: it names no file, and why is said at the end
            return
        for line in process.stdout:
            file = line.rstrip("\n")
            yield files[file], Path(file)

    def _end(self, process: subprocess.Popen[str]) -> None:
        with self._lock:
            self._process = None
            was_closed = self._is_closed
        process.kill()  # where nobody wants the rest; one that is done doesn't mind
        _, said = process.communicate()
        if said and not was_closed:
            log.error("a photo could not be drawn: %s", said.strip())
