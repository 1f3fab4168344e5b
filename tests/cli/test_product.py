"""Product: the commands about products, as a shell and a script meet them."""

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Botops, Said
from tests.media import photos


def add(botops: Botops, sku: str = "ROSE", *more: str) -> Said:
    """Add a product of which only the SKU matters."""
    return botops("product", "add", "--sku", sku, "--name", "Roses", "--price", "25.00", *more)


def listed(botops: Botops, *filters: str) -> list[str]:
    """The SKUs of the products that the filters mean."""
    document = botops("product", "list", "--json", *filters).document
    assert document["count"] == len(document["products"])
    return [each["sku"] for each in document["products"]]


def test_a_product_is_added_and_shown(botops: Botops) -> None:
    """Money goes in as decimals and comes out as minor units beside its currency."""
    said = add(botops, "ROSE", "--stock", "3", "--category", "Flowers", "--json")
    assert said.code == 0, said.err
    product = said.document["product"]
    assert said.document["success"] is True
    assert set(product) == {
        "id", "sku", "name", "description", "price", "currency", "stock", "category", "active",
        "media_ids", "created_at", "updated_at",
    }  # fmt: skip
    assert (product["price"], product["currency"], product["stock"]) == (2500, "USD", 3)
    assert botops("product", "show", "rose", "--json").document == said.document
    assert botops("product", "show", product["id"], "--json").document == said.document


def test_amounts_are_shown_as_the_country_writes_them(botops: Botops) -> None:
    """On screen there are no minor units."""
    add(botops)
    assert "$25.00" in botops("product", "list").out
    place = ("--set", "shop.language=es", "--set", "shop.country=PE")
    add(botops, "SOL", "--currency", "pen")
    assert "S/\u00a025.00" in botops("product", "show", "SOL", *place).out


def test_a_change_leaves_what_is_not_named(botops: Botops) -> None:
    """Each option changes its field; `--uncounted` empties the stock."""
    add(botops, "ROSE", "--stock", "3")
    said = botops("product", "edit", "rose", "--price", "30", "--inactive", "--json")
    product = said.document["product"]
    assert (product["price"], product["active"], product["stock"]) == (3000, False, 3)
    said = botops("product", "edit", "rose", "--uncounted", "--active", "--json")
    product = said.document["product"]
    assert (product["price"], product["active"], product["stock"]) == (3000, True, None)
    said = botops("product", "edit", "rose", "--sku", "LILY", "--name", "Lilies", "--json")
    assert (said.document["product"]["sku"], said.document["product"]["name"]) == ("LILY", "Lilies")


def test_a_price_is_in_the_currency_of_the_product(botops: Botops) -> None:
    """Of `--currency`, else of the product."""
    add(botops, "YEN", "--currency", "usd")
    said = botops("product", "edit", "YEN", "--currency", "JPY", "--price", "300", "--json")
    assert said.document["product"]["price"] == 300
    said = botops("product", "edit", "YEN", "--price", "400", "--json")
    assert (said.document["product"]["price"], said.document["product"]["currency"]) == (400, "JPY")
    assert botops("product", "edit", "YEN", "--currency", "USD").code == 4


def test_a_removed_product_comes_back(botops: Botops) -> None:
    """Removing says how to undo it."""
    product = add(botops, "ROSE", "--json").document["product"]
    said = botops("product", "remove", "ROSE")
    assert f"product restore {product['id']}" in said.out
    assert listed(botops) == []
    assert botops("product", "restore", product["id"]).code == 0
    assert listed(botops) == ["ROSE"]


def test_a_list_is_filtered_and_paged(botops: Botops) -> None:
    """Words, category, on sale or not; the cursor leads to the rest."""
    for sku in ("A", "B", "C"):
        add(botops, sku)
    botops("product", "edit", "B", "--name", "Jab\u00f3n", "--category", "Soap", "--inactive")
    assert listed(botops, "-q", "jabon") == ["B"]
    assert listed(botops, "--category", "Soap") == ["B"]
    assert listed(botops, "--active") == ["A", "C"]
    first = botops("product", "list", "--limit", "2", "--json").document
    assert (first["count"], first["total"]) == (2, 3)
    assert listed(botops, "--cursor", first["next_cursor"]) == ["C"]
    assert botops("product", "list", "-q", "nothing").out == ""


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("add", "--sku", "X", "--name", "x"), 2, "--price"),
        (("add", "--sku", "X", "--name", "x", "--price", "abc"), 2, "'abc' is not an amount"),
        (("add", "--sku", "X", "--name", "x", "--price", "-1"), 2, "less than nothing"),
        (("add", "--sku", "X", "--name", "x", "--price", "1", "--stock", "-1"), 2, "--stock"),
        (("add", "--sku", "X/Y", "--name", "x", "--price", "1"), 4, "slash"),
        (("add", "--sku", "X", "--name", " ", "--price", "1"), 4, "name is missing"),
        (("add", "--sku", "X", "--name", "x", "--price", "1", "--currency", "XYZ"), 4, "XYZ"),
        (("add", "--sku", "rose", "--name", "x", "--price", "1"), 4, "already"),
        (("edit", "ROSE"), 2, "What is to be another"),
        (("edit", "NONE", "--name", "x"), 3, "no product NONE"),
        (("edit", "NONE", "--price", "1"), 3, "no product NONE"),
        (("show", "NONE"), 3, "no product NONE"),
        (("remove", "NONE"), 3, "no product NONE"),
        (("restore", "99"), 3, "no product 99"),
        (("import", "/nowhere.csv"), 2, "nowhere.csv"),
    ],
)
def test_what_does_not_go_ends_with_its_code(
    botops: Botops, words: tuple[str, ...], code: int, says: str
) -> None:
    """2 for wrong words, 3 for what is not there, 4 for what a check refuses, with a sentence."""
    add(botops)
    said = botops("product", *words)
    assert (said.code, said.out) == (code, "")
    assert says in said.err
    assert "Traceback" not in said.err


