"""Colour: any mode and profile to 8-bit sRGB, on white where a picture lets the ground through."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageChops, ImageCms

ALIKE = 3  # levels of 255 by which a profile may differ from sRGB and still count as sRGB
_TRANSPARENT = "transparent parts became white"
_CONVERTED = "colours were converted to sRGB"
_PROBE_STEPS = (0, 51, 102, 153, 204, 255)


def resizable(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode in which pixels can be mixed: no palette, no 16 bits."""
    if picture.mode.startswith("I;16"):
        # convert("L") would cut at 255, which turns nearly everything white.
        return picture.point(lambda level: level * (255 / 65535) + 0.5).convert("L")
    if picture.mode == "L" and "transparency" in picture.info:
        return picture.convert("LA")
    if picture.mode in {"P", "PA", "RGB"} and has_alpha(picture):
        return picture.convert("RGBA")
    if picture.mode == "1":
        return picture.convert("L")
    return picture if picture.mode in {"L", "LA", "RGB", "RGBA", "CMYK"} else picture.convert("RGB")


def has_alpha(picture: Image.Image) -> bool:
    """Tell whether a picture can be transparent somewhere."""
    return "A" in picture.getbands() or "transparency" in picture.info


def to_srgb(picture: Image.Image, profile: bytes | None) -> tuple[Image.Image, list[str]]:
    """Return the picture as opaque sRGB, and what was done to it.

    On white first: the profile then meets the mode it is made for, and white stays white.
    """
    notes = []
    if picture.mode in {"LA", "RGBA"}:
        picture, was_transparent = _on_white(picture)
        notes += [_TRANSPARENT] * was_transparent
    transform = _to_srgb(profile, picture.mode) if profile else None
    if transform is not None:
        return ImageCms.applyTransform(picture, transform) or picture, [*notes, _CONVERTED]
    return (picture if picture.mode == "RGB" else picture.convert("RGB")), notes


def _on_white(picture: Image.Image) -> tuple[Image.Image, bool]:
    alpha = picture.getchannel("A")
    mode = picture.mode[:-1]
    ground = Image.new(mode, picture.size, "white")
    ground.paste(picture.convert(mode), mask=alpha)
    return ground, alpha.getextrema() != (255, 255)


@lru_cache(maxsize=8)
def _to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the way to sRGB, or None where there is none to go: kept, as cameras repeat."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None  # damaged, or of another mode than the picture: every viewer ignores it too
    return None if mode == "RGB" and _changes_nothing(transform) else transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Tell by trying: there are dozens of files that all describe sRGB."""
    cube = [(r, g, b) for r in _PROBE_STEPS for g in _PROBE_STEPS for b in _PROBE_STEPS]
    probe = Image.new("RGB", (len(cube), 1))
    probe.putdata(cube)
    changed = ImageCms.applyTransform(probe, transform) or probe
    difference = ImageChops.difference(probe, changed).getextrema()
    return all(high <= ALIKE for _, high in difference)  # type: ignore[misc]  # pairs, as RGB has bands
