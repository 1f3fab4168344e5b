"""Importing: a list is taken as a whole or not at all, and every problem in it is named."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botops.catalog import Catalog, Imported, NewProduct
from botops.kernel.errors import Refused
from botops.store import db
from tests.catalog.conftest import ROSE, Add, Arrive, Heard

NAMED_AFTER = "Photos are named after it: letters, digits, blanks, - and _ always work."


def take(catalog: Catalog, text: str) -> Imported:
    """Import a list."""
    return catalog.import_csv(io.BytesIO(text.encode()))


def listed(catalog: Catalog) -> str:
    """All products as a list."""
    file = io.StringIO()
    catalog.export_csv(file)
    return file.getvalue()


def problems(catalog: Catalog, text: str) -> tuple[str, ...]:
    """What is wrong with a list."""
    with pytest.raises(Refused, match="Nothing was imported") as caught:
        take(catalog, text)
    return caught.value.details


def test_a_list_adds_changes_and_leaves(catalog: Catalog, add: Add, heard: Heard) -> None:
    """Products are found by SKU in any case; only those that become others are told."""
    add("A", stock=3)
    add("B")
    heard.news()
    done = take(catalog, "sku,name,price\na,Name of A,25.00\nB,Bee,1\nC,Sea,9.99\n")
    assert done == Imported(added=1, changed=1, unchanged=1)
    assert [each["name"] for each in heard.news()] == ["Bee", "Sea"]
    assert (catalog.get("A").sku, catalog.get("A").stock) == ("A", 3)
    assert (catalog.get("B").name, catalog.get("B").price) == ("Bee", 100)
    sea = catalog.get("C")
    assert (sea.price, sea.currency, sea.stock, sea.active) == (999, "USD", None, True)


def test_the_same_list_again_changes_nothing(catalog: Catalog, heard: Heard) -> None:
    """Not a row, not a time, not a word."""
    text = "sku,name,price,stock,active\nA,a,1,5,false\nB,b,2,,yes\n"
    take(catalog, text)
    before = catalog.page()
    heard.news(), heard.topics()
    assert take(catalog, text) == Imported(0, 0, 2)
    assert catalog.page() == before
    assert (heard.news(), heard.topics()) == ([], [])


def test_empty_cells_mean_what_a_person_means(catalog: Catalog, add: Add) -> None:
    """Empty text and stock are emptied; an empty currency or `active` says nothing."""
    add("A", stock=3, description="Old", currency="PEN", active=False)
    take(catalog, "sku,description,currency,stock,active\nA,,,,\n")
    product = catalog.get("A")
    assert (product.description, product.stock) == ("", None)
    assert (product.currency, product.active) == ("PEN", False)


def test_a_price_is_in_the_currency_of_its_product(catalog: Catalog, add: Add) -> None:
    """Of the line, else of the product, else of the shop."""
    add("A", currency="JPY")
    take(catalog, "sku,name,price,currency\nA,a,300,\nB,b,1.234,KWD\nC,c,3,\n")
    assert [catalog.get(sku).price for sku in "ABC"] == [300, 1234, 300]


def test_every_problem_is_named_and_nothing_is_done(
    catalog: Catalog, add: Add, heard: Heard
) -> None:
    """All lines are looked at; each problem says line, column and what to write instead."""
    add("A")
    heard.news()
    before = listed(catalog)
    text = (
        "sku,name,price,currency,stock,active\n"
        "A,changed,3,,,\n"
        "B,b,abc,,,\n"
        "C,,1,XYZ,,\n"
        'D,"two\nlines",1,,3.5,perhaps\n'
        "a,again,1,,,\n"
        "x/y,x,,,,\n"
    )
    assert problems(catalog, text) == (
        "line 3: price 'abc' is not an amount. Write it as 25.00.",
        "line 4: the name is missing.",
        "line 4: there is no currency 'XYZ'. Codes as in ISO 4217, such as USD, PEN.",
        "line 5: the name has a character that can't be seen: '\\n'.",
        "line 5: stock '3.5' is not a whole number.",
        "line 5: active 'perhaps' is neither true nor false.",
        "line 7: SKU a is on line 2, too.",
        f"line 8: the SKU 'x/y' has a slash or a character that can't be seen. {NAMED_AFTER}",
        "line 8: the price is missing.",
    )
    assert listed(catalog) == before
    assert heard.news() == []


def test_a_new_product_needs_name_and_price(catalog: Catalog, add: Add) -> None:
    """A list of prices alone changes products, but can't add one."""
    add("A")
    assert problems(catalog, "sku,stock\nA,1\nB,2\n") == (
        "line 3: name is needed, since the product is new.",
        "line 3: price is needed, since the product is new.",
    )


