"""Media: photos a second, CPU a photo and the wait for one, beside naive Pillow and sharp."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import psutil
from PIL import Image

from bench.figures import milliseconds
from bench.house import BUILD, a_house
from bench.photos import photos
from bench.table import Row, row, skipped
from botops.media.pool import DecodePool

ROUNDS = 3
LANES = os.cpu_count() or 1
SIZES = {"thumb": 320, "medium": 600, "whatsapp": 1200}
QUALITY = 82
SETTLE = "media.settle_seconds=0.3"  # not measured: a photo's time begins once it has settled
SHARP = "bench/peers/sharp.mjs"
WARM_UP = 2
CPU_GOAL = 1.5  # times sharp
WAIT_GOAL = 1_000.0  # ms


@dataclass(frozen=True, slots=True)
class Cost:
    """What a photo costs, in seconds."""

    wall: float
    cpu: float


Way = Callable[[Sequence[Path], Path], Cost]


def run() -> list[Row]:
    """Return photos a second, CPU a photo and the wait for one, of both kinds of JPEG."""
    drawn = photos()
    kinds = (("baseline", drawn.baseline), ("progressive", drawn.progressive))
    missing = "" if _has_sharp() else "run npm ci in bench/"
    return [
        *(row for kind, files in kinds for row in _cost_rows(kind, files, with_sharp=not missing)),
        *(row for kind, files in kinds for row in _wait_rows(kind, files, with_sharp=not missing)),
        *([skipped("sharp", missing)] if missing else []),
    ]


def _has_sharp() -> bool:
    return shutil.which("node") is not None and Path("bench/node_modules/sharp").is_dir()


def _cost_rows(kind: str, files: Sequence[Path], *, with_sharp: bool) -> Iterator[Row]:
    ways = PEERS | (SHARPS if with_sharp else {})
    rounds = [
        {name: _measured(way, files) for name, way in (OURS | ways).items()} for _ in range(ROUNDS)
    ]
    best = median(one[BEST].cpu for one in rounds) if with_sharp else 0
    for ours in OURS:
        yield row(
            f"{kind}, {ours}", [1 / one[ours].wall for one in rounds], unit="/s",
            more_is_better=True,
            peers={name: [1 / one[name].wall for one in rounds] for name in ways},
        )  # fmt: skip
        yield row(
            f"{kind}, {ours}, CPU", [one[ours].cpu * 1e3 for one in rounds], unit="ms",
            goal=best * 1e3 * CPU_GOAL or None,
            peers={name: [one[name].cpu * 1e3 for one in rounds] for name in ways},
        )  # fmt: skip


def _wait_rows(kind: str, files: Sequence[Path], *, with_sharp: bool) -> Iterator[Row]:
    ours = [_waits(files) for _ in range(ROUNDS)]
    alone = partial(_sharp, way="cascade", lanes=1)
    sharp = [_measured(alone, files).wall * 1e3 for _ in range(ROUNDS)] if with_sharp else []
    for share in (50, 95):
        yield row(
            f"{kind}, settled → ready, p{share}", milliseconds(ours, share), unit="ms",
            goal=WAIT_GOAL if share == 95 else None,
            peers={"sharp, cascade, mean": sharp} if sharp else None,
        )  # fmt: skip


def _measured(way: Way, files: Sequence[Path]) -> Cost:
    """Return what a photo costs; on the project's disk, where a sync costs what it does there."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="media-", dir=BUILD) as folder:
        return way(files, Path(folder).absolute())


def _waits(files: Sequence[Path]) -> list[float]:
    """Return the seconds from settled to ready of photos that come one at a time."""
    with a_house([SETTLE]) as house:
        house.take_in(files[:WARM_UP])
        return [ready - settled for file in files for settled, ready in house.take_in([file])]


class Stopwatch:
    """Time and CPU since it was made, of this process and of the children that it still has."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu()

    def cost(self, count: int) -> Cost:
        """Return what each of `count` photos cost."""
        return Cost((time.perf_counter() - self._wall) / count, (_cpu() - self._cpu) / count)


def _cpu() -> float:
    spent = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return time.process_time() + sum(times.user + times.system for times in spent)


def _pool(files: Sequence[Path], folder: Path) -> Cost:
    """Let the product's pool decode, and nothing else."""
    with DecodePool(LANES) as pool, ThreadPoolExecutor(LANES) as lanes:
        convert = partial(pool.convert, sizes=SIZES, folder=folder)
        list(lanes.map(convert, files[:WARM_UP]))
        watch = Stopwatch()
        list(lanes.map(convert, files))
        return watch.cost(len(files))


def _product(files: Sequence[Path], _folder: Path) -> Cost:
    """Let the whole engine take photos in: copied, hashed, synced, decoded, booked, told."""
    with a_house([SETTLE]) as house:
        house.take_in(files[:WARM_UP])
        watch = Stopwatch()
        moments = house.take_in(files)
        cpu = watch.cost(len(files)).cpu
    settled, ready = moments[0][0], moments[-1][1]
    return Cost((ready - settled) / len(files), cpu)


def _pillow(files: Sequence[Path], folder: Path) -> Cost:
    """Do what first comes to mind: open, thumbnail, save, for each size."""

    def one(file: Path) -> None:
        for name, side in SIZES.items():
            with Image.open(file) as picture:
                picture.thumbnail((side, side))
                picture.save(folder / f"{file.stem}.{name}.jpg", quality=QUALITY)

    with ThreadPoolExecutor(LANES) as lanes:
        list(lanes.map(one, files[:WARM_UP]))
        watch = Stopwatch()
        list(lanes.map(one, files))
        return watch.cost(len(files))


def _sharp(files: Sequence[Path], folder: Path, *, way: str, lanes: int = LANES) -> Cost:
    argv = ["node", SHARP, way, str(lanes), str(folder), *map(str, files)]
    said = json.loads(subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout)
    return Cost(said["seconds"] / len(files), said["cpu"] / len(files))


OURS: dict[str, Way] = {"decoding alone": _pool, "whole product": _product}
PEERS: dict[str, Way] = {"Pillow, naive": _pillow}
SHARPS: dict[str, Way] = {
    "sharp": partial(_sharp, way="pipelines"),
    "sharp, cascade": partial(_sharp, way="cascade"),
}
BEST = "sharp, cascade"
