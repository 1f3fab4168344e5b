"""Catalog: products are kept, found and told about."""

from datetime import timedelta

import pytest

from botops.catalog import Catalog, NewProduct, ProductChanges, ProductQuery
from botops.kernel import clock
from botops.kernel.errors import Conflict, NotFound, Refused
from botops.kernel.events import Bus, PublicEvent
from botops.store import db
from tests.catalog.conftest import Add, Heard, MakePicture


def skus(catalog: Catalog, query: ProductQuery | None = None) -> list[str]:
    """The SKUs of the products that a query means."""
    return [each.sku for each in catalog.page(query).items]


def test_a_product_is_kept_as_it_was_added(catalog: Catalog) -> None:
    """What is added comes back in the contract's words: ids as text, money in minor units."""
    with clock.freeze(1_795_430_526.12):
        added = catalog.add(
            NewProduct(
                sku=" ROSE-12 ",
                name="Twelve red roses",
                price=3500,
                currency="pen",
                stock=4,
                description="Fresh.\r\nWith a card.",
                category="Roses",
            )
        )
    assert catalog.get("rose-12") == added
    assert added.document() == {
        "id": "1",
        "sku": "ROSE-12",
        "name": "Twelve red roses",
        "description": "Fresh.\nWith a card.",
        "price": 3500,
        "currency": "PEN",
        "stock": 4,
        "category": "Roses",
        "active": True,
        "media_ids": [],
        "created_at": "2026-11-23T10:42:06.120Z",
        "updated_at": "2026-11-23T10:42:06.120Z",
    }


def test_what_is_not_said_has_a_default(catalog: Catalog) -> None:
    """The currency is the shop's, nobody counts the stock, and the product is on sale."""
    added = catalog.add(NewProduct(sku="A", name="A", price=0))
    assert (added.currency, added.stock, added.active) == ("USD", None, True)


def test_a_sku_is_taken_in_any_case_and_composition(catalog: Catalog, add: Add) -> None:
    """Photos are matched without case, so two SKUs must differ in more."""
    add("caf\u00e9-1")
    for same in ("CAF\u00c9-1", "cafe\u0301-1", " caf\u00e9-1"):
        with pytest.raises(Conflict, match="already"):
            add(same)
    add("cafe-1")
    assert len(skus(catalog)) == 2


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"sku": ""}, "1 to 64 characters"),
        ({"sku": "x" * 65}, "1 to 64 characters"),
        ({"sku": "a/b"}, "slash"),
        ({"sku": "a\\b"}, "slash"),
        ({"sku": "a\x00b"}, "can't be seen"),
        ({"sku": "a\u202eb"}, "can't be seen"),
        ({"name": "  "}, "The name is missing"),
        ({"name": "x" * 201}, "at most 200"),
        ({"name": "two\nlines"}, "can't be seen"),
        ({"description": "bell\x07"}, "can't be seen"),
        ({"description": "x" * 4001}, "at most 4000"),
        ({"category": "x" * 101}, "at most 100"),
        ({"price": -1}, "less than nothing"),
        ({"price": 10**12}, "too high"),
        ({"stock": -1}, "stock is 0"),
        ({"stock": 10**10}, "stock is 0"),
        ({"currency": "XYZ"}, "no currency 'XYZ'"),
        ({"currency": "DOLLARS"}, "no currency"),
    ],
)
def test_what_cannot_be_used_is_refused(
    add: Add, catalog: Catalog, heard: Heard, values: dict[str, object], says: str
) -> None:
    """A sentence names the field and its limit, and nothing is kept or told."""
    with pytest.raises(Refused, match=says):
        add(**{"sku": "A", **values})
    assert skus(catalog) == []
    assert heard.news() == []


def test_names_of_all_languages_and_emoji_are_fine(add: Add) -> None:
    """Signs that join others belong to the text."""
    name = "Oso \U0001f43b\u200d\u2744\ufe0f de peluche \u06a9\u062a\u0627\u0628\u200c\u0647\u0627"
    assert add("A", name=name).name == name


def test_a_change_leaves_the_rest(catalog: Catalog, add: Add) -> None:
    """Only what is named becomes another, and the time says when."""
    with clock.freeze(1_000) as now:
        before = add("A", stock=3, description="Old")
        now.move(5)
        after = catalog.edit("a", {"price": 900, "stock": None})
    assert (after.price, after.stock, after.description) == (900, None, "Old")
    assert after.updated_at - before.updated_at == timedelta(seconds=5)
    assert after.created_at == before.created_at


