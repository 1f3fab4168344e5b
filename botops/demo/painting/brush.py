"""Brush: a canvas on which petals, discs and lines are placed by numbers, whatever its size."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont

Colour = tuple[int, ...]
# A place: the centre is 0, the shorter side of the canvas runs from -50 to 50, and y points down.
Place = complex
Profile = Callable[[float], float]

BLACK: Colour = (18, 12, 16)
WHITE: Colour = (255, 252, 245)
_STEPS = 14  # corners of one side of a petal: round enough at 1600 pixels


class Tones(NamedTuple):
    """One colour in shadow, as it is, and in light."""

    dark: Colour
    body: Colour
    light: Colour

    @classmethod
    def of(cls, name: str) -> Tones:
        """Return the tones of a colour such as #c2274b."""
        body = ImageColor.getrgb(name)
        return cls(mix(body, BLACK, share=0.38), body, mix(body, WHITE, share=0.32))


def mix(one: Colour, other: Colour, *, share: float) -> Colour:
    """Return a colour between two: `share` says how much of the other."""
    return tuple(
        round(mine + (theirs - mine) * share) for mine, theirs in zip(one, other, strict=True)
    )


def towards(angle: float, distance: float = 1.0) -> Place:
    """Return the place at a distance from 0; 0° is to the right, 90° is down."""
    return cmath.rect(distance, math.radians(angle))


def rounded(along: float) -> float:
    """Return the half width of a petal that is broad near its tip."""
    return math.pow(math.sin(math.pi * math.pow(along, 1.6)), 0.65)


def pointed(along: float) -> float:
    """Return the half width of a petal that runs out in a point."""
    return math.pow(math.sin(math.pi * math.pow(along, 0.8)), 1.15)


def slim(along: float) -> float:
    """Return the half width of a petal with long, even sides."""
    return math.sqrt(math.sin(math.pi * along))


def ruffled(along: float) -> float:
    """Return the half width of a petal with a torn edge."""
    return rounded(along) * (0.86 + 0.14 * math.cos(along * 30))


class Canvas:
    """An image, a brush for it, and the chance that makes no two flowers alike."""

    def __init__(self, image: Image.Image, chance: Random) -> None:
        self.image = image
        self.chance = chance
        self._draw = ImageDraw.Draw(image)
        self._unit = min(image.size) / 100
        self._centre = complex(image.width, image.height) / 2

    @property
    def corner(self) -> Place:
        """The place of the lower right corner."""
        return self._centre / self._unit

    def wobble(self, amount: float) -> float:
        """Return a number around 0, at most `amount` away from it."""
        return self.chance.uniform(-amount, amount)

    def shape(self, places: Iterable[Place], *, fill: Colour) -> None:
        """Fill a shape."""
        self._draw.polygon([self._pixel(place) for place in places], fill=fill)

    def disc(self, at: Place, radius: float, *, fill: Colour) -> None:
        """Fill a circle."""
        self.oval(at, complex(radius, radius), fill=fill)

    def oval(self, at: Place, radii: complex, *, fill: Colour) -> None:
        """Fill an ellipse; `radii` is its half width and its half height."""
        box = (*self._pixel(at - radii), *self._pixel(at + radii))
        self._draw.ellipse(box, fill=fill)

    def line(self, places: Sequence[Place], width: float, *, fill: Colour) -> None:
        """Draw a line with round ends."""
        pixels = [self._pixel(place) for place in places]
        self._draw.line(pixels, fill=fill, width=max(round(width * self._unit), 1), joint="curve")
        for end in (places[0], places[-1]):
            self.disc(end, width / 2, fill=fill)

    def curve(self, start: Place, end: Place, *, bend: float, width: float, fill: Colour) -> None:
        """Draw a line that bends aside by a share of its length."""
        middle = (start + end) / 2 + (end - start) * 1j * bend
        steps = [step / _STEPS for step in range(_STEPS + 1)]
        places = [start * (1 - t) ** 2 + middle * 2 * t * (1 - t) + end * t**2 for t in steps]
        self.line(places, width, fill=fill)

    def petal(self, at: Place, tip: Place, *, width: float, tones: Tones, edge: Profile) -> None:
        """Draw a petal from where it grows to its tip, with a dark rim and a streak of light."""
        self.shape(_outline(at, tip, width=width, edge=edge), fill=tones.dark)
        rim = (tip - at) * 0.04
        self.shape(_outline(at + rim, tip - rim, width=width * 0.84, edge=edge), fill=tones.body)
        inner, outer = at + (tip - at) * 0.3, at + (tip - at) * 0.9
        self.shape(_outline(inner, outer, width=width * 0.36, edge=edge), fill=tones.light)

    def words(self, at: Place, text: str, *, size: float, fill: Colour) -> None:
        """Write centred at a place."""
        font = ImageFont.load_default(size=size * self._unit)
        self._draw.text(self._pixel(at), text, fill=fill, font=font, anchor="mm")

    def _pixel(self, place: Place) -> tuple[float, float]:
        pixel = place * self._unit + self._centre
        return pixel.real, pixel.imag


def _outline(at: Place, tip: Place, *, width: float, edge: Profile) -> list[Place]:
    along = tip - at
    across = along / abs(along) * 1j * width / 2
    steps = [step / _STEPS for step in range(_STEPS + 1)]
    left = [at + along * t + across * edge(t) for t in steps]
    right = [at + along * t - across * edge(t) for t in reversed(steps)]
    return left + right
