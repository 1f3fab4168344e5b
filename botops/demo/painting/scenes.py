"""Scenes: flowers put together to a picture: one alone, three, a row, a bunch, a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle
from typing import NamedTuple

from botops.demo.painting.blossoms import GOLD, LEAF, Flower
from botops.demo.painting.brush import Canvas, Place, Tones, pointed, rounded, towards

Scene = Callable[[Canvas], None]
scene = partial  # a scene is a way to draw with its flowers chosen
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
            for aside in asides(flowers)
        ]


DOZEN, HALF_DOZEN = Dome((3, 4, 5), 15.5, 13), Dome((2, 3, 1), 20, 15)
MANY = Dome((3, 4, 5, 1), 15.5, 13)


def asides(count: int) -> list[float]:
    """Return so many steps to the left and to the right of the middle."""
    return [index - (count - 1) / 2 for index in range(count)]


def leaf(canvas: Canvas, at: Place, *, tip: Place, width: float) -> None:
    """Draw a leaf with its vein."""
    canvas.petal(at, tip, width=width, tones=LEAF, edge=pointed)
    canvas.line([at, at + (tip - at) * 0.92], width * 0.06, fill=LEAF.dark)


def portrait(canvas: Canvas, *, flower: Flower) -> None:
    """Draw one flower, as near as it gets."""
    at = complex(canvas.wobble(3), canvas.wobble(3))
    for angle in (30, 150, 265):
        leaf(canvas, at, tip=at + towards(angle + canvas.wobble(12), 47), width=17)
    flower.draw(canvas, at, radius=38)


def three(canvas: Canvas, *, flowers: Sequence[Flower]) -> None:
    """Draw three flowers, the nearest last."""
    places = (complex(-27, -14), complex(25, -19), complex(2, 16))
    for index, (place, flower) in enumerate(zip(places, cycle(flowers), strict=False)):
        at = place + complex(canvas.wobble(3), canvas.wobble(3))
        leaf(canvas, at, tip=at + towards(60 + 70 * index, 33), width=13)
        flower.draw(canvas, at, radius=21 + 4 * index)


def row(canvas: Canvas, *, flowers: Sequence[Flower]) -> None:
    """Draw flowers on their stems, side by side, as they are seen from the side."""
    for aside, flower in zip(asides(5), cycle(flowers), strict=False):
        at = complex(aside * 21 + canvas.wobble(2), -18 + canvas.wobble(8))
        foot = complex(at.real * 0.75 + canvas.wobble(4), 60)
        canvas.curve(at, foot, bend=0.08, width=2.2, fill=LEAF.dark)
        side = 1 if aside % 2 else -1
        leaf(canvas, foot - 24j, tip=at + complex(side * 8, 22), width=8)
        flower.draw(canvas, at, radius=15)


def hanging(canvas: Canvas, *, flower: Flower) -> None:
    """Draw a twig from which flowers hang."""
    twig = [complex(-75, -40), complex(-20, -36), complex(75, -44)]
    canvas.line(twig, 2.4, fill=Tones.of("#6a4a2c").body)
    for aside, height in zip(asides(6), (4, 16, 0, 20, 6, 14), strict=True):
        at = complex(aside * 16, height)
        top = complex(at.real + canvas.wobble(3), -38)
        canvas.curve(top, at - 16j, bend=0.06, width=1.0, fill=LEAF.dark)
        leaf(canvas, top, tip=top + towards(canvas.chance.choice((20, 160)), 15), width=7)
        flower.draw(canvas, at, radius=19)


def bunch(canvas: Canvas, *, flowers: Sequence[Flower], dome: Dome = DOZEN) -> None:
    """Draw a bunch from the side: stems below, paper around them, a dome of flowers."""
    _stems(canvas)
    _wrap(canvas, PAPER)
    for at, flower in zip(dome.places(), cycle(flowers), strict=False):
        flower.draw(canvas, at, radius=dome.size)
    _ribbon(canvas, flowers[0].tones)


def bouquet(canvas: Canvas, *, flowers: Sequence[Flower], paper: Tones = PAPER) -> None:
    """Draw a bouquet of several kinds, with leaves between them."""
    _stems(canvas)
    _wrap(canvas, paper)
    for angle in range(200, 345, 24):
        leaf(canvas, -8j, tip=towards(angle + canvas.wobble(6), 46), width=11)
    for at, flower in zip(MANY.places(), cycle(flowers), strict=False):
        flower.draw(canvas, at, radius=12.5 + canvas.wobble(1.5))
    _ribbon(canvas, flowers[0].tones)


def hatbox(canvas: Canvas, *, flowers: Sequence[Flower], box: Tones) -> None:
    """Draw a round box full of flowers."""
    wall = [-32 - 4j, 32 - 4j, 29 + 42j, -29 + 42j]
    canvas.shape(wall, fill=box.body)
    canvas.shape([wall[0], -18 - 4j, -16 + 42j, wall[3]], fill=box.dark)
    canvas.oval(42j, 29 + 5j, fill=box.body)
    canvas.oval(-4j, 34 + 9j, fill=box.dark)
    for number, count in enumerate((4, 5, 4)):
        for index, aside in enumerate(asides(count)):
            flower = flowers[(index + number) % len(flowers)]
            flower.draw(canvas, complex(aside * 15, -20 + 10 * number), radius=10.5)
    canvas.line([-31 + 22j, 31 + 22j], 5, fill=GOLD.body)
    for angle in (200, 340, 60, 120):
        canvas.petal(22j, 22j + towards(angle, 13), width=8, tones=GOLD, edge=rounded)
    canvas.disc(22j, 3, fill=GOLD.dark)


def _stems(canvas: Canvas) -> None:
    for aside in asides(12):
        canvas.line([_TOGETHER + aside / 2, complex(aside * 2.2, 49)], 1.8, fill=LEAF.dark)


def _wrap(canvas: Canvas, paper: Tones) -> None:
    """Draw the paper, open towards the flowers."""
    left, right, fold = -36 - 14j, 36 - 14j, -4 + 6j
    canvas.shape([left, -10 - 24j, 14 - 22j, right, _TOGETHER], fill=paper.dark)
    canvas.shape([left, fold, _TOGETHER + 4, _TOGETHER - 4], fill=paper.body)
    canvas.shape([right, fold, _TOGETHER - 4, _TOGETHER + 4], fill=paper.light)


def _ribbon(canvas: Canvas, tones: Tones) -> None:
    at = _TOGETHER - 3j
    for angle in (205, 335):
        canvas.petal(at, at + towards(angle, 14), width=9, tones=tones, edge=rounded)
    for angle in (65, 115):
        canvas.curve(at, at + towards(angle, 15), bend=0.1, width=2.2, fill=tones.dark)
    canvas.disc(at, 3, fill=tones.light)
