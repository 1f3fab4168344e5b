"""Linking: pictures find the products that they are named after, whichever comes first."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from botops.catalog import Catalog
from botops.events import History
from botops.kernel.events import Bus, PublicEvent
from botops.store import db
from tests.catalog.conftest import ROSE, Add, Arrive, Heard, MakePicture, Reading

PutAside = Callable[..., None]

# How further names are read, the likeliest first.
ROSE_1: list[Reading] = [("rose_1", 0, False), ("rose", 1, False)]
ROSE_2: list[Reading] = [("rose_2", 0, False), ("rose", 2, False)]
ROSE_MAIN: list[Reading] = [("rose_main", 0, False), ("rose", 0, True)]
IN_FOLDER: list[Reading] = [("dsc", 0, False), ("rose", None, False)]


def places(catalog: Catalog, sku: str) -> dict[str, int]:
    """The pictures of a product with their places, the primary one first."""
    found = catalog.pictures_of(sku)
    assert [each.is_primary for each in found] == [True, *[False] * (len(found) - 1)][: len(found)]
    return {each.media_id: each.sequence for each in found}


def rows(table: str) -> list[Any]:
    """All rows of a table."""
    return db.execute(f"SELECT * FROM {table} ORDER BY id")


def test_a_picture_finds_its_product(
    catalog: Catalog, add: Add, arrive: Arrive, heard: Heard
) -> None:
    """It is linked in the transaction that makes it ready, and the product says so, once."""
    add("ROSE")
    heard.news()
    picture = arrive(ROSE)
    assert catalog.get("ROSE").media_ids == (picture,)
    assert [each["mediaIds"] for each in heard.news()] == [[picture]]


def test_a_product_finds_its_pictures(
    catalog: Catalog, add: Add, arrive: Arrive, heard: Heard
) -> None:
    """Photos that were there before it are linked when it is added, and told with it."""
    pictures = (arrive(ROSE), arrive(ROSE_1), arrive(ROSE_2))
    assert heard.news() == []
    assert add("Rose").media_ids == pictures
    assert [each["mediaIds"] for each in heard.news()] == [list(pictures)]


def test_a_product_that_gets_another_sku_finds_its_pictures(
    catalog: Catalog, add: Add, arrive: Arrive
) -> None:
    """The new SKU counts as if it had been there from the start; old pictures stay."""
    add("TULIP")
    old, new = arrive([("tulip", 0, False)]), arrive(ROSE_1)
    assert catalog.edit("TULIP", {"sku": "ROSE"}).media_ids == (old, new)


def test_a_product_that_comes_back_finds_its_pictures(
    catalog: Catalog, add: Add, arrive: Arrive
) -> None:
    """What was dropped while it was away is linked, too; before, only what was there."""
    product = add("ROSE")
    before = arrive(ROSE)
    catalog.remove("ROSE")
    away = arrive(ROSE_1)
    assert catalog.restore(product.id).media_ids == (before, away)


@pytest.mark.parametrize("order", list(itertools.permutations([ROSE, ROSE_1, ROSE_2, ROSE_MAIN])))
def test_the_main_picture_is_first(
    catalog: Catalog, add: Add, arrive: Arrive, order: tuple[list[Reading], ...]
) -> None:
    """In whichever order they come, `_main` is in front, and no two share a place."""
    add("ROSE")
    pictures = {str(readings): arrive(readings) for readings in order}
    found = catalog.get("ROSE").media_ids
    assert found[0] == pictures[str(ROSE_MAIN)]
    assert set(found) == set(pictures.values())
    assert len(set(places(catalog, "ROSE").values())) == len(order)


def test_numbers_are_places(catalog: Catalog, add: Add, arrive: Arrive) -> None:
    """A free number is taken as it is, a taken one gives the next free one, none goes behind."""
    add("ROSE")
    two, one, one_again, behind = (
        arrive(ROSE_2),
        arrive(ROSE_1),
        arrive([("rose (1)", 0, False), ("rose", 1, False)]),
        arrive(IN_FOLDER),
    )
    assert places(catalog, "ROSE") == {one: 1, two: 2, one_again: 3, behind: 4}


def test_a_main_picture_moves_the_others_on(catalog: Catalog, add: Add, arrive: Arrive) -> None:
    """Those in front make room up to the first gap; the rest stay where they are."""
    add("ROSE")
    bare, one, nine = arrive(ROSE), arrive(ROSE_1), arrive([("rose", 9, False)])
    main = arrive(ROSE_MAIN)
    assert places(catalog, "ROSE") == {main: 0, bare: 1, one: 2, nine: 9}


def test_the_same_event_twice_changes_nothing(
    catalog: Catalog, add: Add, arrive: Arrive, heard: Heard
) -> None:
    """A repeated job leaves links, offers and listeners as they were."""
    add("ROSE")
    old = arrive(ROSE)
    new = arrive(ROSE, replaces=old)
    before = (rows("product_media"), rows("picture_offers"), catalog.get("ROSE"))
    heard.news()
    arrive(ROSE, media_id=new, replaces=old)
    assert (rows("product_media"), rows("picture_offers"), catalog.get("ROSE")) == before
    assert heard.news() == []


@pytest.mark.parametrize("first", ["photo", "products", "likeliest product", "other product"])
def test_a_name_means_its_likeliest_product(
    catalog: Catalog, add: Add, arrive: Arrive, first: str
) -> None:
    """`rose_1.jpg` is the picture of ROSE_1 where there is one, whatever came first."""
    if first in {"products", "other product"}:
        add("ROSE")
    if first in {"products", "likeliest product"}:
        add("ROSE_1")
    picture = arrive(ROSE_1)
    for sku in ("ROSE", "ROSE_1"):
        if not catalog.search(sku) or catalog.search(sku)[0].sku != sku:
            add(sku)
    assert catalog.get("ROSE_1").media_ids == (picture,)
    assert catalog.get("ROSE").media_ids == ()


def test_a_picture_that_moves_is_told_by_both(
    catalog: Catalog, add: Add, arrive: Arrive, heard: Heard
) -> None:
    """The product that loses a picture to a likelier one says so."""
    add("ROSE")
    picture = arrive(ROSE_1)
    heard.news()
    add("ROSE_1")
    told = {each["name"]: each["mediaIds"] for each in heard.news()}
    assert told == {"Name of ROSE": [], "Name of ROSE_1": [picture]}


def test_one_content_may_show_several_products(catalog: Catalog, add: Add, arrive: Arrive) -> None:
    """The same bytes under the names of two sizes of a shoe belong to both, early or late."""
    add("SHOE-41")
    picture = arrive([("shoe-41", 0, False), ("shoe", 41, False)])
    arrive([("shoe-42", 0, False), ("shoe", 42, False)], media_id=picture)
    add("SHOE-42")
    assert catalog.get("SHOE-41").media_ids == (picture,)
    assert catalog.get("SHOE-42").media_ids == (picture,)


def test_a_new_version_takes_the_place_of_the_old(
    catalog: Catalog, add: Add, arrive: Arrive, heard: Heard
) -> None:
    """Same product, same place, first if it was first; the old one is gone from it."""
    add("ROSE")
    old, one = arrive(ROSE), arrive(ROSE_1)
    heard.news()
    new = arrive(ROSE, replaces=old)
    assert places(catalog, "ROSE") == {new: 0, one: 1}
    assert [each["mediaIds"] for each in heard.news()] == [[new, one]]


def test_an_old_version_is_not_offered_any_more(catalog: Catalog, add: Add, arrive: Arrive) -> None:
    """A product that comes later gets the newest version only."""
    old = arrive(ROSE)
    new = arrive(ROSE, replaces=old)
    assert add("ROSE").media_ids == (new,)


def test_a_new_version_leaves_other_names_of_the_old_alone(
    catalog: Catalog, add: Add, arrive: Arrive
) -> None:
    """The same bytes were also `tulip.jpg`: that file has not changed."""
    add("ROSE")
    add("TULIP")
    old = arrive(ROSE)
    arrive([("tulip", 0, False)], media_id=old)
    new = arrive(ROSE, replaces=old)
    assert catalog.get("ROSE").media_ids == (new,)
    assert catalog.get("TULIP").media_ids == (old,)


def test_a_new_version_that_is_linked_already_is_linked_once(
    catalog: Catalog, add: Add, arrive: Arrive
) -> None:
    """Where old and new both show a product, the new one takes the old one's place."""
    add("ROSE")
    old, new = arrive(ROSE), arrive(ROSE_1)
    arrive(ROSE, media_id=new, replaces=old)
    assert places(catalog, "ROSE") == {new: 0}


