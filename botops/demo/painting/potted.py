"""Potted: plants in their pots, and flowers in vases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from botops.demo.painting import blossoms
from botops.demo.painting.blossoms import CREAM, LEAF, Blossom
from botops.demo.painting.brush import WHITE, Canvas, Place, Tones, rounded, towards
from botops.demo.painting.scenes import leaf

CLAY = Tones.of("#b8623c")


def pot(canvas: Canvas, tones: Tones, at: Place = 22j, width: float = 22) -> None:
    """Draw a flower pot; `at` is the middle of its rim."""
    high = width * 1.1
    body = [at - width * 0.86, at + width * 0.86, at + complex(width * 0.62, high),
            at + complex(-width * 0.62, high)]  # fmt: skip
    canvas.shape(body, tones.body)
    canvas.shape(
        [at - width * 0.86, at - width * 0.3, at + complex(-width * 0.2, high), body[3]],
        tones.light,
    )
    rim = [complex(-width, -3), complex(width, -3), complex(width, 4), complex(-width, 4)]
    canvas.shape([at + corner for corner in rim], tones.dark)
    canvas.oval(at - 3j, complex(width, 3), tones.body)
    canvas.oval(at - 3j, complex(width * 0.86, 2), Tones.of("#3a2618").body)


def potted_orchid(canvas: Canvas, tones: Tones, clay: Tones) -> None:
    """Draw an orchid in its pot: an arch with flowers, leaves at the foot."""
    for angle in (195, 345, 225, 315):
        leaf(canvas, 20j, 20j + towards(angle, 30), width=11)
    canvas.curve(20j, complex(26, -30), bend=-0.45, width=1.8, fill=LEAF.dark)
    for at, size in ((complex(-17, -12), 15), (complex(-3, -29), 15), (complex(17, -35), 13)):
        blossoms.orchid(canvas, at, size, tones)
    canvas.disc(complex(31, -27), 4, tones.body)
    pot(canvas, clay)


def cactus(canvas: Canvas, tones: Tones, clay: Tones) -> None:
    """Draw a cactus that flowers."""
    green = Tones.of("#3f9a63")
    for at, radii in ((complex(-20, -4), 8 + 13j), (complex(20, 1), 7 + 11j), (-4j, 17 + 27j)):
        canvas.oval(at, radii, green.dark)
        canvas.oval(at, radii * 0.94, green.body)
        for share in (-0.55, 0.0, 0.55):
            rib = complex(radii.real * 0.12, radii.imag * (0.86 - 0.3 * abs(share)))
            canvas.oval(at + share * radii.real, rib, green.light)
        for dot in range(16):
            spot = at + complex(canvas.wobble(0.7) * radii.real, canvas.wobble(0.7) * radii.imag)
            canvas.disc(spot, 0.55 + dot % 2 * 0.2, WHITE)
    blossoms.gerbera(canvas, complex(0, -32), 13, tones)
    blossoms.daisy(canvas, complex(-22, -19), 7, tones)
    pot(canvas, clay)


def succulents(canvas: Canvas, tones: Sequence[Tones], clay: Tones) -> None:
    """Draw three succulents in a bowl."""
    for at, each in zip((complex(-25, 4), complex(25, 2), complex(0, -10)), tones, strict=True):
        blossoms.succulent(canvas, at, 21, each)
    pot(canvas, clay, 21j, 36)


def monstera(canvas: Canvas, clay: Tones) -> None:
    """Draw a monstera: large leaves with slits."""
    for angle, length in ((200, 40), (340, 40), (235, 46), (305, 46), (270, 50)):
        at = 20j + towards(angle + canvas.wobble(5), length)
        canvas.curve(20j, at, bend=0.08, width=1.6, fill=LEAF.dark)
        _slit_leaf(canvas, at, angle)
    pot(canvas, clay)


def _slit_leaf(canvas: Canvas, at: Place, angle: float) -> None:
    """Draw a leaf whose lobes stand apart, hanging from the end of its stem."""
    down = towards(angle + canvas.wobble(15))
    canvas.petal(at - down * 8, at + down * 13, width=14, tones=LEAF, edge=rounded)
    for share in (0.0, 0.28, 0.56):
        rib = at + down * 18 * (share - 0.4)
        for side in (-1, 1):
            reach = down * towards(side * (100 - 60 * share)) * (15 - 3 * share)
            canvas.petal(rib, rib + reach, width=9.5, tones=LEAF, edge=rounded)
    canvas.line([at - down * 8, at + down * 12], 1.0, LEAF.light)


def in_vase(
    canvas: Canvas, vase: Callable[[Canvas], None], blossom: Blossom, tones: Sequence[Tones]
) -> None:
    """Draw a vase with flowers in it."""
    for index in range(7):
        angle = 270 + (index - 3) * 21
        at = towards(angle, 42 - 3 * abs(index - 3)) + 10j
        canvas.curve(14j, at, bend=0.05 * (index - 3), width=1.5, fill=LEAF.dark)
        leaf(canvas, 8j, 8j + towards(angle + 9, 25), width=6)
    for index in (0, 6, 1, 5, 2, 4, 3):
        angle = 270 + (index - 3) * 21
        at = towards(angle, 42 - 3 * abs(index - 3)) + 10j
        blossom(canvas, at, 11.5, tones[index % len(tones)])
    vase(canvas)


def glass_vase(canvas: Canvas) -> None:
    """Draw a vase of glass, half full."""
    glass, water = Tones.of("#9fd3e0"), Tones.of("#5fb0c9")
    canvas.shape([-13 + 8j, 13 + 8j, 17 + 46j, -17 + 46j], glass.body)
    canvas.shape([-14.5 + 22j, 14.5 + 22j, 17 + 46j, -17 + 46j], water.body)
    for aside in (-5, 0, 5):
        canvas.line([complex(aside, 10), complex(-aside, 42)], 1.2, LEAF.dark)
    canvas.line([-10 + 12j, -13 + 42j], 2, WHITE)
    canvas.oval(46j, 17 + 3j, water.dark)
    canvas.oval(8j, 13 + 2j, glass.dark)


def clay_vase(canvas: Canvas) -> None:
    """Draw a vase as the potters of Chulucanas make them: dark clay, light bands."""
    clay = Tones.of("#7a3f26")
    canvas.oval(28j, 24 + 19j, clay.dark)
    canvas.oval(complex(-1, 27), 22 + 17.5j, clay.body)
    canvas.shape([-9 + 6j, 9 + 6j, 12 + 14j, -12 + 14j], clay.body)
    canvas.oval(6j, 10 + 2j, clay.dark)
    for step in range(-6, 7):
        at = complex(step * 3.4, 28 + abs(step) * -0.25)
        canvas.shape([at - 1.7 + 3j, at + 1.7 + 3j, at - 4j], CREAM.body)
    for band in (17, 38):
        half = 17.0
        canvas.line([complex(-half, band), complex(half, band)], 1.4, CREAM.body)


def blue_pot(canvas: Canvas) -> None:
    """Draw a glazed pot, blue and white."""
    blue = Tones.of("#2f6fb5")
    pot(canvas, blue, 10j, 26)
    for step in range(-2, 3):
        blossoms.daisy(canvas, complex(step * 8.6, 24), 4, Tones.of("#f6f4ee"))
