"""Rules: what a product's fields may hold, each with its sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from botops.kernel import money
from botops.kernel.errors import Refused

SKU_LENGTH = 64
NAME_LENGTH = 200
CATEGORY_LENGTH = 100
DESCRIPTION_LENGTH = 4_000
MOST_STOCK = 1_000_000_000
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control characters, halves of others, separators


def sku_key(sku: str) -> str:
    """Return the form in which two SKUs are one: composed, without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", sku).casefold())


def folded(text: str) -> str:
    """Return a text as it is searched: without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as they are stored.

    Raises:
        Refused: One of them can't be used.
    """
    return {name: FIELDS[name](value) for name, value in values.items()}


def _sku(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(text) <= SKU_LENGTH:
        raise Refused(f"The SKU has 1 to {SKU_LENGTH} characters; {_shown(text)} has {len(text)}.")
    if not text.isprintable() or "/" in text or "\\" in text:
        raise Refused(
            f"The SKU {_shown(text)} has a slash or a character that can't be seen.",
            hint="Photos are named after it: letters, digits, blanks, - and _ always work.",
        )
    return text


def _line(what: str, *, length: int, least: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        text = unicodedata.normalize("NFC", text).strip()
        if len(text) < least:
            raise Refused(f"The {what} is missing.")
        return _readable(text, what, length=length)

    return check


def _description(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return _readable(text, "description", length=DESCRIPTION_LENGTH, breaks="\n\t")


def _readable(text: str, what: str, *, length: int, breaks: str = "") -> str:
    if len(text) > length:
        raise Refused(f"The {what} has {len(text)} characters; at most {length} fit.")
    for each in text:
        if unicodedata.category(each) in _UNSEEN and each not in breaks:
            raise Refused(f"The {what} has a character that can't be seen: {each!a}.")
    return text


def _price(minor: int) -> int:
    if minor < 0:
        raise Refused("The price is less than nothing.")
    if minor > money.MOST:
        raise Refused("The price is too high.")
    return minor


def _currency(code: str) -> str:
    code = code.strip().upper()
    if not money.is_currency(code):
        raise Refused(
            f"There is no currency {_shown(code)}.", hint="Codes as in ISO 4217, such as USD, PEN."
        )
    return code


def _stock(count: int | None) -> int | None:
    if count is not None and not 0 <= count <= MOST_STOCK:
        raise Refused(f"The stock is 0 to {MOST_STOCK:,}, or empty if nobody counts.")
    return count


def _shown(text: str) -> str:
    return repr(text if len(text) <= SKU_LENGTH else f"{text[:SKU_LENGTH]}…")


FIELDS: dict[str, Callable[[Any], Any]] = {
    "sku": _sku,
    "name": _line("name", length=NAME_LENGTH, least=1),
    "description": _description,
    "price": _price,
    "currency": _currency,
    "stock": _stock,
    "category": _line("category", length=CATEGORY_LENGTH, least=0),
    "active": bool,
}
