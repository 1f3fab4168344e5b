"""Decoder: one picture of any accepted format to upright, bare sRGB JPEGs of a few sizes.

Runs inside a killable child (see worker.py) and trusts nothing in the file.

Measured on a noisy 12-megapixel JPEG of 6.3 MB to 1200, 600 and 320 pixels, CPU a picture:
120 ms, of which decoding at half size 77, the step to 1200 37 (BICUBIC; HAMMING took 23 and is
softer, LANCZOS 50 and looks the same), 600 and 320 together 5, writing 10. Three decodes: 394 ms.
sharp 0.35: 119 ms as a cascade built by hand, 243 ms with three pipelines of its own.
"""

from __future__ import annotations

import importlib
import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin

from botops.media import colour, formats, verdict
from botops.media.formats import PictureFormat
from botops.media.protocol import Decoded, Limits, Order, Variant
from botops.media.verdict import Rejected

MAX_BYTES = 5_000_000  # what WhatsApp takes as a picture
QUALITY = 82
SMALL_QUALITY = 80  # up to this many pixels the loss is not seen
SMALL = 400
LOWEST_QUALITY = 20

_ORIENTATION = 0x0112  # of EXIF
_SCALES = (8, 4, 2, 1)  # by which libjpeg shrinks while it decodes
_GAP = 2.0  # shrink by whole numbers down to this many times the target, then smoothly
_STEP_GAP = 1.0  # from variant to variant: an exact half is the mean of four pixels
_PLUGINS = {"WEBP": "PIL.WebPImagePlugin", "AVIF": "PIL.AvifImagePlugin"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = 5  # from this orientation on width and height change places
_FIRST_FRAME = "only the first frame of the animation was taken"


@dataclass(slots=True)
class _Picture:
    """A picture at a size near the largest variant, and what it was in its file."""

    pixels: Image.Image
    kind: PictureFormat
    size: tuple[int, int]
    mode: str
    has_alpha: bool
    is_animated: bool
    notes: list[str]


def prepare(limits: Limits) -> None:
    """Set what Pillow knows only for the whole process; call once, before the first picture."""
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = limits.baseline_megapixels * 1_000_000
    warnings.simplefilter("ignore")  # also of bombs: our own limit comes next, and names the size
    # Photoshop's history in a text chunk is larger than Pillow allows, and harmless.
    PngImagePlugin.MAX_TEXT_CHUNK = 32 * 1024 * 1024
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def decode(order: Order) -> Decoded:
    """Decode once, and write each variant.

    Raises:
        Rejected: The file is no picture that can be taken.
        OSError: The disk does not do what it should (`errno` is set).
    """
    with open(order.source, "rb") as file:  # noqa: PTH123 - a name may hold bytes that are no text
        kind = formats.recognise(file)
        with _judged(file, kind):
            picture = _read(file, kind, order=order)
    return Decoded(
        format=kind.name,
        mime_type=kind.mime_type,
        extension=kind.extension,
        width=picture.size[0],
        height=picture.size[1],
        mode=picture.mode,
        has_alpha=picture.has_alpha,
        is_animated=picture.is_animated,
        notes=tuple(picture.notes),
        variants=tuple(_variants(picture.pixels, order)),
    )


@contextmanager
def _judged(file: BinaryIO, kind: PictureFormat) -> Iterator[None]:
    """Turn whatever a decoder throws at a broken file into a verdict."""
    try:
        yield
    except Rejected:
        raise
    except (Image.DecompressionBombError, MemoryError):
        raise verdict.too_much_memory() from None
    except Exception as error:  # plugins let through what they stumble over: any kind
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the picture
        text = str(error).lower()
        if "memory" in text or "allocat" in text:
            raise verdict.too_much_memory() from error
        if "truncated" in text or not formats.is_whole(file, kind):
            raise verdict.truncated() from error
        raise verdict.unreadable() from error


def _read(file: BinaryIO, kind: PictureFormat, *, order: Order) -> _Picture:
    longest = max(order.sizes.values())
    file.seek(0)
    opened = _open(file, kind)
    _check_pixels(opened, _limit(opened, order.limits))
    size, mode, is_animated = opened.size, opened.mode, _is_animated(opened)
    if isinstance(opened, JpegImagePlugin.JpegImageFile):
        _shrink_while_decoding(opened, longest)
    opened.load()  # the whole of it: verify() never notices a cut JPEG
    turn = _orientation(opened)
    alpha = colour.has_alpha(opened)
    profile = opened.info.get("icc_profile")
    pixels = _fit(colour.resizable(opened), longest, gap=_GAP)
    pixels, notes = colour.to_srgb(_upright(pixels, turn), profile)
    return _Picture(
        pixels=pixels,
        kind=kind,
        size=size[::-1] if turn >= _LYING else size,
        mode=mode,
        has_alpha=alpha,
        is_animated=is_animated,
        notes=[_FIRST_FRAME] * is_animated + notes,
    )


def _open(file: BinaryIO, kind: PictureFormat) -> ImageFile.ImageFile:
    if kind is formats.HEIF:
        import pi_heif  # 4 MB and 30 ms that most shops never need

        pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    elif kind.name in _PLUGINS:
        importlib.import_module(_PLUGINS[kind.name])
    # One format by name: without it Pillow tries 43 openers, Ghostscript among them.
    return Image.open(file, formats=(kind.name,))


def _limit(opened: Image.Image, limits: Limits) -> int:
    if not isinstance(opened, JpegImagePlugin.JpegImageFile):
        return limits.other_megapixels
    is_progressive = "progressive" in opened.info
    return limits.progressive_megapixels if is_progressive else limits.baseline_megapixels


def _check_pixels(opened: Image.Image, limit: int) -> None:
    width, height = opened.size
    if width * height > limit * 1_000_000:
        raise verdict.too_many_pixels(width, height, limit=limit)


def _is_animated(opened: Image.Image) -> bool:
    # Never n_frames on a GIF: it reads all of them. is_animated looks for the second.
    return bool(getattr(opened, "is_animated", False)) and opened.format not in {"MPO", "HEIF"}


def _shrink_while_decoding(opened: JpegImagePlugin.JpegImageFile, longest: int) -> None:
    """Let libjpeg leave out what won't be seen.

    `thumbnail` would hand draft() the square box, so that a 4:3 photo is decoded at full size.
    """
    width, height = opened.size
    scale = next((scale for scale in _SCALES if max(width, height) >= longest * scale), 1)
    opened.draft("RGB", (max(1, width // scale), max(1, height // scale)))


def _orientation(opened: Image.Image) -> int:
    try:
        turn = opened.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - damaged EXIF raises all kinds; the picture stands as stored
        return 1
    return turn if isinstance(turn, int) and turn in _TURNS else 1


def _upright(pixels: Image.Image, turn: int) -> Image.Image:
    return pixels.transpose(_TURNS[turn]) if turn in _TURNS else pixels


def _fit(pixels: Image.Image, longest: int, *, gap: float) -> Image.Image:
    """Return the pixels with no side longer than `longest`; never enlarged."""
    factor = longest / max(pixels.size)
    if factor >= 1:
        return pixels
    width, height = (max(1, round(side * factor)) for side in pixels.size)
    return pixels.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=gap)


def _variants(pixels: Image.Image, order: Order) -> Iterator[Variant]:
    """Write the variants, each made from the next larger one."""
    for name, longest in sorted(order.sizes.items(), key=lambda size: -size[1]):
        pixels = _fit(pixels, longest, gap=_STEP_GAP)
        pixels.info = {}  # a comment would be copied into the new file
        path = order.path(name)
        size = _write(path, _encoded(pixels, SMALL_QUALITY if longest <= SMALL else QUALITY))
        yield Variant(name, path, *pixels.size, size)


def _encoded(pixels: Image.Image, quality: int) -> bytes:
    """Return a JPEG of at most MAX_BYTES.

    In memory first: Pillow's own writing to a file hides that the disk is full.
    """
    while True:
        buffer = io.BytesIO()
        pixels.save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
        if buffer.tell() <= MAX_BYTES or quality <= LOWEST_QUALITY:
            return buffer.getvalue()
        quality -= 10


def _write(path: Path, data: bytes) -> int:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return len(data)
