"""Photos: sample pictures of our own drawing in each format, and files that only pretend."""

import functools
import io
import random
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

DATA = Path(__file__).parent / "data"
SECRETS = (b"SECRET-CAMERA", b"SECRET-XMP", b"SECRET-CAPTION", b"SECRET-COMMENT")
CORNERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))
"""Top left, top right, bottom left, bottom right."""


def scene(width: int = 400, height: int = 300) -> Image.Image:
    """A picture whose four corners have colours of their own, so that a turn shows."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    across, down = width // 3, height // 3
    for index, colour in enumerate(CORNERS):
        left, top = (index % 2) * (width - across), (index // 2) * (height - down)
        draw.rectangle((left, top, left + across - 1, top + down - 1), fill=colour)
    return picture


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(picture: Image.Image | None = None, **options: Any) -> bytes:
    """A JPEG of good quality."""
    return saved(picture or scene(), "JPEG", **{"quality": 92, **options})


def noisy(width: int, height: int) -> Image.Image:
    """Noise, which no coding makes small."""
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def talkative_jpeg(orientation: int = 1) -> bytes:
    """A JPEG with EXIF, GPS, XMP, a caption (IPTC), a comment and a profile."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    caption = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", 19)
    caption += b"\x1c\x02\x78\x00\x0eSECRET-CAPTION\x00"
    return jpeg(
        exif=exif,
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET-XMP</x:xmpmeta>",
        extra=b"\xff\xed" + struct.pack(">H", len(caption) + 2) + caption,
        comment=b"SECRET-COMMENT",
        icc_profile=wide_profile(),
    )


