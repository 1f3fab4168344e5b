"""Names: each rule about file names, with the names that people really have."""

import json
import os
from pathlib import Path, PurePosixPath

import pytest

from botops.media.names import (
    Candidate,
    candidates,
    comparing_key,
    is_ignored,
    rejected_name,
    shown,
)

SHA = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "name",
    [
        "shoe.jpg.part", "shoe.crdownload", "SHOE.TMP", "~$prices.xlsx", ".shoe.jpg.swp",
        ".DS_Store", "._shoe.jpg", "Thumbs.db", "desktop.ini", "0a1b_shoe.jpg.reason.json",
        "@eaDir", "__MACOSX",
    ],
)  # fmt: skip
def test_what_is_no_photo_is_passed_over(name: str) -> None:
    """Unfinished downloads, and what file managers leave, are passed over in any case."""
    assert is_ignored(name)


@pytest.mark.parametrize("name", ["shoe.jpg", "part.jpg", "tmp", "~shoe.jpg", "shoe", "a.json"])
def test_other_names_are_looked_at(name: str) -> None:
    """Endings don't decide what is a photo, and a word inside a name doesn't either."""
    assert not is_ignored(name)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Caf\u00e9.JPG", "cafe\u0301.jpg"),
        ("STRASSE", "stra\u00dfe"),
        ("\u1e9b\u0323", "\u1e9b\u0323".upper()),
    ],
)
def test_names_are_equal_across_case_and_composition(left: str, right: str) -> None:
    """Macs decompose names, Linux doesn't: to a merchant they are the same."""
    assert comparing_key(left) == comparing_key(right)


def test_different_letters_stay_different() -> None:
    """Comparing takes no accents away."""
    assert comparing_key("cafe") != comparing_key("caf\u00e9")


def test_a_name_that_is_no_utf8_can_be_shown_and_stored(tmp_path: Path) -> None:
    """It comes surrogate-escaped, is shown as %FF, and JSON and UTF-8 take what is shown."""
    raw = tmp_path / os.fsdecode(b"caf\xe9\xff.jpg")
    raw.write_bytes(b"x")
    name = next(tmp_path.iterdir()).name
    assert shown(name) == "caf%E9%FF.jpg"
    assert json.loads(json.dumps(shown(name)).encode()) == "caf%E9%FF.jpg"
    with pytest.raises(UnicodeEncodeError):
        name.encode()
    assert comparing_key(name).encode() == b"caf%e9%ff.jpg"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Schuh \u00e4\u00f6 \u97cb.jpg", "Schuh \u00e4\u00f6 \u97cb.jpg"),
        ("\U0001f45f\ufe0f\u200d.png", "\U0001f45f\ufe0f\u200d.png"),
        ("a\x1b[31mb\n.jpg", "a%1B[31mb%0A.jpg"),
        ("shoe\u202egpj.exe", "shoe%E2%80%AEgpj.exe"),
    ],
)
def test_only_what_harms_is_replaced(name: str, safe: str) -> None:
    """Letters of each script and emoji stay; escapes and turned writing don't reach a screen."""
    assert shown(name) == safe


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("shoe.jpg", "0123456789ab_shoe.jpg"),
        ("../a:b?.jpg", "0123456789ab_.._a_b_.jpg"),
        ("shoe. ", "0123456789ab_shoe"),
        ("\udcff.jpg", "0123456789ab_%FF.jpg"),
    ],
)
def test_a_rejected_file_gets_a_name_for_each_platform(name: str, kept: str) -> None:
    """What some file system refuses, and what leaves the folder, is replaced."""
    assert rejected_name(SHA, name) == kept


@pytest.mark.parametrize("letter", ["x", "\u97cb", "\U0001f45f"])
def test_a_rejected_name_fits_with_its_reason(tmp_path: Path, letter: str) -> None:
    """The longest name still has room for the hash and the reason, and keeps its ending."""
    name = rejected_name(SHA, letter * 300 + ".jpeg")
    assert name.endswith(letter + ".jpeg")
    (tmp_path / f"{name}.reason.json").write_text("{}")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("SHOE-RED.jpg", [Candidate("shoe-red", 0)]),
        ("SHOE_1.jpg", [Candidate("shoe_1", 0), Candidate("shoe", 1)]),
        ("shoe-02.JPG", [Candidate("shoe-02", 0), Candidate("shoe", 2)]),
        ("shoe (3).jpg", [Candidate("shoe (3)", 0), Candidate("shoe", 3)]),
        ("Shoe_MAIN.jpg", [Candidate("shoe_main", 0), Candidate("shoe", 0, is_primary=True)]),
        ("shoe-2024.jpg", [Candidate("shoe-2024", 0)]),
        ("A.1.jpg", [Candidate("a.1", 0)]),
        ("_1.jpg", [Candidate("_1", 0)]),
    ],
)
def test_a_name_means_its_sku_and_its_place(path: str, expected: list[Candidate]) -> None:
    """The whole name may be a SKU; if it isn't, what stands behind it is the place."""
    assert list(candidates(PurePosixPath(path))) == expected


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("SHOE/1.jpg", Candidate("shoe", 1)),
        ("SHOE/main.png", Candidate("shoe", 0, is_primary=True)),
        ("summer/SHOE/_2.jpg", Candidate("shoe", 2)),
    ],
)
def test_a_folder_speaks_where_the_name_says_nothing(path: str, first: Candidate) -> None:
    """Numbers and `main` in a folder belong to the product that the folder names."""
    assert candidates(PurePosixPath(path))[0] == first


def test_the_nearest_folder_comes_after_the_name() -> None:
    """A name that may be a SKU comes first, then the folders from the inside out."""
    assert candidates(PurePosixPath("Summer/SHOE/front_2.jpg")) == (
        Candidate("front_2", 0),
        Candidate("front", 2),
        Candidate("shoe", 2),
        Candidate("summer", 2),
    )
    assert candidates(PurePosixPath("SHOE/front.jpg"))[-1] == Candidate("shoe")


def test_a_sku_in_another_form_of_unicode_is_found() -> None:
    """A file from a Mac meets the SKU that was typed elsewhere."""
    (whole,) = candidates(PurePosixPath("Cafe\u0301.jpg"))
    assert whole.sku_key == comparing_key("CAF\u00c9")
