"""Linking: finds the products that pictures are named after, whichever of them comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botops.catalog import pictures, records
from botops.catalog.models import PictureOffer, Product, ProductMedia
from botops.catalog.pictures import Spot
from botops.store import db
from botops.store.bulk import insert_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peewee import ModelSelect

# In SQL: it is asked for each photo, and the answer for most of them is no.
_IS_KNOWN = (
    "SELECT 1 FROM picture_offers WHERE media_id = ? "
    "UNION ALL SELECT 1 FROM product_media WHERE media_id = ? LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a picture's name: the product, and the place among its pictures."""

    sku_key: str
    sequence: int | None
    is_primary: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """A picture that is ready: how its name can be read, and what it takes the place of."""

    merchant_id: str
    media_id: int
    readings: tuple[Reading, ...]
    replaces: int | None

    @property
    def source(self) -> str:
        """What names with the same readings have in common; a key never holds a slash."""
        return "/".join(each.sku_key for each in self.readings)


def read_arrival(merchant_id: str, data: dict[str, Any]) -> Arrival:
    """Return what a `media_ready` says."""
    replaces = data["replaces"]
    return Arrival(
        merchant_id,
        int(data["mediaId"]),
        tuple(
            Reading(each["sku"], each["sequence"], each["primary"]) for each in data["candidates"]
        ),
        None if replaces is None else int(replaces),
    )


def take(arrival: Arrival) -> set[int]:
    """Link a picture by its name; return the ids of the products that it changed.

    Each name counts once. What a person has decided since then stays; so does the place of an
    older version, even if a person put it there.
    """
    is_known = bool(db.execute(_IS_KNOWN, (arrival.media_id, arrival.media_id)))
    changed = set_hidden(arrival.media_id, is_hidden=False) if is_known else set()
    moved = set() if arrival.replaces is None else _take_place(arrival, arrival.replaces)
    if not (is_known and _offers(arrival.media_id, arrival.source)):
        offers = _remember(arrival)
        if not moved:
            changed |= _link_likeliest(arrival.merchant_id, offers)
    return changed | moved


def set_hidden(media_id: int, *, is_hidden: bool) -> set[int]:
    """Follow a picture that was put aside or brought back; return the products that changed."""
    PictureOffer.update(is_hidden=is_hidden).where(PictureOffer.media_id == media_id).execute()
    return pictures.set_hidden(media_id, is_hidden=is_hidden)


def settle(products: Sequence[Product]) -> set[int]:
    """Link the pictures that were named after products before these had their SKU.

    Returns the ids of all products that changed: a picture that stood at a less likely product
    moves.
    """
    changed: set[int] = set()
    for some in records.chunks(products):
        offers = PictureOffer.select().where(
            PictureOffer.merchant_id == some[0].merchant_id,
            PictureOffer.sku_key.in_([product.sku_key for product in some]),
        )
        for offer in list(offers.order_by(PictureOffer.id)):
            group = _offers(offer.media_id, offer.source)
            linked = _link_likeliest(offer.merchant_id, group)
            changed |= linked
            if linked:
                changed |= _unlink_less_likely(offer.merchant_id, group)
    return changed


def link_by_hand(product: Product, media_id: int, *, is_first: bool) -> bool:
    """Link a picture because a person wants it, whatever its name says."""
    PictureOffer.delete().where(
        PictureOffer.media_id == media_id, PictureOffer.sku_key == product.sku_key
    ).execute()
    if is_first:
        pictures.remove(product.id, media_id)
    return pictures.add(product, media_id, spot=Spot(is_first=is_first))


def unlink_by_hand(product: Product, media_id: int) -> bool:
    """Unlink a picture because a person wants it; names that led here are not asked again."""
    by_key: ModelSelect[Any] = PictureOffer.select(PictureOffer.source).where(
        PictureOffer.media_id == media_id, PictureOffer.sku_key == product.sku_key
    )
    sources = [source for (source,) in by_key.tuples()]
    PictureOffer.delete().where(
        PictureOffer.media_id == media_id, PictureOffer.source.in_(sources)
    ).execute()
    return pictures.remove(product.id, media_id)


def _link_likeliest(merchant_id: str, offers: list[PictureOffer]) -> set[int]:
    products = records.ids_by_keys(merchant_id, [offer.sku_key for offer in offers])
    for offer in offers:
        if offer.sku_key in products:
            product = Product.get_by_id(products[offer.sku_key])
            spot = Spot(offer.sequence, offer.is_primary, offer.is_hidden)
            is_new = pictures.add(product, offer.media_id, spot=spot)
            return {product.id} if is_new else set()
    return set()


def _unlink_less_likely(merchant_id: str, offers: list[PictureOffer]) -> set[int]:
    products = records.by_keys(merchant_id, [offer.sku_key for offer in offers])
    known = [offer for offer in offers if offer.sku_key in products]
    return {
        products[offer.sku_key].id
        for offer in known[1:]
        if not _has_other_name(offer.media_id, offer.source, key=offer.sku_key)
        and pictures.remove(products[offer.sku_key].id, offer.media_id)
    }


def _take_place(arrival: Arrival, older: int) -> set[int]:
    """Move the links of an older version, except those that it has by another name."""
    changed: set[int] = set()
    for row in list(ProductMedia.select().where(ProductMedia.media_id == older)):
        product = Product.get_by_id(row.product_id)
        if not _has_other_name(older, arrival.source, key=product.sku_key):
            pictures.replace(row, arrival.media_id)
            changed.add(product.id)
    PictureOffer.delete().where(
        PictureOffer.media_id == older, PictureOffer.source == arrival.source
    ).execute()
    return changed


def _remember(arrival: Arrival) -> list[PictureOffer]:
    """Note the readings of a new name and return them, the likeliest first."""
    first_of_each = {each.sku_key: each for each in reversed(arrival.readings)}
    rows = [
        {
            "merchant_id": arrival.merchant_id,
            "media_id": arrival.media_id,
            "source": arrival.source,
            "sku_key": each.sku_key,
            "sequence": each.sequence,
            "is_primary": each.is_primary,
            "is_hidden": False,
        }
        for each in reversed(first_of_each.values())
    ]
    insert_rows(PictureOffer, rows)
    return [PictureOffer(**row) for row in rows]


def _offers(media_id: int, source: str) -> list[PictureOffer]:
    rows = PictureOffer.select().where(
        PictureOffer.media_id == media_id, PictureOffer.source == source
    )
    return list(rows.order_by(PictureOffer.id))


def _has_other_name(media_id: int, source: str, *, key: str) -> bool:
    return bool(
        PictureOffer.select()
        .where(
            PictureOffer.media_id == media_id,
            PictureOffer.sku_key == key,
            PictureOffer.source != source,
        )
        .exists()
    )
