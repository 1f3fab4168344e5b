"""Formats: what a file is by its first bytes, and what to tell the merchant when it is no picture.

File names say nothing. The table is for the friendly sentence; what is really in a file,
the decoder decides.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import BinaryIO

from botops.media import verdict
from botops.media.verdict import RejectCode, Rejected

HEAD = 4096  # bytes from the start that are enough to tell
ZERO_TAIL = 4096  # so many zeros at the end: the room is there, the bytes are still to come


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """A format that is taken, as Pillow, the web and the store name it."""

    name: str
    mime_type: str
    extension: str


JPEG = PictureFormat("JPEG", "image/jpeg", "jpg")
PNG = PictureFormat("PNG", "image/png", "png")
WEBP = PictureFormat("WEBP", "image/webp", "webp")
GIF = PictureFormat("GIF", "image/gif", "gif")
AVIF = PictureFormat("AVIF", "image/avif", "avif")
HEIF = PictureFormat("HEIF", "image/heic", "heic")
TAKEN = (JPEG, PNG, WEBP, GIF, AVIF, HEIF)


@dataclass(frozen=True, slots=True)
class _Other:
    """Something that is not taken: what it is, what to do, and the code."""

    what: str
    remedy: str
    code: RejectCode = RejectCode.UNSUPPORTED_FORMAT

    def rejected(self) -> Rejected:
        return Rejected(self.code, f"This is {self.what}. {self.remedy}")


_SAVE = "Save it as JPEG or PNG and drop it again."
_EXPORT = "Export it as JPEG or PNG and drop it again."
_SINGLE = "Drop the pictures themselves, as JPEG or PNG."


def _picture(what: str) -> _Other:
    return _Other(f"{what}, a kind of picture that BotOps does not take", _SAVE)


def _raw(what: str) -> _Other:
    return _Other(f"a raw photo from a camera ({what}), not a finished picture", _EXPORT)


def _packed(what: str) -> _Other:
    return _Other(f"{what}, not a picture", "Unpack it and drop the pictures that are in it.")


def _no_image(what: str) -> _Other:
    return _Other(f"{what}, not a picture", _SINGLE, RejectCode.NOT_AN_IMAGE)


_DRAWING = "It is a drawing made of lines, not of pixels. " + _EXPORT
_VIDEO = _Other("a video, not a picture", "Save one moment of it as JPEG or PNG and drop that.")
_PDF = _Other("a PDF document, not a picture", _EXPORT)
_SVG = _Other("an SVG drawing", _DRAWING)
_EPS = _Other("an EPS drawing", _DRAWING)
_TIFF = _Other(
    "a TIFF picture or a raw photo from a camera, which BotOps does not take",
    _EXPORT,
)
_OFFICE = _Other("an Office document, not a picture", "Save the pictures in it as JPEG or PNG.")
_HTML = _Other(
    "a web page, not a picture",
    "Open it in a browser, save the picture itself, and drop that.",
    RejectCode.NOT_AN_IMAGE,
)
_TEXT = _no_image("a text file")
_SOUND = _no_image("a sound file")
_PROGRAM = _no_image("a program")
_ZIP = _packed("a ZIP archive")

# (where, bytes, what); the first that fits counts, so the longer ones stand first.
_OTHERS: tuple[tuple[int, bytes, _Other], ...] = (
    (0, b"BM", _picture("a BMP picture")),
    (0, b"8BPS", _Other("a Photoshop document", _EXPORT)),
    (0, b"gimp xcf", _Other("a GIMP document", _EXPORT)),
    (8, b"CR\x02\x00", _raw("Canon CR2")),
    (0, b"FUJIFILMCCD-RAW", _raw("Fujifilm RAF")),
    (0, b"IIRO", _raw("Olympus ORF")),
    (0, b"IIRS", _raw("Olympus ORF")),
    (0, b"IIU\x00", _raw("Panasonic RW2")),
    (0, b"FOVb", _raw("Sigma X3F")),
    (0, b"II\x1a\x00\x00\x00HEAPCCDR", _raw("Canon CRW")),
    (0, b"II*\x00", _TIFF),
    (0, b"MM\x00*", _TIFF),
    (0, b"II+\x00", _TIFF),
    (0, b"MM\x00+", _TIFF),
    (0, b"%!PS", _EPS),
    (0, b"\xc5\xd0\xd3\xc6", _EPS),
    (0, b"\xff\x0a", _picture("a JPEG XL picture")),
    (4, b"JXL \r\n", _picture("a JPEG XL picture")),
    (4, b"jP  \r\n", _picture("a JPEG 2000 picture")),
    (0, b"\xff\x4f\xff\x51", _picture("a JPEG 2000 picture")),
    (0, b"\x00\x00\x01\x00", _picture("an icon (ICO)")),
    (0, b"icns", _picture("an icon (ICNS)")),
    (0, b"qoif", _picture("a QOI picture")),
    (0, b"DDS ", _picture("a DDS picture")),
    (0, b"\xd7\xcd\xc6\x9a", _Other("a WMF drawing", _DRAWING)),
    (40, b" EMF", _Other("an EMF drawing", _DRAWING)),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
    (0, b"{\\rtf", _OFFICE),
    (0, b"Rar!", _packed("a RAR archive")),
    (0, b"7z\xbc\xaf\x27\x1c", _packed("a 7-Zip archive")),
    (0, b"\x1f\x8b", _packed("a gzip archive")),
    (257, b"ustar", _packed("a tar archive")),
    (0, b"\x1a\x45\xdf\xa3", _VIDEO),
    (0, b"\x00\x00\x01\xba", _VIDEO),
    (0, b"\x00\x00\x01\xb3", _VIDEO),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _VIDEO),
    (0, b"FLV\x01", _VIDEO),
    (4, b"moov", _VIDEO),
    (4, b"mdat", _VIDEO),
    (4, b"wide", _VIDEO),
    (0, b"ID3", _SOUND),
    (0, b"OggS", _SOUND),
    (0, b"fLaC", _SOUND),
    (0, b"\xff\xfb", _SOUND),
    (0, b"MZ", _PROGRAM),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", _no_image("a shortcut to a file")),
    (0, b"\x00\x05\x16\x07", _no_image("a note that macOS keeps about a file")),
    (0, b"SQLite format 3\x00", _no_image("a database")),
)
_UNKNOWN = _Other(
    "not a picture that BotOps knows",
    "Taken are JPEG, PNG, WebP, GIF, AVIF and HEIC.",
    RejectCode.NOT_AN_IMAGE,
)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF_BRANDS = {b"avif", b"avis"}
_OPEN_BRANDS = {b"mif1", b"msf1"}  # containers that name their coding among the brands they fit
_BOXES = {b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid", b"mini"}
_RIFF_HEADER = 8


def recognise(file: BinaryIO) -> PictureFormat:
    """Return the format that the file's first bytes show, once its end is there too.

    Raises:
        Rejected: It is empty, of another kind, or not copied whole.
    """
    head = _bytes(file, 0)
    if not head:
        raise verdict.empty()
    found = taken(head)
    if found is None and not head.strip(b"\x00"):
        raise verdict.truncated()  # room was made for the file, and nothing came
    if found is None:
        raise other(head)
    if is_zero_tailed(file) or (found in {WEBP, AVIF, HEIF} and not is_whole(file, found)):
        raise verdict.truncated()  # these three decode with half of their bytes, in grey
    return found


def taken(head: bytes) -> PictureFormat | None:
    """Return the accepted format of which these are the first bytes."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    brands = _brands(head)
    if brands[:1] and (brands[0] in _HEIF_BRANDS | _AVIF_BRANDS | _OPEN_BRANDS):
        return AVIF if brands[0] in _AVIF_BRANDS or _AVIF_BRANDS & set(brands) else HEIF
    return None


