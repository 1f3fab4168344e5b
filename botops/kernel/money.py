"""Money: amounts as whole minor units, read from people and shown to them without rounding."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from botops.kernel.errors import UsageProblem

if TYPE_CHECKING:
    from babel import Locale

# babel is imported where it is used: it costs more than most commands have to spend.

# An order of 9,000 pieces at this price still adds up exactly in JSON, whose numbers end at 2**53.
MOST = 10**12 - 1
_AMOUNT = re.compile(r"(?P<whole>\d{1,20})(?:(?P<mark>[.,])(?P<rest>\d{1,20}))?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[ .,'\u00a0\u202f]\d{3})+(?:[.,]\d+)?", re.ASCII)
# A code in place of a sign, as in KWD: babel leaves out the space that CLDR asks for.
_CODE_BEFORE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")
_THOUSAND = 3  # digits between two separators
_QUOTED = 40  # characters of what can't be read


def parse(text: str, currency: str) -> int:
    """Return an amount as people write it (`25`, `25.00` or `25,00`) in minor units.

    Nothing is guessed: separators of thousands are refused, and so is a comma before three
    digits, which may be one.

    Raises:
        UsageProblem: It is no amount, or not surely the one that was meant.
    """
    written = text.strip()
    found = _AMOUNT.fullmatch(written)
    if found is None:
        raise _unreadable(written, currency)
    whole, mark, rest = found.group("whole", "mark", "rest")
    decimals, rest = digits(currency), rest or ""
    if mark == "," and len(rest) == _THOUSAND:
        raise UsageProblem(
            f"'{written}' can be read in two ways.",
            hint=f"Write {whole}{rest}, or {whole}.{rest} if that is what you mean.",
        )
    if len(rest) > decimals:
        raise UsageProblem(
            f"'{written}' has too many decimals: {currency} has {decimals or 'none'}.",
            hint=f"Write it as {_example(currency)}.",
        )
    amount = int(whole + rest.ljust(decimals, "0"))
    if amount > MOST:
        raise UsageProblem(f"'{written}' is too much: the most is {plain(MOST, currency)}.")
    return amount


def plain(minor: int, currency: str) -> str:
    """Return an amount as `parse` reads it: digits, and a point before the decimals."""
    return f"{_decimal(minor, currency):f}"


def show(minor: int, currency: str, *, locale: str = "en_US") -> str:
    """Return an amount as it is written in a place: 8400 USD in en_US is `$84.00`."""
    from babel.numbers import format_currency

    text = format_currency(_decimal(minor, currency), currency, locale=_locale(locale))
    return _CODE_BEFORE_DIGIT.sub("\u00a0", text)


def digits(currency: str) -> int:
    """Return how many decimals a currency is written with: USD 2, JPY 0, KWD 3.

    From the tables of Unicode (CLDR). They are ISO 4217's, except for a few currencies whose
    coins are out of use.
    """
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def is_currency(code: str) -> bool:
    """Return whether a code is one of ISO 4217, written as `USD`."""
    return code in _currencies()


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


@lru_cache(maxsize=16)
def _locale(name: str) -> Locale:
    """Return a locale, or the nearest one that is known: en_PE is not, en is."""
    from babel import Locale
    from babel.localedata import exists

    nearest = (each for each in (name, name.partition("_")[0]) if exists(each))
    return Locale.parse(next(nearest, "en"))


def _decimal(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-digits(currency))


def _example(currency: str) -> str:
    return plain(2500 if digits(currency) else 25, currency)


def _unreadable(written: str, currency: str) -> UsageProblem:
    example = _example(currency)
    written = written if len(written) <= _QUOTED else f"{written[:_QUOTED]}…"
    if written.startswith("-") and _AMOUNT.fullmatch(written[1:].strip()):
        return UsageProblem(f"'{written}' is less than nothing.", hint=f"Write it as {example}.")
    if _GROUPED.fullmatch(written):
        return UsageProblem(
            f"'{written}' has separators between the thousands.",
            hint=f"Leave them out, as in {plain(123450, currency)}.",
        )
    return UsageProblem(f"'{written}' is not an amount.", hint=f"Write it as {example}.")
