"""Decoder: each kind of picture comes out upright, opaque, sRGB, bare and small."""

import io
import itertools
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from botops.media import decoder
from botops.media.protocol import Decoded, Limits, Order, Variant
from botops.media.verdict import RejectCode, Rejected
from tests.media import photos

SIZES = {"thumb": 320, "medium": 600, "whatsapp": 1200}
Decode = Callable[..., Decoded]
Refuse = Callable[..., Rejected]


@pytest.fixture
def decode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Decode:
    """Decodes bytes, in this process."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    decoder.prepare(Limits())
    counter = itertools.count()

    def run(data: bytes, sizes: dict[str, int] = SIZES, limits: Limits | None = None) -> Decoded:
        source = tmp_path / "source"
        source.write_bytes(data)
        stem = f"made{next(counter)}"
        order = Order(str(source), str(tmp_path), stem, sizes, limits or Limits())
        return decoder.decode(order)

    return run


@pytest.fixture
def refuse(decode: Decode) -> Refuse:
    """The verdict on bytes."""

    def run(data: bytes, **options: Limits) -> Rejected:
        with pytest.raises(Rejected) as caught:
            decode(data, **options)
        return caught.value

    return run


def variant(decoded: Decoded, name: str = "whatsapp") -> Variant:
    """One variant by name."""
    return next(each for each in decoded.variants if each.name == name)


def seen(decoded: Decoded, name: str = "whatsapp") -> Image.Image:
    """One variant as pixels."""
    with Image.open(variant(decoded, name).path) as picture:
        picture.load()
        return picture.copy()


def near(pixel: object, colour: tuple[int, int, int], within: int = 12) -> bool:
    """Whether a pixel has about this colour."""
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= within for a, b in zip(pixel, colour, strict=True))


def corners(picture: Image.Image) -> list[object]:
    """The colours a little inside of the four corners."""
    right, bottom = picture.width - 20, picture.height - 20
    return [picture.getpixel(at) for at in ((20, 20), (right, 20), (20, bottom), (right, bottom))]


def segments(data: bytes) -> list[tuple[int, bytes]]:
    """The marker segments of a JPEG up to its pixels, read by hand."""
    found, at = [], 2
    assert data[:2] == b"\xff\xd8"
    while data[at + 1] != 0xDA:
        assert data[at] == 0xFF
        length = struct.unpack(">H", data[at + 2 : at + 4])[0]
        found.append((data[at + 1], data[at + 4 : at + 2 + length]))
        at += 2 + length
    return found


@pytest.mark.parametrize("name", photos.each_format())
def test_each_format_becomes_three_small_jpegs(decode: Decode, name: str) -> None:
    """Each variant is a JPEG of 8-bit RGB, with the size and length that is said of it."""
    decoded = decode(photos.each_format()[name], {"thumb": 100, "medium": 200, "whatsapp": 300})
    assert [(each.name, each.width) for each in decoded.variants] == [
        ("whatsapp", 300),
        ("medium", 200),
        ("thumb", 100),
    ]
    for each in decoded.variants:
        with Image.open(each.path) as picture:
            assert (picture.format, picture.mode) == ("JPEG", "RGB")
            assert picture.size == (each.width, each.height)
        assert each.path.stat().st_size == each.size
        assert each.height == each.width * 3 // 4


@pytest.mark.parametrize("name", [name for name in photos.each_format() if name != "HEIF"])
def test_each_format_shows_what_was_drawn(decode: Decode, name: str) -> None:
    """The corners keep their places and, but for the coding's loss, their colours."""
    decoded = decode(photos.each_format()[name])
    found = corners(seen(decoded))
    assert all(near(*pair, within=30) for pair in zip(found, photos.CORNERS, strict=True)), found


def test_heic_shows_what_was_drawn(decode: Decode) -> None:
    """The cup is red above, blue below, on a brown table."""
    decoded = decode(photos.heic())
    picture = seen(decoded)
    assert (decoded.format, decoded.mime_type, decoded.width) == ("HEIF", "image/heic", 480)
    for at, colour in (((240, 90), (200, 40, 50)), ((240, 250), (40, 90, 160))):
        assert near(picture.getpixel(at), colour, within=25)


