"""Door: text from outside comes out clean, as wide as asked, and is never markup."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from botops.tui.presenters.cells import Cell, Tone
from botops.tui.text import clean, clean_lines, content, contents, fit, shorten, shorten_name

ATTACKS = {
    "markup": ("[/foo]", "[/foo]"),
    "an action": ("[@click=app.quit]pizza[/]", "[@click=app.quit]pizza[/]"),
    "an escape code": ("\x1b[31mred\x1b[0m", "red"),
    "a window title": ("\x1b]0;owned\x07x", "x"),
    "a link": ("\x1b]8;;https://evil.test\x1b\\here\x1b]8;;\x1b\\", "here"),
    "a C1 code": ("a\x9b31mb", "a31mb"),
    "a bell and a backspace": ("a\x07\x08b", "ab"),
    "right to left": ("invoice\u202egpj.exe", "invoicegpj.exe"),
    "an isolate": ("\u2066a\u2069", "a"),
    "zero width": ("a\u200bb\u200dc\ufeffd", "abcd"),
    "a soft hyphen": ("a\xadb", "ab"),
    "tags": ("a\U000e0041b", "ab"),
    "a variation": ("\u2764\ufe0f", "\u2764"),
    "line ends": ("a\nb\rc\u2028d\te", "a b c d e"),
    "a lone surrogate": ("a\ud83dz", "a\ufffdz"),
    "private use": ("a\ue000b", "ab"),
    "a heap of marks": ("e" + "\u0301" * 50, "e\u0301\u0301"),
    "an invisible filler": ("a\u3164b\u115fc", "abc"),
}


@pytest.mark.parametrize(("text", "expected"), ATTACKS.values(), ids=ATTACKS)
def test_what_moves_or_hides_other_text_is_taken_out(text: str, expected: str) -> None:
    """Each attack leaves only its letters."""
    assert clean(text) == expected


@given(st.text(max_size=300), st.integers(0, 60))
def test_any_text_fits_into_any_width_exactly(text: str, width: int) -> None:
    """Emoji, wide letters and marks or not: a cell is as wide as it should be."""
    assert cell_len(fit(text, width)) == width
    assert cell_len(shorten(text, width)) <= width
    assert cell_len(shorten_name(text, width)) <= width


@given(st.text(max_size=300))
def test_any_text_comes_out_clean(text: str) -> None:
    """Nothing that is not seen is left, and cleaning twice changes nothing."""
    shown = clean(text)
    bad = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert not [char for char in shown if unicodedata.category(char) in bad - {"Cf"}]
    assert not {"\u200e", "\u200f", "\u202e", "\u200b", "\u2066"} & set(shown)
    assert clean(shown) == shown


def test_long_text_is_cut_before_it_costs_anything() -> None:
    """A million letters are no more work than ten thousand."""
    assert len(clean("x" * 1_000_000)) == 10_000
    assert len(clean("é" * 1_000_000)) == 10_000
    assert len(clean_lines("x\n" * 100_000)) == 401


def test_a_file_name_keeps_its_end() -> None:
    """What is cut is the middle, so that numbers and endings are still told apart."""
    assert shorten_name("a-very-long-name-of-a-photo-0042.jpg", 20).endswith("42.jpg")
    assert shorten_name("short.jpg", 20) == "short.jpg"


@pytest.mark.parametrize("text", ["[/foo]", "[@click=app.quit]x[/]", "[bold]b", "\\[x]", "{x}"])
def test_markup_is_only_text(text: str) -> None:
    """Brackets are drawn as brackets, and no style or action comes from them."""
    shown = content(Cell(text, Tone.MUTED))
    assert shown.plain == text
    assert [span.style for span in shown.spans] == ["$tone-muted"]


def test_a_line_end_inside_a_cell_makes_no_second_line() -> None:
    """One cell is one line, whatever is in it."""
    assert contents([(Cell("a\nb"),), (Cell("c"),)]).plain == "a b\nc"
