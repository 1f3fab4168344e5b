"""Studio: photos drawn from numbers, the same for the same seed, as odd as they are asked for."""

import csv
import io
from random import Random

import pytest
from PIL import Image

from botops.demo.painting.subjects import LOOKS, look_of, paint
from botops.demo.script import FIRST
from botops.demo.shop import CONFIG, PRODUCTS
from botops.demo.shots import LARGE, Order, Shot
from botops.demo.studio import photo

ROSE = Shot(name="ROSA-12.jpg", sku="ROSA-12", width=160)
SMALL = (160, 120)


def opened(shot: Shot, seed: int = 7) -> Image.Image:
    """The picture in the file of a shot."""
    image = Image.open(io.BytesIO(photo(shot, seed)))
    image.load()
    return image


@pytest.mark.parametrize(
    ("sku", "take"),
    [(sku, take + 1) for sku, looks in LOOKS.items() for take in range(len(looks))],
)
def test_each_look_is_a_picture(sku: str, take: int) -> None:
    """Every product can be drawn in each of its ways, in many colours."""
    image = paint(look_of(sku, take), size=SMALL, chance=Random(1))
    assert image.size == SMALL
    colours = image.convert("RGB").getcolors(SMALL[0] * SMALL[1])
    assert colours is not None
    assert len(colours) > 10


def test_each_product_has_its_looks() -> None:
    """There are 24 products, and a drawing of each."""
    with PRODUCTS.open(encoding="utf-8") as file:
        skus = {row["sku"] for row in csv.DictReader(file)}
    assert len(skus) == 24
    assert skus == LOOKS.keys()


def test_the_same_seed_gives_the_same_bytes() -> None:
    """A photo that comes again is a duplicate; with another seed it is another photo."""
    assert photo(ROSE, 7) == photo(ROSE, 7)
    assert photo(ROSE, 7) != photo(ROSE, 8)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")]
)
def test_a_name_says_the_format(name: str, kind: str) -> None:
    """A file is what its name says."""
    assert opened(Shot(name=name, sku="CACTUS-1", width=160)).format == kind


def test_what_is_cut_out_has_an_alpha_channel() -> None:
    """Before nothing there is glass, except in a format that knows none."""
    assert opened(Shot(name="a.png", sku="ORQUIDEA-1", width=160)).mode == "RGBA"
    assert opened(Shot(name="a.jpg", sku="ORQUIDEA-1", width=160)).mode == "RGB"


def test_a_broken_copy_is_no_whole_picture() -> None:
    """A part of the bytes is a picture that can't be opened whole."""
    with pytest.raises(OSError, match="truncated"):
        opened(Shot(name="a.jpg", sku="ROSA-12", width=640, part=0.5))


def test_only_the_grainy_photo_is_too_large() -> None:
    """Of two photos of 12 megapixels the noisy one is over the sample shop's limit."""
    assert 'max_size = "5 MB"' in CONFIG
    plain = Shot(name="a.jpg", sku="LIRIO-5", width=LARGE)
    grainy = Shot(name="a.jpg", sku="LIRIO-5", width=LARGE, is_grainy=True)
    assert len(photo(plain, 7)) < 5_000_000 < len(photo(grainy, 7))


@pytest.mark.parametrize("shot", FIRST)
def test_an_order_comes_as_it_was_given(shot: Shot) -> None:
    """What is written on a line is read from it again."""
    order = Order(shot, "/tmp/somewhere/ñandú.jpg", 7)
    assert Order.read(order.line()) == order
