"""Blossoms: flowers as one sees them from above or from the side, each by its own rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from botops.demo.painting.brush import (
    BLACK,
    Canvas,
    Colour,
    Place,
    Profile,
    Tones,
    mix,
    pointed,
    rounded,
    ruffled,
    slim,
    towards,
)


class Bloom(NamedTuple):
    """Where a flower is, how large, and in which colour."""

    at: Place
    radius: float
    tones: Tones


class Ring(NamedTuple):
    """Petals around a middle: how many, how far out, how broad, of which edge."""

    petals: int
    reach: float = 1.0
    breadth: float = 0.5
    edge: Profile = rounded
    turn: float | None = None  # degrees; else by chance


Kind = Callable[[Canvas, Bloom], None]


class Flower(NamedTuple):
    """A kind of flower in a colour."""

    kind: Kind
    tones: Tones

    def draw(self, canvas: Canvas, at: Place, *, radius: float) -> None:
        """Draw one."""
        self.kind(canvas, Bloom(at, radius, self.tones))


GOLD = Tones.of("#f4b41a")
CREAM = Tones.of("#fff1d6")
LEAF = Tones.of("#3f8f4a")
SEED = Tones.of("#5a351b")
_GOLDEN_ANGLE = 137.508  # degrees: how sunflowers place their seeds
_SEEDS = 60


def ring(canvas: Canvas, bloom: Bloom, *, of: Ring) -> None:
    """Draw the petals of a ring."""
    at, radius, tones = bloom
    turn = canvas.wobble(180) if of.turn is None else of.turn
    for petal in range(of.petals):
        angle = turn + petal * 360 / of.petals + canvas.wobble(60 / of.petals)
        tip = at + towards(angle, radius * of.reach * (1 + canvas.wobble(0.05)))
        canvas.petal(at, tip, width=radius * of.breadth, tones=tones, edge=of.edge)


def fan(canvas: Canvas, bloom: Bloom, *, of: Ring, angles: tuple[float, ...]) -> None:
    """Draw petals at certain angles."""
    at, radius, tones = bloom
    for angle in angles:
        tip = at + towards(angle, radius * of.reach)
        canvas.petal(at, tip, width=radius * of.breadth, tones=tones, edge=of.edge)


def middle(canvas: Canvas, bloom: Bloom) -> None:
    """Draw the middle of a flower: a disc with seeds on it."""
    at, radius, tones = bloom
    canvas.disc(at, radius, fill=tones.dark)
    canvas.disc(at, radius * 0.9, fill=tones.body)
    for seed in range(_SEEDS):
        spot = at + towards(seed * _GOLDEN_ANGLE, radius * 0.86 * (seed / _SEEDS) ** 0.5)
        canvas.disc(spot, radius * 0.055, fill=tones.light if seed % 2 else tones.dark)


def rose(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a rose: petals that lie around each other, darker towards the heart."""
    at, radius, tones = bloom
    for layer in range(5):
        size = radius * (1 - 0.19 * layer)
        shade = Tones(*(mix(tone, BLACK, share=0.09 * layer) for tone in tones))
        count = 7 - layer
        turn = canvas.wobble(180)
        for petal in range(count):
            place = at + towards(turn + petal * 360 / count, size * 0.52)
            canvas.disc(place, size * 0.5, fill=shade.dark)
            canvas.disc(place + (at - place) * 0.05, size * 0.45, fill=shade.light)
            canvas.disc(place + (at - place) * 0.2, size * 0.42, fill=shade.body)
    canvas.disc(at, radius * 0.13, fill=mix(tones.dark, BLACK, share=0.4))