def test_a_change_that_changes_nothing_is_not_told(
    catalog: Catalog, add: Add, heard: Heard
) -> None:
    """The same values again leave the product, its time and the listeners alone."""
    before = add("A", stock=3)
    heard.news(), heard.topics()
    assert catalog.edit("A", {"sku": "A", "price": 2500, "stock": 3}) == before
    assert catalog.edit("A", {}) == before
    assert (heard.news(), heard.topics()) == ([], [])


def test_a_new_sku_must_be_free(catalog: Catalog, add: Add) -> None:
    """Another product's SKU is refused; one's own in another case is not."""
    add("A")
    add("B")
    with pytest.raises(Conflict):
        catalog.edit("B", {"sku": "a"})
    assert catalog.edit("B", {"sku": "b"}).sku == "b"


def test_a_new_currency_needs_a_new_price(catalog: Catalog, add: Add) -> None:
    """2500 cents are not 2500 yen."""
    add("A")
    with pytest.raises(Refused, match="In JPY the price is another"):
        catalog.edit("A", {"currency": "JPY"})
    assert catalog.edit("A", {"currency": "JPY", "price": 4000}).price == 4000


@pytest.mark.parametrize("changes", [{"name": ""}, {"sku": "a/b"}, {"price": -1}])
def test_a_change_keeps_the_rules(catalog: Catalog, add: Add, changes: ProductChanges) -> None:
    """What can't be added can't be edited in, either."""
    before = add("A")
    with pytest.raises(Refused):
        catalog.edit("A", changes)
    assert catalog.get("A") == before


def test_a_product_is_meant_by_sku_before_id(catalog: Catalog, add: Add) -> None:
    """A SKU that looks like an id wins, since people know SKUs."""
    first, second = add("A"), add("1")
    assert catalog.get("1") == second
    assert catalog.get(second.id) == second
    catalog.edit("1", {"sku": "B"})
    assert catalog.get("1") == first


@pytest.mark.parametrize("reference", ["B", "", "7", "-1", "9" * 40, "\u0661"])
def test_what_is_not_there_is_said(catalog: Catalog, add: Add, reference: str) -> None:
    """Each call that names a product says when there is none."""
    add("A")
    for call in (catalog.get, catalog.remove, catalog.restore, catalog.pictures_of):
        with pytest.raises(NotFound, match="There is no product"):
            call(reference)


def test_a_removed_product_is_gone_and_comes_back(catalog: Catalog, add: Add, heard: Heard) -> None:
    """It is in no list, its SKU is free, and undo brings it back as it was."""
    product = add("A", stock=3)
    catalog.remove("A")
    assert skus(catalog) == []
    with pytest.raises(NotFound):
        catalog.get("A")
    assert catalog.restore(product.id).stock == 3
    assert skus(catalog) == ["A"]
    assert len(heard.news()) == 3
    assert catalog.restore(product.id).stock == 3
    assert heard.news() == []


def test_a_removed_product_whose_sku_is_taken_stays_removed(catalog: Catalog, add: Add) -> None:
    """Two products never share a SKU."""
    old = add("A")
    catalog.remove("A")
    add("a")
    with pytest.raises(Conflict):
        catalog.restore(old.id)


def test_pages_follow_each_other(catalog: Catalog, add: Add) -> None:
    """Every product is on one page, by SKU without case, and each page knows the total."""
    for sku in ("b", "A", "D", "c", "E"):
        add(sku)
    first = catalog.page(ProductQuery(limit=2))
    second = catalog.page(ProductQuery(limit=2, cursor=first.next_cursor))
    third = catalog.page(ProductQuery(limit=2, cursor=second.next_cursor))
    assert [each.sku for page in (first, second, third) for each in page.items] == [*"AbcDE"]
    assert [page.total for page in (first, second, third)] == [5, 5, 5]
    assert third.next_cursor is None


def test_a_page_that_just_holds_all_is_the_last(catalog: Catalog, add: Add) -> None:
    """No cursor leads to an empty page."""
    add("A")
    add("B")
    assert catalog.page(ProductQuery(limit=2)).next_cursor is None


def test_lists_are_narrowed(catalog: Catalog, add: Add) -> None:
    """By category, and by whether a product is on sale."""
    add("A", category="Roses")
    add("B", category="Roses", active=False)
    add("C")
    assert skus(catalog, ProductQuery(category="Roses")) == ["A", "B"]
    assert skus(catalog, ProductQuery(active=True)) == ["A", "C"]
    assert skus(catalog, ProductQuery(category="Roses", active=False)) == ["B"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jabon", ["A"]),
        ("JAB\u00d3N", ["A"]),
        ("de jabon", ["A"]),
        ("rose", ["A", "B"]),
        ("100%", ["B"]),
        ("_", []),
        ("jabon lily", []),
        ("", ["A", "B"]),
    ],
)
def test_products_are_found_without_accents(
    catalog: Catalog, add: Add, text: str, found: list[str]
) -> None:
    """All words must be somewhere in SKU, name, category or description; no sign is special."""
    add("A", name="Pastilla de Jab\u00f3n", description="Smells of rose")
    add("B", name="Rose oil 100%")
    assert [each.sku for each in catalog.search(text)] == found


