"""Potted: plants in their pots, and flowers in vases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from botops.demo.painting import blossoms
from botops.demo.painting.blossoms import CREAM, LEAF, Flower
from botops.demo.painting.brush import WHITE, Canvas, Place, Tones, rounded, towards
from botops.demo.painting.scenes import Scene, asides, leaf

CLAY = Tones.of("#b8623c")
_SOIL = Tones.of("#3a2618")
_FAN = 21  # degrees between flowers in a vase


def pot(canvas: Canvas, tones: Tones, *, rim: Place = 22j, width: float = 22) -> None:
    """Draw a flower pot; `rim` is the middle of its upper edge."""
    foot = rim + complex(0, width * 1.1)
    left, right, narrow = rim - width * 0.86, rim + width * 0.86, width * 0.62
    canvas.shape([left, right, foot + narrow, foot - narrow], fill=tones.body)
    canvas.shape([left, rim - width * 0.3, foot - width * 0.2, foot - narrow], fill=tones.light)
    edge = [complex(-width, -3), complex(width, -3), complex(width, 4), complex(-width, 4)]
    canvas.shape([rim + corner for corner in edge], fill=tones.dark)
    canvas.oval(rim - 3j, complex(width, 3), fill=tones.body)
    canvas.oval(rim - 3j, complex(width * 0.86, 2), fill=_SOIL.body)


def orchid(canvas: Canvas, *, tones: Tones, clay: Tones) -> None:
    """Draw an orchid in its pot: an arch with flowers, leaves at the foot."""
    for angle in (195, 345, 225, 315):
        leaf(canvas, 20j, tip=20j + towards(angle, 30), width=11)
    canvas.curve(20j, 26 - 30j, bend=-0.45, width=1.8, fill=LEAF.dark)
    flower = Flower(blossoms.orchid, tones)
    for at, size in ((-17 - 12j, 15), (-3 - 29j, 15), (17 - 35j, 13)):
        flower.draw(canvas, at, radius=size)
    canvas.disc(31 - 27j, 4, fill=tones.body)
    pot(canvas, clay)


def cactus(canvas: Canvas, *, tones: Tones, clay: Tones) -> None:
    """Draw a cactus that flowers."""
    for at, radii in ((-20 - 4j, 8 + 13j), (20 + 1j, 7 + 11j), (-4j, 17 + 27j)):
        _cushion(canvas, at, radii=radii)
    Flower(blossoms.gerbera, tones).draw(canvas, -32j, radius=13)
    Flower(blossoms.daisy, tones).draw(canvas, -22 - 19j, radius=7)
    pot(canvas, clay)


def _cushion(canvas: Canvas, at: Place, *, radii: complex) -> None:
    """Draw a limb of a cactus: ribs and spines."""
    green = Tones.of("#3f9a63")
    canvas.oval(at, radii, fill=green.dark)
    canvas.oval(at, radii * 0.94, fill=green.body)
    for share in (-0.55, 0.0, 0.55):
        rib = complex(radii.real * 0.12, radii.imag * (0.86 - 0.3 * abs(share)))
        canvas.oval(at + share * radii.real, rib, fill=green.light)
    for _ in range(16):
        spot = at + complex(canvas.wobble(0.7) * radii.real, canvas.wobble(0.7) * radii.imag)
        canvas.disc(spot, 0.65, fill=WHITE)


def succulents(canvas: Canvas, *, colours: Sequence[Tones], clay: Tones) -> None:
    """Draw three succulents in a bowl."""
    for at, tones in zip((-25 + 4j, 25 + 2j, -10j), colours, strict=True):
        Flower(blossoms.succulent, tones).draw(canvas, at, radius=21)
    pot(canvas, clay, rim=21j, width=36)


def monstera(canvas: Canvas, *, clay: Tones) -> None:
    """Draw a monstera: large leaves with slits."""
    for angle, length in ((200, 40), (340, 40), (235, 46), (305, 46), (270, 50)):
        at = 20j + towards(angle + canvas.wobble(5), length)
        canvas.curve(20j, at, bend=0.08, width=1.6, fill=LEAF.dark)
        _slit_leaf(canvas, at, down=towards(angle + canvas.wobble(15)))
    pot(canvas, clay)


def _slit_leaf(canvas: Canvas, at: Place, *, down: Place) -> None:
    """Draw a leaf whose lobes stand apart, hanging from the end of its stem."""
    canvas.petal(at - down * 8, at + down * 13, width=14, tones=LEAF, edge=rounded)
    for share in (0.0, 0.28, 0.56):
        rib = at + down * 18 * (share - 0.4)
        for side in (-1, 1):
            reach = down * towards(side * (100 - 60 * share)) * (15 - 3 * share)
            canvas.petal(rib, rib + reach, width=9.5, tones=LEAF, edge=rounded)
    canvas.line([at - down * 8, at + down * 12], 1.0, fill=LEAF.light)


def in_vase(canvas: Canvas, *, vase: Scene, flowers: Sequence[Flower]) -> None:
    """Draw a vase with flowers in it."""
    heads = [(270 + aside * _FAN, 42 - 3 * abs(aside)) for aside in asides(7)]
    for angle, length in heads:
        bend = (angle - 270) / _FAN * 0.05
        canvas.curve(14j, towards(angle, length) + 10j, bend=bend, width=1.5, fill=LEAF.dark)
        leaf(canvas, 8j, tip=8j + towards(angle + 9, 25), width=6)
    arranged = list(zip(heads, cycle(flowers), strict=False))
    for (angle, length), flower in sorted(arranged, key=lambda each: -abs(each[0][0] - 270)):
        flower.draw(canvas, towards(angle, length) + 10j, radius=11.5)
    vase(canvas)


def glass_vase(canvas: Canvas) -> None:
    """Draw a vase of glass, half full."""
    glass, water = Tones.of("#9fd3e0"), Tones.of("#5fb0c9")
    canvas.shape([-13 + 8j, 13 + 8j, 17 + 46j, -17 + 46j], fill=glass.body)
    canvas.shape([-14.5 + 22j, 14.5 + 22j, 17 + 46j, -17 + 46j], fill=water.body)
    for aside in (-5, 0, 5):
        canvas.line([complex(aside, 10), complex(-aside, 42)], 1.2, fill=LEAF.dark)
    canvas.line([-10 + 12j, -13 + 42j], 2, fill=WHITE)
    canvas.oval(46j, 17 + 3j, fill=water.dark)
    canvas.oval(8j, 13 + 2j, fill=glass.dark)


def clay_vase(canvas: Canvas) -> None:
    """Draw a vase as the potters of Chulucanas make them: dark clay, light bands."""
    clay = Tones.of("#7a3f26")
    canvas.oval(28j, 24 + 19j, fill=clay.dark)
    canvas.oval(-1 + 27j, 22 + 17.5j, fill=clay.body)
    canvas.shape([-9 + 6j, 9 + 6j, 12 + 14j, -12 + 14j], fill=clay.body)
    canvas.oval(6j, 10 + 2j, fill=clay.dark)
    for aside in asides(13):
        at = complex(aside * 3.4, 28 - abs(aside) / 4)
        canvas.shape([at - 1.7 + 3j, at + 1.7 + 3j, at - 4j], fill=CREAM.body)
    for band in (17j, 38j):
        canvas.line([-17 + band, 17 + band], 1.4, fill=CREAM.body)


def blue_pot(canvas: Canvas) -> None:
    """Draw a glazed pot, blue and white."""
    pot(canvas, Tones.of("#2f6fb5"), rim=10j, width=26)
    for aside in asides(5):
        Flower(blossoms.daisy, CREAM).draw(canvas, complex(aside * 8.6, 24), radius=4)
