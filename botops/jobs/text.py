"""Text: what goes into the ledger as JSON or in words, made fit to be stored and shown."""

from __future__ import annotations

import json
from typing import Any

from botops.security.redact import redact

ERROR_CHARACTERS = 8_000
READ_CHARACTERS = 64_000  # of an endless error this much is looked at; masking takes time
ABOUT_CHARACTERS = 500
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def to_json(value: object) -> str:
    """Return a value as JSON that any database takes.

    A file name that is no UTF-8 comes as lone surrogates, which only escapes can carry.

    Raises:
        TypeError: A part of it can't be said in JSON.
        ValueError: It is a number without a value, or contains itself.
    """
    text = _ENCODER.encode(value)
    return text if _is_unicode(text) else json.dumps(value, allow_nan=False)


def from_json(text: str | None) -> Any:
    """Return the value that was stored, and None for nothing."""
    return None if text is None else json.loads(text)


def about(words: str) -> str:
    """Return what a job is about as words that can be stored."""
    return _storable(words[:ABOUT_CHARACTERS])[:ABOUT_CHARACTERS]


def error(words: str) -> str:
    """Return an error without secrets, and no longer than anybody reads."""
    return _storable(redact(words[:READ_CHARACTERS]))[:ERROR_CHARACTERS]


def first_line(words: str | None) -> str:
    """Return what stands in the first line of an error: the part for a person."""
    return (words or "").partition("\n")[0]


def _storable(words: str) -> str:
    if not _is_unicode(words):
        words = words.encode("utf-8", "backslashreplace").decode()
    return words.replace("\0", "")


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
