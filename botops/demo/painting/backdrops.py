"""Backdrops: what stands behind the flowers: soft light, a garden, a table, rays."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageColor, ImageDraw, ImageFilter

from botops.demo.painting.brush import BLACK, WHITE, Canvas, mix, towards

Backdrop = Callable[[Canvas, str], None]
_SMALL = 20  # what is blurred is drawn so many times smaller, and costs nothing
_LIGHTS = 26
_RAYS = 18
_EDGE = 28.0  # where the table begins


def studio(canvas: Canvas, colour: str) -> None:
    """Paint a wall in soft light."""
    canvas.image.paste(_wall(canvas, colour).resize(canvas.image.size, Image.Resampling.BICUBIC))


def garden(canvas: Canvas, colour: str) -> None:
    """Paint a garden far behind, out of focus."""
    body, chance = ImageColor.getrgb(colour), canvas.chance
    small = _wall(canvas, colour).resize((400, 300), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(small)
    for _ in range(_LIGHTS):
        x, y = chance.uniform(0, small.width), chance.uniform(0, small.height)
        radius = chance.uniform(0.03, 0.11) * small.height
        tone = mix(body, chance.choice((WHITE, BLACK)), share=chance.uniform(0.1, 0.35))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
    blurred = small.filter(ImageFilter.GaussianBlur(6))
    canvas.image.paste(blurred.resize(canvas.image.size, Image.Resampling.BICUBIC))


def table(canvas: Canvas, colour: str) -> None:
    """Paint a wall, and a wooden table before it."""
    studio(canvas, colour)
    wood = ImageColor.getrgb("#a8744a")
    low, right = canvas.corner.imag, canvas.corner.real
    left = -right
    edge = [complex(left, _EDGE), complex(right, _EDGE)]
    canvas.shape([*edge, complex(right, low), complex(left, low)], fill=wood)
    canvas.line(edge, 0.8, fill=mix(wood, BLACK, share=0.4))
    for row in (33.5, 40.0, 46.5):
        grain = mix(wood, BLACK, share=canvas.chance.uniform(0.1, 0.2))
        end = complex(right, row + canvas.wobble(1))
        canvas.line([complex(left, row), end], 0.5, fill=grain)


def rays(canvas: Canvas, colour: str) -> None:
    """Paint rays of two tones, as on the poster of a fair."""
    body = ImageColor.getrgb(colour)
    canvas.image.paste(mix(body, BLACK, share=0.12), (0, 0, *canvas.image.size))
    turn = canvas.wobble(180)
    for ray in range(_RAYS):
        angle = turn + ray * 360 / _RAYS
        corners = [0j, towards(angle, 120), towards(angle + 180 / _RAYS, 120)]
        canvas.shape(corners, fill=mix(body, WHITE, share=0.16))


def nothing(_canvas: Canvas, _colour: str) -> None:
    """Paint nothing: what is cut out for a catalogue stands before nothing."""


def _wall(canvas: Canvas, colour: str) -> Image.Image:
    """Return a small wall, lighter in its middle."""
    body = ImageColor.getrgb(colour)
    width, height = canvas.image.size
    light = Image.radial_gradient("L").resize((width // _SMALL, height // _SMALL))
    return Image.composite(
        Image.new("RGB", light.size, mix(body, BLACK, share=0.35)),
        Image.new("RGB", light.size, mix(body, WHITE, share=0.18)),
        light,
    )
