"""Cards: what is written with the flowers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from botops.demo.painting.blossoms import Flower
from botops.demo.painting.brush import BLACK, Canvas, Tones, mix, towards
from botops.demo.painting.scenes import Scene, leaf

_OUTLINE = (-30 - 40j, 30 - 40j, 30 + 40j, -30 + 40j)


def card(canvas: Canvas, *, paper: Tones, motif: Scene, text: str) -> None:
    """Draw a card that stands a little askew."""
    turn = towards(canvas.wobble(6))
    corners = [corner * turn for corner in _OUTLINE]
    shadow = mix(paper.dark, BLACK, share=0.5)
    canvas.shape([corner + 1.6 + 1.8j for corner in corners], fill=shadow)
    canvas.shape(corners, fill=paper.body)
    canvas.shape([corner * 0.9 for corner in corners], fill=paper.light)
    motif(canvas)
    canvas.words(27j * turn, text, size=12, fill=shadow)


def heart(canvas: Canvas, *, tones: Tones) -> None:
    """Draw a heart."""
    for side in (-1, 1):
        canvas.disc(complex(side * 9.3, -16), 11.5, fill=tones.body)
    canvas.shape([-19.4 - 9.5j, -10j, 19.4 - 9.5j, 13j], fill=tones.body)
    canvas.disc(-11 - 19j, 4, fill=tones.light)


def wreath(canvas: Canvas, *, flowers: Sequence[Flower]) -> None:
    """Draw a small wreath of flowers."""
    for angle, flower in zip(range(0, 360, 36), cycle(flowers), strict=False):
        at = -9j + towards(angle, 16)
        leaf(canvas, at, tip=at + towards(angle + 60, 8), width=4)
        flower.draw(canvas, at, radius=6)
