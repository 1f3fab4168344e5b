"""Formats: what a file is told to be by its first bytes and its last."""

import io

import pytest

from botops.media import formats, verdict
from botops.media.verdict import RejectCode, Rejected
from tests.media import photos

REJECTS = {**photos.impostors(), **photos.strangers()}


def refused(data: bytes) -> Rejected:
    """The verdict on a file."""
    with pytest.raises(Rejected) as caught:
        formats.recognise(io.BytesIO(data))
    return caught.value


@pytest.mark.parametrize("name", photos.each_format())
def test_each_accepted_format_is_recognised(name: str) -> None:
    """A picture is known by its bytes alone, with the type and extension to store it under."""
    found = formats.recognise(io.BytesIO(photos.each_format()[name]))
    assert found.name == name.removeprefix("progressive ")
    assert found in formats.TAKEN
    assert found.mime_type.startswith("image/")


def test_an_avif_in_an_open_container_is_not_taken_for_heic() -> None:
    """`mif1` says nothing of the coding: the brands beside it do."""
    head = b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"
    assert formats.taken(head) is formats.AVIF
    assert formats.taken(head.replace(b"avif", b"heic")) is formats.HEIF


@pytest.mark.parametrize("name", photos.impostors())
def test_another_kind_of_document_is_named(name: str) -> None:
    """What could be exported as a picture is `unsupported_format`."""
    assert refused(REJECTS[name]).verdict is RejectCode.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("name", photos.strangers())
def test_what_holds_no_picture_is_not_an_image(name: str) -> None:
    """Texts, sounds, programs and noise are `not_an_image`."""
    assert refused(REJECTS[name]).verdict is RejectCode.NOT_AN_IMAGE


@pytest.mark.parametrize("name", REJECTS)
def test_each_sentence_says_what_it_is_and_what_to_do(name: str) -> None:
    """Two sentences in plain words: no code, no jargon of ours."""
    reason = refused(REJECTS[name]).reason
    assert reason.startswith("This is ")
    assert reason.count(". ") >= 1
    assert reason.endswith(".")
    assert not any(code in reason for code in RejectCode)


def test_the_kinds_that_merchants_drop_have_their_own_sentence() -> None:
    """SVG, PDF, MP4, TIFF, BMP, EPS, PSD, ZIP, Word, raw, icon and JPEG XL all differ."""
    kinds = ("SVG", "PDF", "MP4", "TIFF", "BMP", "EPS", "PSD", "ZIP", "Word", "CR3", "ICO", "text")
    assert len({refused(REJECTS[kind]).reason for kind in kinds}) == len(kinds)


def test_the_sentence_of_a_pdf() -> None:
    """The wording, once, as the merchant reads it."""
    assert refused(REJECTS["PDF"]).reason == (
        "This is a PDF document, not a picture. Export it as JPEG or PNG and drop it again."
    )


def test_a_letter_cut_by_the_end_of_the_head_is_still_text() -> None:
    """Only the first bytes are read: they may end in the midst of a letter."""
    assert "text file" in refused(b"x" * (formats.HEAD - 1) + "é".encode()).reason


def test_nothing_at_all_is_empty() -> None:
    """A file of zero bytes has a code of its own."""
    assert refused(b"").verdict is RejectCode.EMPTY


def test_a_file_of_zeros_is_one_that_never_arrived() -> None:
    """Room was made for it; that is no picture of another kind."""
    assert refused(b"\0" * 100_000).verdict is RejectCode.TRUNCATED


@pytest.mark.parametrize("name", photos.each_format())
def test_a_tail_of_zeros_is_truncated(name: str) -> None:
    """Made at full length and filled to the half: the rest is still to come."""
    data = photos.each_format()[name]
    half = data[: len(data) // 2]
    assert refused(half.ljust(len(data) + formats.ZERO_TAIL, b"\0")).verdict is RejectCode.TRUNCATED


@pytest.mark.parametrize("name", ["WEBP", "AVIF", "HEIF"])
def test_a_cut_container_is_truncated(name: str) -> None:
    """These decode with half of their bytes, so their own length is asked."""
    data = photos.each_format()[name]
    assert refused(data[: len(data) * 2 // 3]).verdict is RejectCode.TRUNCATED


def test_a_box_that_reaches_to_the_end_is_whole() -> None:
    """Length 0 in a container means `to the end`, and length 1 that 64 bits follow."""
    ftyp = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    for box, whole in (
        (b"\0\0\0\0mdatXXXX", True),
        (b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x14XXXX", True),
        (b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x15XXXX", False),
    ):
        assert formats.is_whole(io.BytesIO(ftyp + box), formats.HEIF) is whole


def test_too_large_says_how_large_and_which_setting() -> None:
    """The sentence for the caller, who weighs the file before anything is read."""
    reason = verdict.too_large(61_234_567, 50_000_000)
    assert reason.verdict is RejectCode.TOO_LARGE
    assert "61.2 MB" in reason.reason
    assert "50.0 MB" in reason.reason
    assert "media.max_size" in reason.reason


def test_a_verdict_is_a_refusal_with_its_code() -> None:
    """The command line ends with 4, and prints code and sentence."""
    error = verdict.truncated()
    assert (error.exit_code, error.reason_code) == (4, "truncated")
    assert str(error) == error.reason
