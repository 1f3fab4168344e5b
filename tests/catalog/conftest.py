"""Fixtures: a catalog on an empty shop, and what it says to others."""

from collections.abc import Callable
from typing import Any

import pytest

from botops.catalog import Catalog, NewProduct, ProductView
from botops.events import History
from botops.kernel.events import Bus, Changed, PublicEvent
from botops.store import db

Add = Callable[..., ProductView]
MakePicture = Callable[[], str]
Arrive = Callable[..., str]
Reading = tuple[str, int | None, bool]

# How the name rose.jpg is read.
ROSE: list[Reading] = [("rose", 0, False)]


class Heard:
    """What a bus has carried since somebody looked last."""

    def __init__(self, bus: Bus) -> None:
        self._news: list[dict[str, Any]] = []
        self._topics: list[str] = []
        bus.subscribe(PublicEvent, self._hear)
        bus.subscribe(Changed, lambda event: self._topics.append(event.topic))

    def _hear(self, event: PublicEvent) -> None:
        if event.type == "product_updated":
            self._news.append(event.data)

    def news(self) -> list[dict[str, Any]]:
        """The data of each product_updated, once."""
        news, self._news = self._news, []
        return news

    def topics(self) -> list[str]:
        """Which screens were told to look again, once."""
        topics, self._topics = self._topics, []
        return topics


@pytest.fixture
def bus(database: object) -> Bus:
    """A bus that tells of changes after the commit."""
    return Bus(defer=db.after_commit)


@pytest.fixture
def history(bus: Bus) -> History:
    """A history that listens."""
    return History(bus)


@pytest.fixture
def catalog(bus: Bus, history: History) -> Catalog:
    """The catalog of an empty shop that counts in dollars."""
    return Catalog(bus, currency="USD")


@pytest.fixture
def heard(catalog: Catalog, bus: Bus) -> Heard:
    """What the catalog tells."""
    return Heard(bus)


@pytest.fixture
def add(catalog: Catalog) -> Add:
    """Adds a product of which only the SKU matters."""

    def add(sku: str, **values: Any) -> ProductView:
        given: dict[str, Any] = {"name": f"Name of {sku}", "price": 2500, **values}
        return catalog.add(NewProduct(sku=sku, **given))

    return add


@pytest.fixture
def make_picture(database: object) -> MakePicture:
    """Makes the row of a picture, as the media feature does."""

    def make() -> str:
        with db.write():
            db.change(
                "INSERT INTO media_files (merchant_id, hash, original_name, name_key, file_name, "
                "size, version, status, metadata, created_at, updated_at) "
                "SELECT 'default', count(*), '', '', '', 1, 1, 'ready', '{}', '', '' "
                "FROM media_files"
            )
            return str(db.execute("SELECT max(id) FROM media_files")[0][0])

    return make


@pytest.fixture
def arrive(bus: Bus, make_picture: MakePicture) -> Arrive:
    """Lets a picture of a name be ready: a new one, or one that is there already."""

    def arrive(
        readings: list[Reading], *, media_id: str | None = None, replaces: str | None = None
    ) -> str:
        media_id = media_id or make_picture()
        data = {
            "mediaId": media_id,
            "fileName": "a.jpg",
            "version": 1,
            "candidates": [
                {"sku": sku, "sequence": sequence, "primary": primary}
                for sku, sequence, primary in readings
            ],
            "replaces": replaces,
        }
        with db.write():
            bus.publish(PublicEvent("media_ready", data))
        return media_id

    return arrive