def test_a_version_replaces_the_one_that_was_put_aside_with_its_product(
    catalog: Catalog, add: Add, arrive: Arrive
) -> None:
    """A removed product keeps up, so that undo brings it back with the newest picture."""
    product = add("ROSE")
    old = arrive(ROSE)
    catalog.remove("ROSE")
    new = arrive(ROSE, replaces=old)
    assert catalog.restore(product.id).media_ids == (new,)


def test_what_a_person_linked_moves_with_its_versions(
    catalog: Catalog, add: Add, arrive: Arrive
) -> None:
    """A photo with a camera's name was linked by hand: its new version stands there, too."""
    add("ROSE")
    old = arrive([("img_7", 0, False), ("img", 7, False)])
    catalog.link(old, "ROSE")
    new = arrive([("img_7", 0, False), ("img", 7, False)], replaces=old)
    assert catalog.get("ROSE").media_ids == (new,)


def test_what_a_person_unlinked_stays_unlinked(catalog: Catalog, add: Add, arrive: Arrive) -> None:
    """A later change of SKUs doesn't bring it back, not even at a less likely product."""
    add("ROSE_1")
    picture = arrive(ROSE_1)
    catalog.unlink(picture, "ROSE_1")
    add("ROSE")
    catalog.edit("ROSE_1", {"sku": "X"})
    catalog.edit("X", {"sku": "ROSE_1"})
    assert catalog.names_of([int(picture)]) == {}


