"""Config file: one setting is another one, and everything else in the file is as it was."""

import difflib
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botops.kernel.errors import Refused
from botops.preferences.config_file import value_in, with_value, without
from botops.settings.default_file import default_config

SIZES = {"thumb": 100, "whatsapp": 900}


def changed_lines(before: str, after: str) -> list[str]:
    """The lines that are different, each with its sign."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("media.max_size", "60 MB", '#max_size = "50 MB"', 'max_size = "60 MB"'),
        ("media.polling", True, "#polling = false", "polling = true"),
        ("media.settle_seconds", 3.5, "#settle_seconds = 2.0", "settle_seconds = 3.5"),
        ("shop.name", 'Casa "Flora" ñ', '#name = "My shop"', r'name = "Casa \"Flora\" ñ"'),
        (
            "media.sizes", SIZES, "#sizes = { thumb = 320, medium = 600, whatsapp = 1200 }",
            "sizes = {thumb = 100, whatsapp = 900}",
        ),
    ],
)  # fmt: skip
def test_a_value_stands_where_it_is_explained(
    key: str, value: Any, before: str, after: str
) -> None:
    """In the file that `init` writes, the line below the explanation is changed, and comes back."""
    config = default_config()
    text = with_value(config, key, value=value)
    assert changed_lines(config, text) == [f"-{before}", f"+{after}"]
    assert value_in(text, key) == value
    assert without(text, key) == config


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '[media]\nmax_size = "9 MB"\n'),
        ("# mine\n", '# mine\n\n[media]\nmax_size = "9 MB"\n'),
        ("[shop]\nname='x'", "[shop]\nname='x'\n[media]\nmax_size = \"9 MB\"\n"),
        ("[media]\nmax_size = 5 # why\n", '[media]\nmax_size = "9 MB" # why\n'),
        ("[media]\nmax_size=5\nworkers=3\n", '[media]\nmax_size="9 MB"\nworkers=3\n'),
        ("[ media ]\n'max_size' = 5\n", "[ media ]\n'max_size' = \"9 MB\"\n"),
        ("media.max_size = 5\n", 'media.max_size = "9 MB"\n'),
        ("media.workers = 5\n", 'media.workers = 5\nmedia.max_size = "9 MB"\n'),
        ("media = { workers = 2 }\n", 'media = { workers = 2, max_size = "9 MB"}\n'),
        (
            "[media]\nworkers = 1\n[media.sizes]\nthumb = 20\nwhatsapp = 99\n",
            '[media]\nworkers = 1\nmax_size = "9 MB"\n\n[media.sizes]\nthumb = 20\nwhatsapp = 99\n',
        ),
        ("[media]\r\nmax_size = 5\r\n[shop]\r\n", '[media]\r\nmax_size = "9 MB"\r\n[shop]\r\n'),
        (
            "[shop]\nname = '''\n[media]\n#max_size = 1\n'''\n",
            "[shop]\nname = '''\n[media]\n#max_size = 1\n'''\n\n[media]\nmax_size = \"9 MB\"\n",
        ),
    ],
)
def test_any_way_to_write_it_is_understood(text: str, expected: str) -> None:
    """However a person has written the file, the setting goes where it belongs."""
    assert with_value(text, "media.max_size", value="9 MB") == expected


def test_a_table_is_changed_where_it_stands() -> None:
    """Of a table of its own, what stays keeps its comments, and what is gone is gone."""
    text = "[media.sizes]\nthumb = 20 # small\nwhatsapp = 99\nlarge = 3000\n\n[shop]\nname = 'x'\n"
    assert with_value(text, "media.sizes", value=SIZES) == (
        "[media.sizes]\nthumb = 100 # small\nwhatsapp = 900\n\n[shop]\nname = 'x'\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[media]\nmax_size = 5\n", '[media]\n#max_size = "50 MB"\n'),
        ("[media]\nmax_size = 5 # for Ana\n", '[media]\n#max_size = "50 MB"  # for Ana\n'),
        ("media.max_size = 5\n", ""),
        ("media = { max_size = 5, workers = 2 }\n", "media = {  workers = 2 }\n"),
        ("[media]\r\nmax_size = 5\r\n", '[media]\r\n#max_size = "50 MB"\r\n'),
        ("[media]\nworkers = 2\n", "[media]\nworkers = 2\n"),
        ("[shop]\n", "[shop]\n"),
    ],
)
def test_a_setting_is_taken_out(text: str, expected: str) -> None:
    """Its default stands there instead, and what somebody has noted beside it stays."""
    assert without(text, "media.max_size") == expected


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_is_kept_as_it_is(name: str) -> None:
    """Quotes, line ends, control codes, what looks like TOML: it is text, and comes back whole."""
    text = with_value(default_config(), "shop.name", value=name)
    assert tomllib.loads(text)["shop"] == {"name": name}
    assert without(text, "shop.name") == default_config()


def test_what_cannot_be_changed_is_refused() -> None:
    """Where no way gives a file that says what is wanted and nothing else, none is written."""
    with pytest.raises(Refused, match="can't be changed from here") as caught:
        with_value("[media]\n", "media.max_size", value=float("nan"))
    assert "text editor" in caught.value.hint
