"""Money: no amount is rounded, guessed or written in a way that reads as another."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botops.kernel import money
from botops.kernel.errors import UsageProblem


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("25", "USD", 2500),
        ("25.00", "USD", 2500),
        ("25.5", "USD", 2550),
        ("25,50", "EUR", 2550),
        ("0.07", "USD", 7),
        ("0", "USD", 0),
        (" 84.00 ", "PEN", 8400),
        ("1500", "JPY", 1500),
        ("1.234", "KWD", 1234),
        ("12.5", "KWD", 12500),
        ("9999999999.99", "USD", money.MOST),
    ],
)
def test_an_amount_is_read_in_minor_units(text: str, currency: str, minor: int) -> None:
    """Each currency has its own number of decimals, and missing ones are nought."""
    assert money.parse(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "says"),
    [
        ("abc", "USD", "'abc' is not an amount."),
        ("", "USD", "'' is not an amount."),
        ("$25", "USD", "not an amount"),
        ("1e3", "USD", "not an amount"),
        ("25.", "USD", "not an amount"),
        ("\u0662\u0665", "USD", "not an amount"),
        ("1,234.50", "USD", "separators between the thousands"),
        ("1.234,50", "EUR", "separators between the thousands"),
        ("1 234", "EUR", "separators between the thousands"),
        ("1,234,567", "USD", "separators between the thousands"),
        ("1,234", "USD", "read in two ways"),
        ("1,234", "KWD", "read in two ways"),
        ("1.234", "USD", "too many decimals: USD has 2"),
        ("25.00", "JPY", "too many decimals: JPY has none"),
        ("-5", "USD", "less than nothing"),
        ("10000000000", "USD", "the most is 9999999999.99"),
        ("9" * 5000, "USD", "not an amount"),
    ],
)
def test_what_is_not_surely_an_amount_is_refused(text: str, currency: str, says: str) -> None:
    """A sentence says what is wrong with it."""
    with pytest.raises(UsageProblem, match=re.escape(says)):
        money.parse(text, currency)


def test_a_refusal_says_how_to_write_it() -> None:
    """The hint has an example in the very currency, and both readings of a doubtful comma."""
    with pytest.raises(UsageProblem) as caught:
        money.parse("abc", "JPY")
    assert caught.value.hint == "Write it as 25."
    with pytest.raises(UsageProblem) as caught:
        money.parse("1,234", "USD")
    assert "1234, or 1.234" in caught.value.hint


@settings(deadline=None)  # a busy machine is no error
@given(minor=st.integers(0, money.MOST), currency=st.sampled_from(["USD", "JPY", "KWD", "PEN"]))
def test_what_is_written_plainly_reads_the_same(minor: int, currency: str) -> None:
    """Each amount survives being written and read."""
    assert money.parse(money.plain(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        (8400, "USD", "en_US", "$84.00"),
        (123456789, "USD", "en_US", "$1,234,567.89"),
        (8400, "PEN", "es_PE", "S/\u00a084.00"),
        (8400, "EUR", "de_DE", "84,00\u00a0€"),
        (1500, "JPY", "en_US", "\u00a51,500"),
        (1234, "KWD", "en_US", "KWD\u00a01.234"),
        (8400, "USD", "en_PE", "$84.00"),
        (8400, "USD", "", "$84.00"),
        (8400, "USD", "xx_YY", "$84.00"),
        (0, "USD", "en_US", "$0.00"),
        (-250, "USD", "en_US", "-$2.50"),
    ],
)
def test_an_amount_is_shown_as_its_place_writes_it(
    minor: int, currency: str, locale: str, shown: str
) -> None:
    """Sign, marks and order are the place's; a place that is not known gets its language's."""
    assert money.show(minor, currency, locale=locale) == shown


@pytest.mark.parametrize(
    ("code", "is_one"), [("USD", True), ("PEN", True), ("usd", False), ("ABC", False), ("", False)]
)
def test_currencies_are_those_of_the_standard(code: str, is_one: bool) -> None:
    """A made-up code is none, nor is one in small letters."""
    assert money.is_currency(code) is is_one
