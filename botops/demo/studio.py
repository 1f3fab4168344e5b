"""Studio: the child process in which the sample photos are drawn, so that the shop stays light."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from PIL import Image

from botops.demo.painting.subjects import look_of, paint
from botops.demo.shots import Order

if TYPE_CHECKING:
    from botops.demo.shots import Shot

_NOISE = 0.16
_JPEG, _GRAINY_JPEG, _WEBP = 88, 95, 85  # qualities
_PNG = 3  # compression: the effort, not the loss


def main() -> int:
    """Draw what stdin orders, line by line, and name each file on stdout once it is whole."""
    for line in sys.stdin:
        order = Order.read(line)
        Path(order.file).write_bytes(photo(order.shot, order.seed))
        sys.stdout.write(order.file + "\n")
        sys.stdout.flush()
    return 0


def photo(shot: Shot, seed: int) -> bytes:
    """Return the file of a shot; the same shot and seed give the same bytes."""
    chance = Random(f"{seed} {shot.sku} {shot.take}")  # noqa: S311 - draws flowers, guards nothing
    look = look_of(shot.sku, shot.take)
    image = paint(look, size=(shot.width, shot.width * 3 // 4), chance=chance)
    if shot.is_grainy:
        noise = Image.frombytes("L", image.size, chance.randbytes(image.width * image.height))
        image = Image.blend(image, noise.convert(image.mode), _NOISE)
    content = _developed(image, Path(shot.name).suffix, is_grainy=shot.is_grainy)
    return content[: round(len(content) * shot.part)]


def _developed(image: Image.Image, suffix: str, *, is_grainy: bool) -> bytes:
    file = io.BytesIO()
    if suffix == ".png":
        image.save(file, "PNG", compress_level=_PNG)
    elif suffix == ".webp":
        image.save(file, "WEBP", quality=_WEBP, method=2)
    else:
        image.convert("RGB").save(file, "JPEG", quality=_GRAINY_JPEG if is_grainy else _JPEG)
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main())
