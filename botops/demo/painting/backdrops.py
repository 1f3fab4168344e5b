"""Backdrops: what stands behind the flowers: soft light, a table, rays, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image, ImageColor, ImageDraw, ImageFilter

from botops.demo.painting.brush import BLACK, WHITE, Canvas, mix, towards

Backdrop = Callable[[tuple[int, int], str, Random], Image.Image]
_SMALL = 20  # backdrops are blurred: drawn so many times smaller, they cost nothing
_LIGHTS = 26
_RAYS = 18


def studio(size: tuple[int, int], colour: str, _chance: Random) -> Image.Image:
    """Return a wall in soft light."""
    body = ImageColor.getrgb(colour)
    width, height = size[0] // _SMALL, size[1] // _SMALL
    light = Image.radial_gradient("L").resize((width, height))
    small = Image.composite(
        Image.new("RGB", light.size, mix(body, BLACK, 0.35)),
        Image.new("RGB", light.size, mix(body, WHITE, 0.18)),
        light,
    )
    return small.resize(size, Image.Resampling.BICUBIC)


def garden(size: tuple[int, int], colour: str, chance: Random) -> Image.Image:
    """Return a garden far behind, out of focus."""
    body = ImageColor.getrgb(colour)
    small = studio((size[0] // 4, size[1] // 4), colour, chance)
    draw = ImageDraw.Draw(small)
    for _ in range(_LIGHTS):
        x, y = chance.uniform(0, small.width), chance.uniform(0, small.height)
        radius = chance.uniform(0.03, 0.11) * small.height
        tone = mix(body, chance.choice((WHITE, BLACK)), chance.uniform(0.1, 0.35))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
    return small.filter(ImageFilter.GaussianBlur(6)).resize(size, Image.Resampling.BICUBIC)


def table(size: tuple[int, int], colour: str, chance: Random) -> Image.Image:
    """Return a wall, and a wooden table before it."""
    image = studio(size, colour, chance)
    canvas = Canvas(image, chance)
    wood = ImageColor.getrgb("#a8744a")
    low, right = canvas.corner.imag, canvas.corner.real
    edge = 28.0
    canvas.shape([complex(x, y) for x, y in _box(-right, edge, right, low)], wood)
    canvas.line([complex(-right, edge), complex(right, edge)], 0.8, mix(wood, BLACK, 0.4))
    for row in (33.5, 40.0, 46.5):
        grain = mix(wood, BLACK, chance.uniform(0.1, 0.2))
        canvas.line([complex(-right, row), complex(right, row + chance.uniform(-1, 1))], 0.5, grain)
    return image


def rays(size: tuple[int, int], colour: str, chance: Random) -> Image.Image:
    """Return rays of two tones, as on the poster of a fair."""
    body = ImageColor.getrgb(colour)
    image = Image.new("RGB", size, mix(body, BLACK, 0.12))
    canvas = Canvas(image, chance)
    turn = chance.uniform(0, 360)
    for ray in range(_RAYS):
        angle = turn + ray * 360 / _RAYS
        corners = [0j, towards(angle, 120), towards(angle + 180 / _RAYS, 120)]
        canvas.shape(corners, mix(body, WHITE, 0.16))
    return image


def nothing(size: tuple[int, int], _colour: str, _chance: Random) -> Image.Image:
    """Return glass: what is cut out for a catalogue stands before nothing."""
    return Image.new("RGBA", size, (0, 0, 0, 0))


def _box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
