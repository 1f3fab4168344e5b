"""Cards: what is written with the flowers."""

from __future__ import annotations

from collections.abc import Sequence

from botops.demo.painting.blossoms import Blossom
from botops.demo.painting.brush import BLACK, Canvas, Tones, mix, towards
from botops.demo.painting.scenes import Scene, leaf


def card(canvas: Canvas, paper: Tones, motif: Scene, text: str) -> None:
    """Draw a card that stands a little askew."""
    turn = towards(canvas.wobble(6))
    outline = [complex(x, y) for x, y in ((-30, -40), (30, -40), (30, 40), (-30, 40))]
    canvas.shape([corner * turn + 1.6 + 1.8j for corner in outline], mix(paper.dark, BLACK, 0.5))
    canvas.shape([corner * turn for corner in outline], paper.body)
    canvas.shape([corner * turn * 0.9 for corner in outline], paper.light)
    motif(canvas)
    canvas.words(27j * turn, text, size=12, fill=mix(paper.dark, BLACK, 0.55))


def heart(canvas: Canvas, tones: Tones) -> None:
    """Draw a heart with a small flower on it."""
    for side in (-1, 1):
        canvas.disc(complex(side * 9.3, -16), 11.5, tones.body)
    canvas.shape([-19.4 - 9.5j, -10j, 19.4 - 9.5j, 13j], tones.body)
    canvas.disc(complex(-11, -19), 4, tones.light)


def wreath(canvas: Canvas, mixed: Sequence[tuple[Blossom, Tones]]) -> None:
    """Draw a small wreath of flowers."""
    for index in range(10):
        at = -9j + towards(index * 36, 16)
        leaf(canvas, at, at + towards(index * 36 + 60, 8), width=4)
        blossom, tones = mixed[index % len(mixed)]
        blossom(canvas, at, 6, tones)