def other(head: bytes) -> Rejected:
    """Return the verdict on a file that starts with these bytes and is in no accepted format."""
    for where, magic, what in _OTHERS:
        if head.startswith(magic, where):
            return what.rejected()
    return (_container(head) or _written(head) or _UNKNOWN).rejected()


def is_zero_tailed(file: BinaryIO) -> bool:
    """Tell whether the file's last bytes are all zero: made at full length, still being filled."""
    size = _size(file)
    tail = min(ZERO_TAIL, size // 2)
    return tail > 0 and not _bytes(file, size - tail).strip(b"\x00")


def is_whole(file: BinaryIO, kind: PictureFormat) -> bool:
    """Tell whether the end of the picture is there, as far as its format marks one."""
    size = _size(file)
    if kind is WEBP:
        return int.from_bytes(_bytes(file, 4)[:4], "little") + _RIFF_HEADER <= size + 1
    if kind in {AVIF, HEIF}:
        return _boxes_fit(file, size)
    mark = {JPEG: b"\xff\xd9", PNG: b"IEND", GIF: b"\x3b"}[kind]
    return mark in _bytes(file, max(size - HEAD, 0))


def _boxes_fit(file: BinaryIO, size: int) -> bool:
    at = 0
    while at + 8 <= size:
        header = _bytes(file, at)
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if length < 8 or header[4:8] not in _BOXES:  # noqa: PLR2004 - a box's own header; 0: to the end
            return True
        at += length
    return at <= size


def _brands(head: bytes) -> list[bytes]:
    if head[4:8] != b"ftyp":
        return []
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]


def _container(head: bytes) -> _Other | None:
    if head[4:8] == b"ftyp":
        return _raw("Canon CR3") if head[8:12] == b"crx " else _VIDEO
    if head.startswith(b"RIFF"):
        return _SOUND if head[8:12] == b"WAVE" else _VIDEO
    if head.startswith(b"PK\x03\x04"):
        office = (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"opendocument")
        return _OFFICE if any(mark in head for mark in office) else _ZIP
    return _PDF if b"%PDF-" in head[:1024] else None


def _written(head: bytes) -> _Other | None:
    """Tell a text, and of which kind; UTF-16 shows by its mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _TEXT
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in start and start.startswith(b"<"):
        return _SVG
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start[:512]:
        return _HTML
    printable = not set(head) & (set(range(32)) - {9, 10, 12, 13})
    return _TEXT if start and printable and _is_utf8(head) else None


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) == HEAD  # a letter cut by our own limit
    return True


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _bytes(file: BinaryIO, at: int) -> bytes:
    file.seek(at)
    return file.read(HEAD)
