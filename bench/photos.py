"""Photos: twelve-megapixel JPEGs drawn by rule, as heavy as those of a phone, the same each time.

What a photo costs hangs on its detail: noise in octaves that weaken as they get finer, as in a
real scene, edges of things, and the grain of a sensor.
"""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

KEPT = Path("build/bench/photos")
SIZE = (4000, 3000)
COUNT = 12
QUALITY = 92
TURNED = 0x0112, 6  # EXIF: held upright, as every third of them is
GRAIN = (0.03, 0.045, 0.06)  # from a sunny day to an evening indoors: 3 to 6 MB
EDITION = 1  # a new one draws them anew


@dataclass(frozen=True, slots=True)
class Photos:
    """The same scenes, saved in both ways that JPEGs come."""

    baseline: tuple[Path, ...]
    progressive: tuple[Path, ...]


def photos(count: int = COUNT) -> Photos:
    """Return the files; drawn the first time, kept under build/ from then on."""
    KEPT.mkdir(parents=True, exist_ok=True)
    wanted = [(seed, way) for seed in range(count) for way in ("baseline", "progressive")]
    missing = sorted({seed for seed, way in wanted if not _file(seed, way).exists()})
    if missing:
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            list(pool.map(_keep, missing))
    files = {way: tuple(_file(seed, way) for seed in range(count)) for _, way in wanted}
    return Photos(files["baseline"], files["progressive"])


def _file(seed: int, way: str) -> Path:
    return (KEPT / f"{EDITION}-{way}-{seed:02}.jpg").absolute()


def _keep(seed: int) -> None:
    scene = _draw(seed)
    exif = Image.Exif()
    if seed % 3 == 2:
        exif[TURNED[0]] = TURNED[1]
    for way in ("baseline", "progressive"):
        part = _file(seed, way).with_suffix(".part")
        scene.save(part, "JPEG", quality=QUALITY, progressive=way == "progressive", exif=exif)
        part.replace(_file(seed, way))


def _draw(seed: int) -> Image.Image:
    chance = random.Random(seed)
    scene = _noise(chance, 8, 6)
    for octave in range(1, 8):
        finer = _noise(chance, 8 << octave, 6 << octave)
        scene = Image.blend(scene, finer, 0.36 / octave)
    _put_things(scene, chance)
    grain = Image.frombytes("L", SIZE, chance.randbytes(SIZE[0] * SIZE[1])).convert("RGB")
    return Image.blend(scene, ImageChops.overlay(scene, grain), GRAIN[seed % len(GRAIN)] * 2)


def _noise(chance: random.Random, width: int, height: int) -> Image.Image:
    spots = Image.frombytes("RGB", (width, height), chance.randbytes(width * height * 3))
    return spots.resize(SIZE, Image.Resampling.BICUBIC)


def _put_things(scene: Image.Image, chance: random.Random) -> None:
    """Draw things with edges: what is for sale, and the lines of a table."""
    pen = ImageDraw.Draw(scene)
    width, height = SIZE
    for _ in range(60):
        x, y, reach = chance.randrange(width), chance.randrange(height), chance.randrange(30, 500)
        box = (x, y, x + reach, y + reach * chance.uniform(0.4, 1.6))
        colour = tuple(chance.randrange(256) for _ in range(3))
        if chance.random() < 0.5:
            pen.ellipse(box, outline=colour, width=chance.randrange(2, 24))
        else:
            pen.rectangle(box, outline=colour, width=chance.randrange(2, 24))