def test_what_a_person_moved_elsewhere_stays_there(
    catalog: Catalog, add: Add, arrive: Arrive
) -> None:
    """A new version of a photo follows the person's decision, not the name."""
    add("ROSE")
    add("TULIP")
    old = arrive(ROSE)
    catalog.unlink(old, "ROSE")
    catalog.link(old, "TULIP")
    new = arrive(ROSE, replaces=old)
    arrive(ROSE, media_id=new, replaces=old)
    newest = arrive(ROSE, replaces=new)
    assert catalog.get("TULIP").media_ids == (newest,)
    assert catalog.get("ROSE").media_ids == ()


def test_what_a_person_linked_is_not_moved_by_a_likelier_product(
    catalog: Catalog, add: Add, arrive: Arrive
) -> None:
    """A link by hand stays when a product comes that the name means even better."""
    add("ROSE")
    picture = arrive(ROSE_1)
    catalog.link(picture, "ROSE")
    add("ROSE_1")
    assert catalog.get("ROSE").media_ids == (picture,)
    assert catalog.get("ROSE_1").media_ids == (picture,)


def test_a_link_is_lost_with_its_cause(
    catalog: Catalog, bus: Bus, add: Add, make_picture: MakePicture
) -> None:
    """If the job's transaction fails, neither link nor offer was ever there."""
    add("ROSE")
    data = {
        "mediaId": make_picture(),
        "candidates": [{"sku": "rose", "sequence": 0, "primary": False}],
        "replaces": None,
    }

    def fail() -> None:
        with db.write():
            bus.publish(PublicEvent("media_ready", data))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert rows("picture_offers") == rows("product_media") == []


@pytest.mark.parametrize("kind", ["media_ready", "media_removed", "media_restored"])
def test_an_event_from_outside_links_nothing(
    catalog: Catalog, history: History, add: Add, arrive: Arrive, kind: str
) -> None:
    """Anybody may publish what they call media_ready: it is kept as history and does nothing."""
    add("ROSE")
    add("TULIP")
    picture = arrive(ROSE)
    tulip = [{"sku": "tulip", "sequence": 0, "primary": False}]
    history.publish(kind, {"mediaId": picture, "candidates": tulip, "replaces": None})
    history.publish(kind, {"whatever": 7})
    assert catalog.get("ROSE").media_ids == (picture,)
    assert catalog.get("TULIP").media_ids == ()


@pytest.fixture
def put_aside(bus: Bus) -> PutAside:
    """Puts a picture aside, or brings it back, as the media feature does."""

    def put_aside(media_id: str, *, back: bool = False) -> None:
        kind = "media_restored" if back else "media_removed"
        with db.write():
            bus.publish(PublicEvent(kind, {"mediaId": media_id, "fileName": "a.jpg"}))

    return put_aside


def test_a_picture_that_is_put_aside_leaves_its_products(
    catalog: Catalog, add: Add, arrive: Arrive, put_aside: PutAside, heard: Heard
) -> None:
    """The next one is the primary, each product says so once, and undo gives back the place."""
    add("ROSE")
    first, second = arrive(ROSE), arrive(ROSE_1)
    heard.news()
    put_aside(first)
    put_aside(first)
    assert places(catalog, "ROSE") == {second: 1}
    put_aside(first, back=True)
    assert places(catalog, "ROSE") == {first: 0, second: 1}
    assert [each["mediaIds"] for each in heard.news()] == [[second], [first, second]]


def test_a_picture_that_is_put_aside_is_not_offered(
    catalog: Catalog, add: Add, arrive: Arrive, put_aside: PutAside
) -> None:
    """A product that comes while it is away gets it when it comes back."""
    picture = arrive(ROSE)
    put_aside(picture)
    assert add("ROSE").media_ids == ()
    assert catalog.pictures_of("ROSE") == []
    put_aside(picture, back=True)
    assert catalog.get("ROSE").media_ids == (picture,)


def test_a_picture_that_is_dropped_again_comes_back(
    catalog: Catalog, add: Add, arrive: Arrive, put_aside: PutAside
) -> None:
    """Dropping the same photo again is a way to undo."""
    add("ROSE")
    picture = arrive(ROSE)
    put_aside(picture)
    arrive(ROSE, media_id=picture)
    assert catalog.get("ROSE").media_ids == (picture,)


def test_a_new_version_of_a_hidden_picture_is_shown(
    catalog: Catalog, add: Add, arrive: Arrive, put_aside: PutAside
) -> None:
    """It takes the place, not the hiding."""
    add("ROSE")
    old = arrive(ROSE)
    put_aside(old)
    new = arrive(ROSE, replaces=old)
    assert places(catalog, "ROSE") == {new: 0}