def test_a_picture_is_never_enlarged(decode: Decode) -> None:
    """What is smaller than a variant keeps its size."""
    sizes = {(each.width, each.height) for each in decode(photos.jpeg()).variants}
    assert sizes == {(400, 300), (320, 240)}


def test_the_longest_side_counts(decode: Decode) -> None:
    """A portrait is limited by its height, and a mere line keeps one pixel."""
    portrait = decode(photos.jpeg(photos.scene(1200, 1600)))
    assert (variant(portrait).width, variant(portrait).height) == (900, 1200)
    line = decode(photos.jpeg(photos.scene(3000, 3)), {"thumb": 300})
    assert (variant(line, "thumb").width, variant(line, "thumb").height) == (300, 1)


def test_shrinking_while_decoding_looks_like_shrinking_after(decode: Decode) -> None:
    """A large JPEG is decoded at a fraction: what comes out is the picture all the same."""
    picture = photos.scene(2400, 1800)
    ours = seen(decode(photos.jpeg(picture, quality=97)), "medium")
    plain = picture.resize((600, 450), Image.Resampling.LANCZOS)
    difference = ImageStat.Stat(ImageChops.difference(ours, plain)).mean
    assert max(difference) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(decode: Decode, orientation: int) -> None:
    """All eight ways to hold a camera, and the size is that of the upright picture."""
    decoded = decode(photos.turned_jpeg(orientation))
    assert (decoded.width, decoded.height) == (400, 300)
    found = corners(seen(decoded))
    assert all(near(*pair, within=30) for pair in zip(found, photos.CORNERS, strict=True))


def test_a_heic_is_turned_once(decode: Decode) -> None:
    """HEIC says its turn twice, in EXIF and in itself; only one counts."""
    decoded = decode(photos.turned_heic())
    assert (decoded.width, decoded.height) == (480, 360)
    assert near(seen(decoded).getpixel((240, 90)), (200, 40, 50), within=25)


def test_damaged_exif_is_no_reason_to_refuse(decode: Decode) -> None:
    """The picture then stands as it is stored."""
    data = photos.jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40)
    assert decode(data).width == 400


@pytest.mark.parametrize("name", ["JPEG", "HEIF", "PNG", "WEBP"])
def test_nothing_but_the_picture_gets_out(decode: Decode, name: str) -> None:
    """No EXIF, GPS, XMP, IPTC, comment or profile: only what is needed to show the pixels."""
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    data = {
        "JPEG": photos.talkative_jpeg(),
        "HEIF": photos.turned_heic(),
        "PNG": photos.saved(photos.scene(), "PNG", exif=exif, icc_profile=photos.wide_profile()),
        "WEBP": photos.saved(photos.scene(), "WEBP", exif=exif, xmp=b"SECRET-XMP"),
    }[name]
    assert any(secret in data for secret in photos.SECRETS)
    for each in decode(data).variants:
        written = each.path.read_bytes()
        found = segments(written)
        # The JFIF header, tables, the frame: no APP1 (EXIF, XMP), APP2 (ICC), APP13, comment.
        assert {marker for marker, _ in found} <= {0xE0, 0xDB, 0xC0, 0xC4}
        assert all(body.startswith(b"JFIF\0") for marker, body in found if marker == 0xE0)
        assert not any(word in written for word in (*photos.SECRETS, b"Exif", b"http", b"8BIM"))
        assert written.endswith(b"\xff\xd9")


def test_every_secret_of_the_sample_is_really_in_it() -> None:
    """The test above would pass on a picture without metadata."""
    data = photos.talkative_jpeg()
    assert all(secret in data for secret in photos.SECRETS)
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.getexif().get_ifd(0x8825)[1] == "N"


def test_16_bit_grey_keeps_its_brightness(decode: Decode) -> None:
    """Half bright stays half bright, where a plain conversion gives white."""
    assert near(seen(decode(photos.grey_16_bit())).getpixel((30, 30)), (128, 128, 128), within=3)


def test_16_bit_colours_keep_their_colour(decode: Decode) -> None:
    """Orange stays orange."""
    assert near(seen(decode(photos.colour_16_bit())).getpixel((30, 30)), (255, 128, 32), within=4)


