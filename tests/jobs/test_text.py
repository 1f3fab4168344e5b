"""Text: whatever comes in can be stored, and no secret is kept."""

import json
import math
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botops.jobs import text

ODD_NAME = os.fsdecode(b"caf\xe9.jpg")  # a file name that is no UTF-8
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()) | st.just(ODD_NAME),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(JSON)
def test_json_comes_back_as_it_was(value: object) -> None:
    """What is stored can be encoded, and is read back equal; lone surrogates too."""
    stored = text.to_json(value)
    stored.encode()
    assert text.from_json(stored) == value


def test_words_are_stored_as_they_are_read() -> None:
    """Letters beyond ASCII are not escaped: people search for them."""
    assert text.to_json({"name": "café"}) == '{"name": "café"}'


@pytest.mark.parametrize("value", [math.nan, math.inf, {"a": {1, 2}}, {"a": object()}])
def test_what_is_no_json_is_refused(value: object) -> None:
    """NaN, infinity, sets and objects are errors, not surprises for whoever reads them."""
    with pytest.raises((TypeError, ValueError)):
        text.to_json(value)


def test_nothing_is_nothing() -> None:
    """NULL is None, and the JSON null is None too."""
    assert text.from_json(None) is None
    assert text.from_json("null") is None


def test_errors_are_masked_and_cut() -> None:
    """Tokens go before anything else does, NUL never gets in, and length has an end."""
    words = text.error(f"token=abcdef123456 \0{ODD_NAME} " + "x" * 100_000)
    assert "abcdef123456" not in words
    assert "\0" not in words
    assert len(words) == text.ERROR_CHARACTERS
    words.encode()


def test_a_secret_across_the_cut_is_not_kept() -> None:
    """A secret that begins just before the end is masked, not halved."""
    secret = "whsec_" + "A" * 40
    words = text.error("x" * (text.ERROR_CHARACTERS - 10) + " " + secret)
    assert "AAAA" not in words


@pytest.mark.parametrize(
    ("words", "line"), [(None, ""), ("", ""), ("one", "one"), ("one\n\ntwo", "one")]
)
def test_the_first_line_is_for_people(words: str | None, line: str) -> None:
    """The trace below it is not part of it."""
    assert text.first_line(words) == line


def test_about_is_short_and_storable() -> None:
    """A very long or odd name does not get in the way."""
    words = text.about(ODD_NAME * 1000)
    assert len(words.encode()) < 10_000
    assert json.dumps(words)