def test_a_search_follows_a_change(catalog: Catalog, add: Add) -> None:
    """What a product is called now is what finds it."""
    add("A", name="Soap")
    catalog.edit("A", {"name": "Shampoo"})
    assert catalog.search("soap") == []
    assert len(catalog.search("shampoo")) == 1


def test_each_change_is_told_as_the_contract_says(catalog: Catalog, add: Add, heard: Heard) -> None:
    """product_updated has exactly its fields, and screens are told to look again."""
    with clock.freeze(1_795_430_526.12):
        add("A", stock=3)
    assert heard.news() == [
        {
            "productId": "1",
            "name": "Name of A",
            "price": 2500,
            "currency": "USD",
            "stock": 3,
            "mediaIds": [],
            "updatedAt": "2026-11-23T10:42:06.120Z",
        }
    ]
    assert "products" in heard.topics()
    catalog.edit("A", {"price": 1})
    catalog.remove("A")
    assert [each["price"] for each in heard.news()] == [1, 1]


def test_news_that_cannot_be_kept_undo_the_change(catalog: Catalog, bus: Bus, add: Add) -> None:
    """A product and the event of it are in one transaction."""

    def fail(event: PublicEvent) -> None:
        raise Refused("No more room for events.")

    bus.within(PublicEvent, fail)
    with pytest.raises(Refused):
        add("A")
    assert skus(catalog) == []


def test_the_trail_has_what_people_changed(catalog: Catalog, add: Add) -> None:
    """Each change is one entry, without columns that only follow from others."""
    add("A")
    catalog.edit("A", {"price": 1})
    catalog.remove("A")
    entries = db.execute("SELECT action, after_state FROM audit_logs WHERE target_type='products'")
    assert [action for action, _ in entries] == ["insert", "update", "update"]
    assert "search_text" not in entries[0][1]


def test_a_picture_is_linked_by_hand(
    catalog: Catalog, add: Add, make_picture: MakePicture, heard: Heard
) -> None:
    """It goes behind the others, or first; once is enough; and it is told."""
    add("A")
    one, two, three = make_picture(), make_picture(), make_picture()
    heard.news()
    catalog.link(one, "A")
    catalog.link(two, "a")
    assert catalog.link(three, "A", first=True).media_ids == (three, one, two)
    assert [each["mediaIds"] for each in heard.news()] == [[one], [one, two], [three, one, two]]
    assert catalog.link(two, "A").media_ids == (three, one, two)
    assert catalog.link(three, "A", first=True).media_ids == (three, one, two)
    assert heard.news() == []
    assert catalog.link(two, "A", first=True).media_ids == (two, three, one)
    assert [each.is_primary for each in catalog.pictures_of("A")] == [True, False, False]


def test_a_picture_is_unlinked_by_hand(
    catalog: Catalog, add: Add, make_picture: MakePicture, heard: Heard
) -> None:
    """The next one becomes the primary; what was not linked is not told."""
    add("A")
    one, two = make_picture(), make_picture()
    catalog.link(one, "A")
    catalog.link(two, "A")
    heard.news()
    assert catalog.unlink(one, "A").media_ids == (two,)
    assert [each.is_primary for each in catalog.pictures_of("A")] == [True]
    assert len(heard.news()) == 1
    catalog.unlink(one, "A")
    catalog.unlink("999", "A")
    assert heard.news() == []
    assert catalog.unlink(two, "A").media_ids == ()


def test_only_what_is_there_is_linked(
    catalog: Catalog, add: Add, make_picture: MakePicture, heard: Heard
) -> None:
    """A picture or a product that is not there is said, and nothing is told."""
    add("A")
    heard.news()
    for picture in ("999", "abc", ""):
        with pytest.raises(NotFound, match="There is no picture"):
            catalog.link(picture, "A")
    with pytest.raises(NotFound, match="There is no product"):
        catalog.link(make_picture(), "B")
    assert heard.news() == []


def test_pictures_know_their_products(
    catalog: Catalog, add: Add, make_picture: MakePicture
) -> None:
    """The names of all products that a picture shows, without those that were removed."""
    for sku in "ABC":
        add(sku)
    one, two, three = make_picture(), make_picture(), make_picture()
    catalog.link(one, "A")
    catalog.link(one, "B")
    catalog.link(two, "C")
    catalog.remove("C")
    assert catalog.names_of([int(one), int(two), int(three)]) == {
        int(one): ("Name of A", "Name of B")
    }
    assert catalog.names_of([]) == {}