def test_a_list_goes_out_and_in(botops: Botops, tmp_path: Path) -> None:
    """What export writes is CSV with the documented header, and imports without a change."""
    add(botops, "ROSE", "--stock", "3", "--description", "two\nlines")
    add(botops, "=SUM", "--inactive")
    out = botops("product", "export").out
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == [
        "sku", "name", "description", "price", "currency", "stock", "category", "active",
    ]  # fmt: skip
    assert [(row["sku"], row["price"], row["active"]) for row in rows] == [
        ("'=SUM", "25.00", "false"),
        ("ROSE", "25.00", "true"),
    ]
    file = tmp_path / "products.csv"
    said = botops("product", "export", str(file), "--json")
    assert said.document == {"success": True, "file": str(file), "count": 2}
    assert file.read_text(encoding="utf-8") == out
    said = botops("product", "import", str(file), "--json")
    assert said.document == {"success": True, "added": 0, "changed": 0, "unchanged": 2}


def test_a_bad_list_names_every_line(botops: Botops, tmp_path: Path) -> None:
    """It ends with 4, the problems are sentences and `details`, and nothing is there."""
    file = tmp_path / "products.csv"
    file.write_text("sku,name,price\nA,a,1\nB,b,abc\nC,,2\n", encoding="utf-8")
    said = botops("product", "import", str(file), "--json")
    assert said.code == 4
    assert said.document["code"] == "bad_csv"
    assert said.document["error"] == "Nothing was imported: 2 lines have problems."
    assert [each.partition(":")[0] for each in said.document["details"]] == ["line 3", "line 4"]
    assert "line 3: price 'abc' is not an amount" in botops("product", "import", str(file)).err
    assert listed(botops) == []


def test_a_list_comes_from_a_pipe(botops: Botops, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is stdin."""
    table = io.TextIOWrapper(io.BytesIO("sku;name;price\nA;Caf\u00e9;2,50\n".encode()))
    monkeypatch.setattr(sys, "stdin", table)
    assert botops("product", "import", "-").out == "1 added, 0 changed, 0 as they were.\n"
    assert "Caf\u00e9" in botops("product", "export").out


def test_all_products_are_one_document(botops: Botops, monkeypatch: pytest.MonkeyPatch) -> None:
    """`export --json` has every product, however many pages they are."""
    monkeypatch.setattr("botops.cli.product.PAGE", 2)
    for sku in ("A", "B", "C"):
        add(botops, sku)
    document = botops("product", "export", "--json").document
    assert [each["sku"] for each in document["products"]] == ["A", "B", "C"]
    assert document["count"] == 3


def test_a_photo_finds_its_product(botops: Botops, tmp_path: Path) -> None:
    """A photo named by the SKU is linked when both are there; another is linked by hand."""
    (tmp_path / "rose_2.jpg").write_bytes(photos.jpeg())
    (tmp_path / "IMG_7.jpg").write_bytes(photos.jpeg(quality=40))
    named, other = (
        botops("media", "add", str(tmp_path / name), "--wait", "--json").document["media"]["id"]
        for name in ("rose_2.jpg", "IMG_7.jpg")
    )
    product = add(botops, "ROSE", "--json").document["product"]
    assert product["media_ids"] == [named]
    said = botops("media", "link", other, "ROSE", "--json")
    assert said.document["product"]["media_ids"] == [named, other]
    assert botops("media", "link", other, "NONE").code == 3
    types = [each["type"] for each in botops("event", "list", "--json").document["events"]]
    assert types == ["product_updated", "product_updated", "media_ready", "media_ready"]


def test_a_product_shows_the_newest_version_of_a_photo(botops: Botops, tmp_path: Path) -> None:
    """Another photo of the same name takes its place, and so does the first when it comes again."""
    add(botops, "ROSE")
    file = tmp_path / "rose.jpg"
    shown = []
    for quality in (90, 40, 90):
        file.write_bytes(photos.jpeg(quality=quality))
        assert botops("media", "add", str(file), "--wait").code == 0
        shown.append(botops("product", "show", "ROSE", "--json").document["product"]["media_ids"])
    assert shown == [["1"], ["2"], ["1"]]
