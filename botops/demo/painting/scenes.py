"""Scenes: flowers put together to a picture: one alone, three, a row, a bunch, a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from botops.demo.painting.blossoms import GOLD, LEAF, Blossom
from botops.demo.painting.brush import (
    Canvas,
    Place,
    Tones,
    pointed,
    rounded,
    towards,
)

Scene = Callable[[Canvas], None]

PAPER = Tones.of("#d9b98a")
_TOGETHER = complex(0, 34)  # where the stems of a bunch meet


class Dome(NamedTuple):
    """How the flowers of a bunch stand: in rows from the top down, so far apart, so large."""

    rows: tuple[int, ...]
    apart: float
    size: float

    def places(self) -> list[Place]:
        """Return where the flowers are, the nearest last."""
        return [
            complex(aside * self.apart, -34 + 13 * number + abs(aside) * 2)
            for number, flowers in enumerate(self.rows)
            for aside in _asides(flowers)
        ]


DOZEN, HALF_DOZEN = Dome((3, 4, 5), 15.5, 13), Dome((2, 3, 1), 20, 15)
MANY = Dome((3, 4, 5, 1), 15.5, 13)


def scene(draw: Callable[..., None], *args: object) -> Scene:
    """Return a scene with its flowers chosen."""
    return lambda canvas: draw(canvas, *args)


def portrait(canvas: Canvas, blossom: Blossom, tones: Tones) -> None:
    """Draw one flower, as near as it gets."""
    at = complex(canvas.wobble(3), canvas.wobble(3))
    for angle in (30, 150, 265):
        leaf(canvas, at, at + towards(angle + canvas.wobble(12), 47), width=17)
    blossom(canvas, at, 38, tones)


def leaf(canvas: Canvas, at: Place, tip: Place, *, width: float) -> None:
    """Draw a leaf with its vein."""
    canvas.petal(at, tip, width=width, tones=LEAF, edge=pointed)
    canvas.line([at, at + (tip - at) * 0.92], width * 0.06, LEAF.dark)


def three(canvas: Canvas, blossom: Blossom, tones: Sequence[Tones]) -> None:
    """Draw three flowers, the nearest last."""
    places = (complex(-27, -14), complex(25, -19), complex(2, 16))
    for index, place in enumerate(places):
        at = place + complex(canvas.wobble(3), canvas.wobble(3))
        leaf(canvas, at, at + towards(60 + 70 * index, 33), width=13)
        blossom(canvas, at, 21 + 4 * index, tones[index % len(tones)])


def row(canvas: Canvas, blossom: Blossom, tones: Sequence[Tones]) -> None:
    """Draw flowers on their stems, side by side, as they are seen from the side."""
    for index in range(5):
        at = complex((index - 2) * 21 + canvas.wobble(2), -18 + canvas.wobble(8))
        foot = complex(at.real * 0.75 + canvas.wobble(4), 60)
        canvas.curve(at, foot, bend=0.08, width=2.2, fill=LEAF.dark)
        side = 1 if index % 2 else -1
        leaf(canvas, foot - 24j, at + complex(side * 8, 22), width=8)
        blossom(canvas, at, 15, tones[index % len(tones)])


def hanging(canvas: Canvas, blossom: Blossom, tones: Tones) -> None:
    """Draw a twig from which flowers hang."""
    twig = [complex(-75, -40), complex(-20, -36), complex(75, -44)]
    canvas.line(twig, 2.4, Tones.of("#6a4a2c").body)
    for index in range(6):
        at = complex(-40 + 16 * index, (4, 16, 0, 20, 6, 14)[index])
        top = complex(at.real + canvas.wobble(3), -38)
        canvas.curve(top, at - 16j, bend=0.06, width=1.0, fill=LEAF.dark)
        leaf(canvas, top, top + towards(20 if index % 2 else 160, 15), width=7)
        blossom(canvas, at, 19, tones)


def bunch(canvas: Canvas, blossom: Blossom, tones: Sequence[Tones], dome: Dome = DOZEN) -> None:
    """Draw a bunch from the side: stems below, paper around them, a dome of flowers."""
    _stems(canvas)
    _wrap(canvas, PAPER)
    for index, at in enumerate(dome.places()):
        blossom(canvas, at, dome.size, tones[index % len(tones)])
    _ribbon(canvas, tones[0])


def bouquet(canvas: Canvas, mixed: Sequence[tuple[Blossom, Tones]], paper: Tones = PAPER) -> None:
    """Draw a bouquet of several kinds."""
    _stems(canvas)
    _wrap(canvas, paper)
    for angle in range(200, 345, 24):
        leaf(canvas, -8j, towards(angle + canvas.wobble(6), 46), width=11)
    for index, at in enumerate(MANY.places()):
        blossom, tones = mixed[index % len(mixed)]
        blossom(canvas, at, 12.5 + canvas.wobble(1.5), tones)
    _ribbon(canvas, mixed[0][1])


def _asides(count: int) -> list[float]:
    """Return so many steps to the left and to the right of the middle."""
    return [index - (count - 1) / 2 for index in range(count)]


def _stems(canvas: Canvas) -> None:
    for aside in _asides(12):
        canvas.line([_TOGETHER + aside / 2, complex(aside * 2.2, 49)], 1.8, LEAF.dark)


def _wrap(canvas: Canvas, paper: Tones) -> None:
    """Draw the paper, open towards the flowers."""
    left, right = complex(-36, -14), complex(36, -14)
    canvas.shape([left, complex(-10, -24), complex(14, -22), right, _TOGETHER], paper.dark)
    canvas.shape([left, complex(-4, 6), _TOGETHER + 4, _TOGETHER - 4], paper.body)
    canvas.shape([right, complex(-4, 6), _TOGETHER - 4, _TOGETHER + 4], paper.light)


def _ribbon(canvas: Canvas, tones: Tones) -> None:
    at = _TOGETHER - 3j
    for angle in (205, 335):
        canvas.petal(at, at + towards(angle, 14), width=9, tones=tones, edge=rounded)
    for angle in (65, 115):
        canvas.curve(at, at + towards(angle, 15), bend=0.1, width=2.2, fill=tones.dark)
    canvas.disc(at, 3, tones.light)


def hatbox(canvas: Canvas, blossom: Blossom, tones: Sequence[Tones], box: Tones) -> None:
    """Draw a round box full of flowers."""
    canvas.shape([complex(x, y) for x, y in ((-32, -4), (32, -4), (29, 42), (-29, 42))], box.body)
    canvas.shape([complex(x, y) for x, y in ((-32, -4), (-18, -4), (-16, 42), (-29, 42))], box.dark)
    canvas.oval(42j, 29 + 5j, box.body)
    canvas.oval(-4j, 34 + 9j, box.dark)
    for number, flowers in enumerate((4, 5, 4)):
        for index, aside in enumerate(_asides(flowers)):
            at = complex(aside * 15, -20 + 10 * number)
            blossom(canvas, at, 10.5, tones[(index + number) % len(tones)])
    canvas.line([complex(-31, 22), complex(31, 22)], 5, GOLD.body)
    _knot(canvas, 22j)


def _knot(canvas: Canvas, at: Place) -> None:
    for angle in (200, 340, 60, 120):
        canvas.petal(at, at + towards(angle, 13), width=8, tones=GOLD, edge=rounded)
    canvas.disc(at, 3, GOLD.dark)