def test_another_currency_needs_another_price(catalog: Catalog, add: Add) -> None:
    """2500 cents are not 2500 yen."""
    add("A")
    assert problems(catalog, "sku,currency\nA,JPY\n") == (
        "line 2: price is needed, since the currency was USD.",
    )
    take(catalog, "sku,currency,price\nA,JPY,4000\n")
    assert catalog.get("A").price == 4000


def test_a_removed_product_on_a_list_is_a_new_one(catalog: Catalog, add: Add) -> None:
    """What a person has removed is not brought back behind their back, but made anew."""
    old = add("A", description="Old")
    catalog.remove("A")
    assert take(catalog, "sku,name,price\nA,a,1\n").added == 1
    assert catalog.get("A").description == ""
    assert catalog.get("A").id != old.id


def test_products_of_a_list_find_their_pictures(
    catalog: Catalog, arrive: Arrive, heard: Heard
) -> None:
    """Photos that came before the list are linked, and told with the product."""
    picture = arrive(ROSE)
    take(catalog, "sku,name,price\nROSE,Rose,1\nTULIP,Tulip,1\n")
    assert catalog.get("ROSE").media_ids == (picture,)
    assert [each["mediaIds"] for each in heard.news()] == [[picture], []]


def test_a_list_of_nothing_is_fine(catalog: Catalog) -> None:
    """A header alone adds nothing, and an empty shop is listed as a header."""
    assert take(catalog, listed(catalog)) == Imported(0, 0, 0)


def test_a_big_list_is_one_change(catalog: Catalog, heard: Heard) -> None:
    """Thousands of lines, each told once, with one entry in the trail for each product."""
    lines = "".join(f"P{number},Name {number},{number}.50\n" for number in range(2_000))
    assert take(catalog, f"sku,name,price\n{lines}") == Imported(2_000, 0, 0)
    assert catalog.page().total == len(heard.news()) == 2_000
    assert db.execute("SELECT count(*) FROM audit_logs WHERE target_type = 'products'") == [
        (2_000,)
    ]


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(
    lambda text: f"x{text}x"
) | st.sampled_from(["=1+1", "'=x", "a;b", 'say "hi"', "-1", "e\u0301"])


@settings(
    max_examples=30,
    deadline=None,  # each example is a dozen commits: slow where others use the disk
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(words, words, st.integers(0, 10**9), st.none() | st.integers(0, 99)), max_size=5
    )
)
def test_a_shop_that_is_written_and_read_is_the_same(
    catalog: Catalog, wanted: list[tuple[str, str, int, int | None]]
) -> None:
    """What export writes changes nothing when imported, and makes the same shop anew."""
    for product in catalog.page().items:
        catalog.remove(product.sku)
    for number, (name, description, price, stock) in enumerate(wanted):
        new = NewProduct(
            sku=f"-{number}", name=name, price=price, stock=stock, description=description
        )
        catalog.add(new)
    text = listed(catalog)
    assert take(catalog, text) == Imported(0, 0, len(wanted))
    for product in catalog.page().items:
        catalog.remove(product.sku)
    assert take(catalog, text) == Imported(len(wanted), 0, 0)
    assert listed(catalog) == text