@pytest.mark.parametrize("name", ["bands", "palette", "webp", "grey", "avif"])
def test_transparent_parts_become_white(decode: Decode, name: str) -> None:
    """JPEG has no transparency: the ground is white, not the black that lies beneath."""
    picture = Image.open(io.BytesIO(photos.transparent_png()))
    ways: dict[str, Callable[[], bytes]] = {
        "bands": photos.transparent_png,
        "palette": photos.transparent_palette_png,
        "webp": lambda: photos.saved(picture, "WEBP", lossless=True),
        "grey": lambda: photos.saved(picture.convert("LA"), "PNG"),
        "avif": lambda: photos.saved(picture, "AVIF", speed=10),
    }
    decoded = decode(ways[name]())
    ink = (76, 76, 76) if name == "grey" else (255, 0, 0)
    assert near(seen(decoded).getpixel((100, 150)), (255, 255, 255), within=4)
    assert near(seen(decoded).getpixel((300, 150)), ink, within=8)
    assert decoded.has_alpha
    assert "transparent parts became white" in decoded.notes


def test_an_alpha_channel_that_hides_nothing_is_not_worth_a_note(decode: Decode) -> None:
    """Most programs save one by habit."""
    decoded = decode(photos.saved(photos.scene().convert("RGBA"), "PNG"))
    assert (decoded.has_alpha, decoded.notes) == (True, ())


def test_a_soft_edge_is_not_darkened_by_what_is_beneath(decode: Decode) -> None:
    """Invisible black must not bleed into the visible when the picture shrinks."""
    data = photos.transparent_png()
    shrunk = seen(decode(data, {"thumb": 100}), "thumb")
    middle = [shrunk.getpixel((x, 40)) for x in range(44, 57)]
    assert all(isinstance(pixel, tuple) and pixel[0] > 200 for pixel in middle)


def test_wide_colours_are_brought_to_srgb(decode: Decode) -> None:
    """A Display P3 value means a stronger colour, and the stronger one is written."""
    picture = Image.new("RGB", (100, 100), (180, 60, 60))
    decoded = decode(photos.jpeg(picture, icc_profile=photos.wide_profile()))
    assert near(seen(decoded).getpixel((50, 50)), (197, 43, 51), within=4)
    assert decoded.notes == ("colours were converted to sRGB",)


def test_an_srgb_profile_changes_nothing(decode: Decode) -> None:
    """Most pictures carry one; the costly way is not gone for them."""
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    decoded = decode(photos.jpeg(icc_profile=profile))
    assert decoded.notes == ()
    assert near(corners(seen(decoded))[0], photos.CORNERS[0])


@pytest.mark.parametrize("profile", [b"no profile at all", photos.grey_ink_profile()])
def test_a_profile_that_does_not_fit_is_passed_over(decode: Decode, profile: bytes) -> None:
    """Damaged, or for another kind of picture: it is shown as if it had none."""
    decoded = decode(photos.jpeg(icc_profile=profile))
    assert decoded.notes == ()
    assert near(corners(seen(decoded))[0], photos.CORNERS[0])


def test_printers_colours_become_rgb(decode: Decode) -> None:
    """CMYK without a profile is converted by rule, with one by what the profile says."""
    plain, profiled = (decode(photos.cmyk_jpeg(p)) for p in (None, photos.grey_ink_profile()))
    assert (plain.mode, profiled.mode) == ("CMYK", "CMYK")
    written = seen(profiled)
    assert near(written.getpixel((50, 50)), (180, 180, 180), within=5)


def test_plain_cyan_ink_is_cyan(decode: Decode) -> None:
    """Adobe writes its inks inverted; that is undone."""
    assert near(seen(decode(photos.cmyk_jpeg())).getpixel((50, 50)), (0, 255, 255))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_is_taken_and_said_so(decode: Decode, kind: str) -> None:
    """Red comes first; the merchant is told that the rest is gone."""
    decoded = decode(photos.animated(kind))
    assert decoded.is_animated
    assert decoded.notes == ("only the first frame of the animation was taken",)
    assert near(seen(decoded).getpixel((100, 50)), (255, 0, 0), within=6)