def turned_jpeg(orientation: int) -> bytes:
    """A JPEG stored so that its EXIF orientation makes it `scene()` again."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = scene()
    return jpeg(picture.transpose(undo[orientation]) if orientation in undo else picture, exif=exif)


def png(colour_type: int, depth: int, *, rows: list[bytes], width: int) -> bytes:
    """A PNG written by hand: Pillow writes no 16-bit colours."""
    header = struct.pack(">IIBBBBB", width, len(rows), depth, colour_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\x00" + row for row in rows))
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def grey_16_bit() -> bytes:
    """A 16-bit grey PNG, 64 by 64, at half brightness: all white if its levels are cut at 255."""
    return png(0, 16, rows=[b"\x80\x00" * 64] * 64, width=64)


def colour_16_bit() -> bytes:
    """A 16-bit PNG, 64 by 64, of one orange."""
    return png(2, 16, rows=[b"\xff\xff\x80\x00\x20\x00" * 64] * 64, width=64)


def transparent_png() -> bytes:
    """A PNG whose left half is black and wholly transparent, and whose right half is red."""
    picture = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (200, 0, 400, 300))
    return saved(picture, "PNG")


def transparent_palette_png() -> bytes:
    """The same with a palette and one transparent colour."""
    picture = Image.new("P", (400, 300), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.paste(1, (200, 0, 400, 300))
    return saved(picture, "PNG", transparency=0)


def cmyk_jpeg(profile: bytes | None = None) -> bytes:
    """A JPEG for the printer, all cyan."""
    picture = Image.new("CMYK", (200, 100), (255, 0, 0, 0))
    return jpeg(picture, icc_profile=profile)


def frames() -> list[Image.Image]:
    """Three frames: red, green, blue."""
    return [Image.new("RGB", (200, 100), colour) for colour in CORNERS[:3]]


def animated(kind: str) -> bytes:
    """An animation that starts in red."""
    first, *rest = frames()
    return saved(first, kind, save_all=True, append_images=rest, duration=100)


@functools.cache
def each_format() -> dict[str, bytes]:
    """One picture of `scene()` in each format that is taken."""
    return {
        "JPEG": jpeg(),
        "progressive JPEG": jpeg(progressive=True),
        "PNG": saved(scene(), "PNG"),
        "WEBP": saved(scene(), "WEBP"),
        "GIF": saved(scene().quantize(64), "GIF"),
        "AVIF": saved(scene(), "AVIF", speed=10),
        "HEIF": heic(),
    }


def heic() -> bytes:
    """A cup, 480 by 360, drawn for this; no encoder for HEIC is at hand when tests run."""
    return (DATA / "cup.heic").read_bytes()


def turned_heic() -> bytes:
    """The cup, stored lying and turned upright by the file; with EXIF and GPS."""
    return (DATA / "cup_turned.heic").read_bytes()


def claiming(data: bytes, width: int, height: int) -> bytes:
    """The same JPEG or PNG or GIF with another size in its header, and no pixel more."""
    if data.startswith(b"\x89PNG"):
        header = struct.pack(">II", width, height) + data[24:29]
        return data[:8] + _chunk(b"IHDR", header) + data[33:]
    if data.startswith(b"GIF"):
        return data[:6] + struct.pack("<HH", width, height) + data[10:]
    at = next(data.index(mark) for mark in (b"\xff\xc0", b"\xff\xc2") if mark in data)
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def wide_profile() -> bytes:
    """An ICC profile with the colours of Display P3 and a plain gamma of 2.2."""
    colourants = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
        b"wtpt": (0.96420, 1.0, 0.82491),
    }
    tags = {name: b"XYZ \0\0\0\0" + b"".join(map(_fixed, xyz)) for name, xyz in colourants.items()}
    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    return _profile(b"RGB ", b"XYZ ", {**tags, b"rTRC": gamma, b"gTRC": gamma, b"bTRC": gamma})


def grey_ink_profile() -> bytes:
    """An ICC profile for CMYK in which cyan is a mid grey: unlike any conversion without it."""
    steps = bytes(range(256))
    corners = bytearray()
    for corner in range(16):  # K is the fastest
        ink = corner.bit_count()
        corners += bytes((255 - 64 * min(ink, 3), 128, 128))
    unity = b"".join(_fixed(value) for value in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + unity + steps * 4 + bytes(corners) + steps * 3
    return _profile(b"CMYK", b"Lab ", {b"A2B0": table}, device=b"prtr")


def impostors() -> dict[str, bytes]:
    """Files of other kinds; each could lie in the inbox under the name of a picture."""
    picture = scene(40, 30)
    return {
        "SVG": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        "MP4": b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + b"\0\0\0\x08free",
        "MOV": b"\0\0\0\x14ftypqt  \0\0\x02\0qt  \0\0\0\x08wide",
        "TIFF": saved(picture, "TIFF"),
        "BMP": saved(picture, "BMP"),
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        "PSD": b"8BPS\0\x01" + b"\0" * 6 + b"\0\x03\0\0\0\x0a\0\0\0\x0a\0\x08\0\x03",
        "ZIP": b"PK\x03\x04\x14\0\0\0\x08\0" + b"\0" * 16 + b"\x05\0\0\0a.jpg",
        "Word": b"PK\x03\x04\x14\0\x06\0\x08\0" + b"\0" * 16 + b"\x13\0\0\0[Content_Types].xml",
        "CR2": b"II*\0\x10\0\0\0CR\x02\0" + b"\0" * 20,
        "CR3": b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom",
        "ICO": saved(picture, "ICO", sizes=[(16, 16)]),
        "JPEG 2000": saved(picture, "JPEG2000"),
        "JPEG XL": b"\xff\x0a\xfa\x3f\x05\x90\x80",
        "AVI": b"RIFF\x00\x10\0\0AVI LIST",
    }


def strangers() -> dict[str, bytes]:
    """Files in which there is no picture at all."""
    return {
        "text": "Crème brûlée, 12 pieces\n".encode(),
        "web page": b"<!DOCTYPE html>\n<html><body>404</body></html>",
        "JSON": b'{"sku": "CUP-1"}',
        "program": b"\x7fELF\x02\x01\x01" + b"\0" * 20,
        "sound": b"ID3\x04\0\0\0\0\0\0",
        "WAV": b"RIFF\x24\0\0\0WAVEfmt ",
        "noise": random.Random(3).randbytes(5000).replace(b"\x1f\x8b", b""),
    }


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _profile(
    space: bytes, connection: bytes, tags: dict[bytes, bytes], *, device: bytes = b"mntr"
) -> bytes:
    name = b"Drawn for tests\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 78
    tags = {b"desc": described, b"cprt": b"text\0\0\0\0none\0", **tags}
    at, table, body = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        table += tag + struct.pack(">II", at + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    header = b"lcms\x02\x20\0\0" + device + space + connection
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    header += _fixed(0.9642) + _fixed(1.0) + _fixed(0.82491)
    whole = header.ljust(124, b"\0") + table + body
    return struct.pack(">I", len(whole) + 4) + whole
