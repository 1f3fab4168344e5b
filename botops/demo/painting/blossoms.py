"""Blossoms: flowers as one sees them from above or from the side, each by its own rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from botops.demo.painting.brush import (
    BLACK,
    Canvas,
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

Blossom = Callable[[Canvas, Place, float, Tones], None]
GOLD = Tones.of("#f4b41a")
CREAM = Tones.of("#fff1d6")
LEAF = Tones.of("#3f8f4a")
SEED = Tones.of("#5a351b")
_GOLDEN_ANGLE = 137.508  # degrees: how sunflowers place their seeds


@dataclass(frozen=True, slots=True)
class Ring:
    """Petals around a middle: how many, how far out, how broad, of which edge."""

    petals: int
    reach: float = 1.0
    breadth: float = 0.5
    edge: Profile = rounded
    turn: float | None = None  # degrees; else by chance


def ring(canvas: Canvas, at: Place, radius: float, *, tones: Tones, of: Ring) -> None:
    """Draw the petals of a ring."""
    turn = canvas.wobble(180) if of.turn is None else of.turn
    for petal in range(of.petals):
        angle = turn + petal * 360 / of.petals + canvas.wobble(60 / of.petals)
        tip = at + towards(angle, radius * of.reach * (1 + canvas.wobble(0.05)))
        canvas.petal(at, tip, width=radius * of.breadth, tones=tones, edge=of.edge)


def middle(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw the middle of a flower: a disc with seeds on it."""
    canvas.disc(at, radius, tones.dark)
    canvas.disc(at, radius * 0.9, tones.body)
    for seed in range(60):
        spot = at + towards(seed * _GOLDEN_ANGLE, radius * 0.86 * (seed / 60) ** 0.5)
        canvas.disc(spot, radius * 0.055, tones.light if seed % 2 else tones.dark)