def test_what_shrinks_badly_stays_below_the_limit(
    decode: Decode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WhatsApp takes no more than 5 MB: the quality gives way."""
    monkeypatch.setattr(decoder, "MAX_BYTES", 60_000)
    picture = photos.noisy(400, 300)
    assert len(photos.jpeg(picture, quality=decoder.QUALITY)) > 60_000
    assert variant(decode(photos.saved(picture, "PNG"))).size <= 60_000


def test_the_limit_is_that_of_whatsapp() -> None:
    """Five megabytes, whichever way one counts a megabyte."""
    assert decoder.MAX_BYTES == 5_000_000


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [("JPEG", 15_000, 15_000), ("progressive JPEG", 10_100, 10_000), ("PNG", 8_001, 8_001)],
)
def test_too_many_pixels_are_refused_by_the_header(
    refuse: Refuse, name: str, width: int, height: int
) -> None:
    """220 megapixels of a plain JPEG, 100 of a progressive one, 64 of anything else."""
    verdict = refuse(photos.claiming(photos.each_format()[name], width, height))
    assert verdict.verdict is RejectCode.TOO_MANY_PIXELS
    assert f"{width:,} by {height:,}" in verdict.reason


@pytest.mark.parametrize("name", ["JPEG", "progressive JPEG", "PNG", "GIF"])
def test_a_bomb_does_not_go_off(refuse: Refuse, name: str) -> None:
    """65,000 by 65,000 in a header: the same verdict, though Pillow itself objects first."""
    verdict = refuse(photos.claiming(photos.each_format()[name], 65_000, 65_000))
    assert verdict.verdict is RejectCode.TOO_MANY_PIXELS


def test_the_limits_are_those_of_the_order(refuse: Refuse, decode: Decode) -> None:
    """What is exactly at the limit is taken."""
    limits = replace(Limits(), baseline_megapixels=1)
    assert decode(photos.jpeg(photos.scene(1000, 1000)), limits=limits).width == 1000
    verdict = refuse(photos.jpeg(photos.scene(1001, 1000)), limits=limits)
    assert verdict.verdict is RejectCode.TOO_MANY_PIXELS


@pytest.mark.parametrize("name", photos.each_format())
def test_a_cut_picture_is_truncated(refuse: Refuse, name: str) -> None:
    """Half a picture is no picture, wherever it ends."""
    data = photos.each_format()[name]
    for part in (0.3, 0.6, 0.9):
        assert refuse(data[: int(len(data) * part)]).verdict is RejectCode.TRUNCATED


def test_a_damaged_picture_is_unreadable(refuse: Refuse) -> None:
    """Whole, by its ends, but nonsense between them."""
    data = photos.each_format()["PNG"]
    at = data.index(b"IDAT") + 4
    broken = data[:at] + bytes(len(data) - at - 16) + data[-16:]
    assert refuse(broken).verdict is RejectCode.UNREADABLE


def test_a_long_text_in_a_png_is_harmless(decode: Decode) -> None:
    """Photoshop writes its whole history into one chunk; Pillow allows 1 MiB of it."""
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "history " * 300_000, zip=True)
    assert decode(photos.saved(photos.scene(), "PNG", pnginfo=info)).width == 400


def test_trouble_with_the_disk_is_no_verdict(decode: Decode, tmp_path: Path) -> None:
    """The file vanished, or a variant can't be written: an OSError that says which."""
    with pytest.raises(FileNotFoundError):
        decoder.decode(Order(str(tmp_path / "gone"), str(tmp_path), "made", SIZES))
    source = tmp_path / "there"
    source.write_bytes(photos.jpeg())
    with pytest.raises(FileNotFoundError):
        decoder.decode(Order(str(source), str(tmp_path / "no folder"), "made", SIZES))


def test_a_second_picture_in_a_jpeg_is_passed_over(decode: Decode) -> None:
    """Phones append one for bright screens or for depth: the first is the photo."""
    data = photos.saved(
        photos.scene(), "MPO", save_all=True, append_images=[photos.scene(100, 75)], quality=92
    )
    decoded = decode(data)
    assert (decoded.format, decoded.width, decoded.is_animated) == ("JPEG", 400, False)
