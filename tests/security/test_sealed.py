"""Sealed: what is sealed is opened by its key, in its place, as it was; and in no other way."""

import base64
import traceback
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botops.security.keys import MasterKey
from botops.security.sealed import Place, SealBroken, Seals

OLD, NEW = bytes(range(32)), bytes(range(100, 132))
PLACE = Place("secret_settings", "sealed", "whatsapp.access_token")
TEXT = "EAAG-geheim ñ 🎉"
# Written by the first version of this format: later ones must open it.
KEPT = "v1.c6ea910a.Qa2MPabYSN2J_IhZ4QaW2DnY0G1lJygmVd9U-D8cMv5f_E6hfSMJex4NfuHtIFFbZWApk_Uzhg"


def seals(newest: bytes = OLD, *older: bytes) -> Seals:
    """What seals with one key, and opens with others too."""
    return Seals(MasterKey(newest, "a test", older=older))


@given(st.text())
def test_what_is_sealed_is_opened(text: str) -> None:
    """Any text comes out as it went in, and is nowhere in what is kept."""
    sealed = seals().seal(text, PLACE)
    assert seals().open(sealed, PLACE) == text
    assert sealed.isascii()
    assert len(text) < 8 or text not in sealed


def test_what_was_sealed_long_ago_is_opened() -> None:
    """The format and the derived keys stay what they are."""
    assert seals().open(KEPT, PLACE) == TEXT
    assert seals().blind_indexes("+51987654321", purpose="phone") == [
        "8de3df79eaf8d3ef78d0505eb0630a7e"
    ]


def test_twice_the_same_looks_different() -> None:
    """Nobody sees that two secrets are the same."""
    assert seals().seal(TEXT, PLACE) != seals().seal(TEXT, PLACE)


@pytest.mark.parametrize(
    "place",
    [
        replace(PLACE, table="webhooks"),
        replace(PLACE, column="secret"),
        replace(PLACE, row="whatsapp.app_secret"),
        replace(PLACE, merchant_id="flora"),
        Place("secret_settingssealed", "", "whatsapp.access_token"),
        Place('secret_settings", "sealed', "whatsapp.access_token", "default"),
    ],
)
def test_what_was_moved_is_not_opened(place: Place) -> None:
    """A value that somebody copies to another row, shop, column or table says so."""
    with pytest.raises(SealBroken, match="moved") as caught:
        seals().open(seals().seal(TEXT, PLACE), place)
    assert caught.value.reason_code == "moved"
    assert caught.value.exit_code == 4


def test_every_letter_counts() -> None:
    """Whichever letter is another one, nothing is opened, and no other text comes out."""
    for index, letter in enumerate(KEPT):
        other = "a" if letter != "a" else "b"
        with pytest.raises(SealBroken) as caught:
            seals().open(f"{KEPT[:index]}{other}{KEPT[index + 1 :]}", PLACE)
        is_name = 3 <= index < 11  # of the key
        assert caught.value.reason_code == ("wrong_key" if is_name else "damaged"), index


@pytest.mark.parametrize(
    "sealed",
    [
        "", "v1", "v1..", TEXT, KEPT[:-1], KEPT[:-12], f"{KEPT}A", f"{KEPT}=", f"{KEPT}\n",
        f" {KEPT}", f"{KEPT}.x", KEPT.replace("v1", "v2"), KEPT.replace("v1.", ""),
        f"v1.c6ea910a.{base64.urlsafe_b64encode(bytes(40)).decode()}", "v1.c6ea910a.",
    ],
)  # fmt: skip
def test_what_is_none_is_damaged(sealed: str) -> None:
    """Cut off, made longer, of another version, or no envelope at all: a sentence each time."""
    with pytest.raises(SealBroken, match="damaged") as caught:
        seals().open(sealed, PLACE)
    assert caught.value.reason_code == "damaged"


def test_another_key_is_told_by_its_name() -> None:
    """The wrong key is not a damaged secret, and the hint says what to do."""
    with pytest.raises(SealBroken, match="another master key") as caught:
        seals(NEW).open(KEPT, PLACE)
    assert caught.value.reason_code == "wrong_key"
    assert "recovery key" in caught.value.hint


def test_the_newest_key_seals_and_all_open() -> None:
    """While a key is replaced, what the old one has sealed is opened still."""
    both = seals(NEW, OLD)
    assert both.open(KEPT, PLACE) == TEXT
    assert not both.is_newest(KEPT)
    sealed = both.seal(TEXT, PLACE)
    assert both.is_newest(sealed)
    assert seals(NEW).open(sealed, PLACE) == TEXT
    with pytest.raises(SealBroken, match="another master key"):
        seals(OLD).open(sealed, PLACE)


def test_a_text_is_found_without_being_told() -> None:
    """The index is the same for the same text, and another for each key, shop and purpose."""
    (phone,) = seals().blind_indexes("+51987654321", purpose="phone")
    assert seals(NEW, OLD).blind_indexes("+51987654321", purpose="phone")[1] == phone
    others = [
        *seals(NEW).blind_indexes("+51987654321", purpose="phone"),
        *seals().blind_indexes("+51987654321", purpose="phone", merchant_id="flora"),
        *seals().blind_indexes("+51987654321", purpose="name"),
        *seals().blind_indexes("+51987654322", purpose="phone"),
    ]
    assert len({phone, *others}) == 5


def test_the_name_of_a_key_tells_nothing() -> None:
    """Neither the key nor a part of it is in what is kept."""
    sealed = seals(NEW).seal(TEXT, PLACE)
    assert NEW.hex() not in sealed
    assert seals(NEW).key_id not in NEW.hex()
    assert seals(NEW).key_id in sealed


def test_no_trouble_tells_the_secret() -> None:
    """Neither errors nor their tracebacks nor what describes the parts say a secret."""
    secrets = (TEXT, OLD.hex(), base64.b64encode(OLD).decode(), repr(OLD), KEPT)
    told = [repr(seals()), repr(PLACE)]
    for sealed, place in (
        (KEPT, replace(PLACE, row="other")),
        (f"{KEPT[:-1]}A", PLACE),
        (KEPT.replace("c6", "c7"), PLACE),
    ):
        with pytest.raises(SealBroken) as caught:
            seals().open(sealed, place)
        error = caught.value
        told += [repr(error), str(error), error.hint, *traceback.format_exception(error)]
    assert not [words for words in told if any(secret in words for secret in secrets)]