def rose(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a rose: petals that lie around each other, darker towards the heart."""
    for layer in range(5):
        size = radius * (1 - 0.19 * layer)
        deep = 0.09 * layer
        shade = Tones(*(mix(tone, BLACK, deep) for tone in tones))
        count = 7 - layer
        turn = canvas.wobble(180)
        for petal in range(count):
            place = at + towards(turn + petal * 360 / count, size * 0.52)
            canvas.disc(place, size * 0.5, shade.dark)
            canvas.disc(place + (at - place) * 0.05, size * 0.45, shade.light)
            canvas.disc(place + (at - place) * 0.2, size * 0.42, shade.body)
    canvas.disc(at, radius * 0.13, mix(tones.dark, BLACK, 0.4))


def sunflower(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a sunflower."""
    for reach in (1.0, 0.86):
        ring(canvas, at, radius, tones=tones, of=Ring(17, reach, 0.3, pointed))
    middle(canvas, at, radius * 0.42, SEED)


def daisy(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a daisy."""
    ring(canvas, at, radius, tones=tones, of=Ring(13, 1.0, 0.36, slim))
    middle(canvas, at, radius * 0.27, GOLD)


def gerbera(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a gerbera: three rings, a dark eye."""
    for reach in (1.0, 0.8, 0.58):
        ring(canvas, at, radius, tones=tones, of=Ring(15, reach, 0.28, slim))
    canvas.disc(at, radius * 0.3, tones.dark)
    middle(canvas, at, radius * 0.22, SEED)
    canvas.disc(at, radius * 0.08, GOLD.light)


def carnation(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a carnation: frills upon frills."""
    for reach, petals in ((1.0, 11), (0.8, 9), (0.6, 7), (0.38, 5)):
        ring(canvas, at, radius, tones=tones, of=Ring(petals, reach, 0.62 * reach, ruffled))


def lily(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a lily: a star of six, freckles, and anthers on long threads."""
    turn = canvas.wobble(180)
    for apart in (0, 60):
        ring(canvas, at, radius, tones=tones, of=Ring(3, 1.0, 0.62, pointed, turn + apart))
    for dot in range(30):
        spot = at + towards(dot * _GOLDEN_ANGLE, radius * canvas.chance.uniform(0.15, 0.5))
        canvas.disc(spot, radius * 0.016, Tones.of("#a2405e").body)
    _threads(canvas, at, radius * 0.5, LEAF.light)


def _threads(canvas: Canvas, at: Place, length: float, colour: tuple[int, ...]) -> None:
    turn = canvas.wobble(180)
    for thread in range(6):
        end = at + towards(turn + thread * 60, length)
        canvas.curve(at, end, bend=0.15, width=length * 0.07, fill=colour)
        canvas.oval(end, complex(length * 0.15, length * 0.09), Tones.of("#c8641e").body)


def alstroemeria(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a Peruvian lily: broad petals outside, striped ones inside."""
    turn = canvas.wobble(180)
    ring(canvas, at, radius, tones=tones, of=Ring(3, 1.0, 0.9, rounded, turn))
    ring(canvas, at, radius, tones=CREAM, of=Ring(3, 0.92, 0.5, pointed, turn + 60))
    for stroke in range(18):
        angle = stroke * 20 + canvas.wobble(6)
        start, end = at + towards(angle, radius * 0.25), at + towards(angle, radius * 0.42)
        canvas.line([start, end], radius * 0.03, Tones.of("#7a1f3d").body)
    canvas.disc(at, radius * 0.14, GOLD.body)


def orchid(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a moth orchid, upright as it hangs."""
    for angle in (270, 35, 145):
        canvas.petal(at, at + towards(angle, radius), width=radius * 0.6, tones=tones, edge=pointed)
    for angle in (-12, 192):
        canvas.petal(
            at, at + towards(angle, radius), width=radius * 1.15, tones=tones, edge=rounded
        )
    lip = Tones.of("#b3176b")
    for angle in (60, 120, 90):
        canvas.petal(
            at, at + towards(angle, radius * 0.5), width=radius * 0.3, tones=lip, edge=rounded
        )
    canvas.disc(at, radius * 0.12, GOLD.body)


def succulent(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a succulent: fleshy leaves, the smaller the nearer to the heart."""
    for layer in range(5):
        reach = 1 - 0.19 * layer
        bright = Tones(*(mix(tone, CREAM.body, 0.09 * layer) for tone in tones))
        ring(canvas, at, radius, tones=bright, of=Ring(8, reach, 0.42 * reach, rounded))


def tulip(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw a tulip from the side: a cup of three petals."""
    foot = at + complex(0, radius * 0.9)
    for aside in (-0.55, 0.55, 0.0):
        tip = at + complex(aside * radius, -radius * (0.8 if aside else 0.95))
        canvas.petal(foot, tip, width=radius * (1.0 if aside else 1.15), tones=tones, edge=_cup)


def _cup(along: float) -> float:
    """Return the half width of a petal that is full at its foot."""
    return pointed(along**0.8)


def cantuta(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw the flower of the Incas: a trumpet that hangs, yellow above and red below."""
    top, mouth = at - complex(0, radius), at + complex(0, radius * 0.45)
    half = radius * 0.2
    tube = [top - half * 0.7, top + half * 0.7, mouth + half * 1.2, mouth - half * 1.2]
    canvas.shape(tube, GOLD.body)
    canvas.shape([at - half, at + half, mouth + half * 1.2, mouth - half * 1.2], tones.body)
    canvas.line([top + half * 0.3, mouth + half * 0.5], radius * 0.06, CREAM.body)
    for angle in (20, 160, 55, 125, 90):
        tip = mouth + towards(angle, radius * 0.55)
        canvas.petal(mouth, tip, width=radius * 0.42, tones=tones, edge=rounded)
    canvas.petal(
        top - complex(0, radius * 0.15), top + complex(0, radius * 0.3),
        width=radius * 0.4, tones=LEAF, edge=rounded,
    )  # fmt: skip


def lavender(canvas: Canvas, at: Place, radius: float, tones: Tones) -> None:
    """Draw an ear of lavender."""
    for row in range(9):
        spread = radius * 0.36 * (1 - row / 12)
        for aside in (-1, 1, 0):
            place = at + complex(aside * spread, radius - row * radius * 0.24)
            canvas.disc(place, radius * 0.2 * (1 - row / 16), tones.dark)
            shade = tones.light if (row + aside) % 2 else tones.body
            canvas.disc(place, radius * 0.155 * (1 - row / 16), shade)
