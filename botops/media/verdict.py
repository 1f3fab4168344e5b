"""Verdict: why a file is no picture that we can take, as a code and a sentence."""

from __future__ import annotations

from enum import StrEnum

from botops.kernel.errors import Refused


class RejectCode(StrEnum):
    """The codes of contract.md; they are stored, shown and sent, and never change."""

    UNSUPPORTED_FORMAT = "unsupported_format"
    NOT_AN_IMAGE = "not_an_image"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    EMPTY = "empty"
    TIMEOUT = "timeout"
    UNREADABLE = "unreadable"


class Rejected(Refused):
    """A file that will never become a picture, however often it is tried."""

    def __init__(self, code: RejectCode, reason: str) -> None:
        super().__init__(reason, code=code)
        self.verdict = code
        self.reason = reason


def empty() -> Rejected:
    """Return the verdict on a file without a single byte."""
    return Rejected(RejectCode.EMPTY, "This file is empty. Copy it again from where it came from.")


def truncated() -> Rejected:
    """Return the verdict on a picture that ends too early."""
    return Rejected(
        RejectCode.TRUNCATED,
        "The end of this picture is missing: it was not copied whole. Copy it again.",
    )


def too_large(size: int, limit: int) -> Rejected:
    """Return the verdict on a file of `size` bytes where at most `limit` are taken."""
    return Rejected(
        RejectCode.TOO_LARGE,
        f"This file has {_megabytes(size)}; at most {_megabytes(limit)} are taken. Save it smaller "
        "and drop it again, or raise media.max_size in the settings.",
    )


def too_many_pixels(width: int, height: int, *, limit: int) -> Rejected:
    """Return the verdict on a picture of more than `limit` megapixels of its kind."""
    megapixels = f"{width * height / 1e6:,.0f} megapixels"
    return Rejected(
        RejectCode.TOO_MANY_PIXELS,
        f"This picture has {width:,} by {height:,} pixels ({megapixels}); at most {limit} "
        "megapixels are taken of its kind. Save it smaller and drop it again.",
    )


def too_much_memory() -> Rejected:
    """Return the verdict on a picture that needs more memory than a picture gets."""
    return Rejected(
        RejectCode.TOO_MANY_PIXELS,
        "This picture needs too much memory to open. Save it smaller and drop it again.",
    )


def too_slow() -> Rejected:
    """Return the verdict on a picture that takes longer than a picture may take."""
    return Rejected(
        RejectCode.TIMEOUT,
        "This picture takes too long to open. Save it anew as a plain JPEG and drop it again.",
    )


def unreadable() -> Rejected:
    """Return the verdict on a picture that is damaged inside."""
    return Rejected(
        RejectCode.UNREADABLE,
        "This picture is damaged and can't be opened. Open it in a picture program, save it anew, "
        "and drop it again.",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