def sunflower(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a sunflower."""
    for reach in (1.0, 0.86):
        ring(canvas, bloom, of=Ring(17, reach, 0.3, pointed))
    middle(canvas, Bloom(bloom.at, bloom.radius * 0.42, SEED))


def daisy(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a daisy."""
    ring(canvas, bloom, of=Ring(13, 1.0, 0.36, slim))
    middle(canvas, Bloom(bloom.at, bloom.radius * 0.27, GOLD))


def gerbera(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a gerbera: three rings, a dark eye."""
    at, radius, tones = bloom
    for reach in (1.0, 0.8, 0.58):
        ring(canvas, bloom, of=Ring(15, reach, 0.28, slim))
    canvas.disc(at, radius * 0.3, fill=tones.dark)
    middle(canvas, Bloom(at, radius * 0.22, SEED))
    canvas.disc(at, radius * 0.08, fill=GOLD.light)


def carnation(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a carnation: frills upon frills."""
    for reach, petals in ((1.0, 11), (0.8, 9), (0.6, 7), (0.38, 5)):
        ring(canvas, bloom, of=Ring(petals, reach, 0.62 * reach, ruffled))


def lily(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a lily: a star of six, freckles, and anthers on long threads."""
    at, radius, _ = bloom
    turn = canvas.wobble(180)
    for apart in (0, 60):
        ring(canvas, bloom, of=Ring(3, 1.0, 0.62, pointed, turn + apart))
    for dot in range(30):
        spot = at + towards(dot * _GOLDEN_ANGLE, radius * canvas.chance.uniform(0.15, 0.5))
        canvas.disc(spot, radius * 0.016, fill=Tones.of("#a2405e").body)
    for thread in range(6):
        _anther(canvas, at, end=at + towards(turn + thread * 60, radius * 0.5))


def _anther(canvas: Canvas, at: Place, *, end: Place) -> None:
    size = abs(end - at)
    canvas.curve(at, end, bend=0.15, width=size * 0.07, fill=LEAF.light)
    canvas.oval(end, complex(size * 0.15, size * 0.09), fill=Tones.of("#c8641e").body)


def alstroemeria(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a Peruvian lily: broad petals outside, striped ones inside."""
    at, radius, _ = bloom
    turn = canvas.wobble(180)
    ring(canvas, bloom, of=Ring(3, 1.0, 0.9, rounded, turn))
    ring(canvas, bloom._replace(tones=CREAM), of=Ring(3, 0.92, 0.5, pointed, turn + 60))
    for stroke in range(18):
        angle = stroke * 20 + canvas.wobble(6)
        start, end = at + towards(angle, radius * 0.25), at + towards(angle, radius * 0.42)
        canvas.line([start, end], radius * 0.03, fill=Tones.of("#7a1f3d").body)
    canvas.disc(at, radius * 0.14, fill=GOLD.body)


def orchid(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a moth orchid, upright as it hangs."""
    lip = Bloom(bloom.at, bloom.radius * 0.5, Tones.of("#b3176b"))
    fan(canvas, bloom, of=Ring(3, 1.0, 0.6, pointed), angles=(270, 35, 145))
    fan(canvas, bloom, of=Ring(2, 1.0, 1.15, rounded), angles=(-12, 192))
    fan(canvas, lip, of=Ring(3, 1.0, 0.6, rounded), angles=(60, 120, 90))
    canvas.disc(bloom.at, bloom.radius * 0.12, fill=GOLD.body)


def succulent(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a succulent: fleshy leaves, the smaller the nearer to the heart."""
    for layer in range(5):
        reach = 1 - 0.19 * layer
        bright = Tones(*(mix(tone, CREAM.body, share=0.09 * layer) for tone in bloom.tones))
        ring(canvas, bloom._replace(tones=bright), of=Ring(8, reach, 0.42 * reach, rounded))


def tulip(canvas: Canvas, bloom: Bloom) -> None:
    """Draw a tulip from the side: a cup of three petals."""
    at, radius, tones = bloom
    foot = at + complex(0, radius * 0.9)
    for aside in (-0.55, 0.55, 0.0):
        tip = at + complex(aside * radius, -radius * (0.8 if aside else 0.95))
        canvas.petal(foot, tip, width=radius * (1.0 if aside else 1.15), tones=tones, edge=_cup)


def _cup(along: float) -> float:
    """Return the half width of a petal that is full at its foot."""
    return pointed(along**0.8)


def cantuta(canvas: Canvas, bloom: Bloom) -> None:
    """Draw the flower of the Incas: a trumpet that hangs, yellow above and red below."""
    at, radius, tones = bloom
    top, mouth = at - complex(0, radius), at + complex(0, radius * 0.45)
    half = radius * 0.2
    _tube(canvas, (top, mouth), widths=(half * 0.7, half * 1.2), fill=GOLD.body)
    _tube(canvas, (at, mouth), widths=(half, half * 1.2), fill=tones.body)
    canvas.line([top + half * 0.3, mouth + half * 0.5], radius * 0.06, fill=CREAM.body)
    trumpet = Bloom(mouth, radius * 0.55, tones)
    fan(canvas, trumpet, of=Ring(5, 1.0, 0.76, rounded), angles=(20, 160, 55, 125, 90))
    cap = Bloom(top - complex(0, radius * 0.15), radius * 0.45, LEAF)
    fan(canvas, cap, of=Ring(1, 1.0, 0.9, rounded), angles=(90,))


def _tube(
    canvas: Canvas, ends: tuple[Place, Place], *, widths: tuple[float, float], fill: Colour
) -> None:
    (top, mouth), (narrow, wide) = ends, widths
    canvas.shape([top - narrow, top + narrow, mouth + wide, mouth - wide], fill=fill)


def lavender(canvas: Canvas, bloom: Bloom) -> None:
    """Draw an ear of lavender."""
    at, radius, tones = bloom
    for row in range(9):
        spread = radius * 0.36 * (1 - row / 12)
        for aside in (-1, 1, 0):
            place = at + complex(aside * spread, radius - row * radius * 0.24)
            canvas.disc(place, radius * 0.2 * (1 - row / 16), fill=tones.dark)
            shade = tones.light if (row + aside) % 2 else tones.body
            canvas.disc(place, radius * 0.155 * (1 - row / 16), fill=shade)
