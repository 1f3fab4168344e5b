"""Pictures: the order in which pictures show a product; always in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botops.catalog.models import Product, ProductMedia
from botops.catalog.views import PictureView

if TYPE_CHECKING:
    from peewee import ModelSelect


def of(product_id: int) -> list[PictureView]:
    """Return the pictures of a product, the primary one first."""
    rows = ProductMedia.select().where(
        ProductMedia.product_id == product_id, ~ProductMedia.is_hidden
    )
    return [
        PictureView(str(row.media_id), row.sequence, row.is_primary)
        for row in rows.order_by(ProductMedia.sequence)
    ]


def find(product_id: int, media_id: int) -> ProductMedia | None:
    """Return the row that ties a picture to a product."""
    row: ProductMedia | None = ProductMedia.get_or_none(
        ProductMedia.product_id == product_id, ProductMedia.media_id == media_id
    )
    return row


@dataclass(frozen=True, slots=True)
class Spot:
    """Where among a product's pictures one is wanted; a hidden one keeps the place for later."""

    wish: int | None = None
    is_first: bool = False
    is_hidden: bool = False


def add(product: Product, media_id: int, *, spot: Spot) -> bool:
    """Tie a picture to a product unless it is; tell whether that was new.

    It gets the place that it wishes for if that is free, else the next free one after it; as the
    first picture it gets place 0, and those behind it move on.
    """
    if find(product.id, media_id) is not None:
        return False
    place = _make_room(product.id) if spot.is_first else _free_place(product.id, spot.wish)
    ProductMedia.create(
        merchant_id=product.merchant_id,
        product_id=product.id,
        media_id=media_id,
        sequence=place,
        is_hidden=spot.is_hidden,
    )
    choose_primary(product.id)
    return True


def remove(product_id: int, media_id: int) -> bool:
    """Untie a picture from a product; tell whether it was tied."""
    row = find(product_id, media_id)
    if row is None:
        return False
    row.delete_instance()
    choose_primary(product_id)
    return True


def replace(row: ProductMedia, media_id: int) -> None:
    """Put another picture in the place of one; it gives up the place that it had."""
    if find(row.product_id, media_id) is not None:
        ProductMedia.delete().where(
            ProductMedia.product_id == row.product_id, ProductMedia.media_id == media_id
        ).execute()
    ProductMedia.update(media_id=media_id, is_hidden=False).where(
        ProductMedia.id == row.id
    ).execute()
    choose_primary(row.product_id)


def choose_primary(product_id: int) -> None:
    """Let the first picture of a product, and only it, be the primary one."""
    ours = ProductMedia.product_id == product_id
    shown = ProductMedia.select(ProductMedia.id).where(ours, ~ProductMedia.is_hidden)
    first = shown.order_by(ProductMedia.sequence).limit(1).scalar()
    ProductMedia.update(is_primary=False).where(
        ours, ProductMedia.is_primary, ProductMedia.id != (first or 0)
    ).execute()
    ProductMedia.update(is_primary=True).where(
        ProductMedia.id == first, ~ProductMedia.is_primary
    ).execute()


def set_hidden(media_id: int, *, is_hidden: bool) -> set[int]:
    """Hide a picture or show it again; return the ids of the products that this changes."""
    rows = list(
        ProductMedia.select().where(
            ProductMedia.media_id == media_id, ProductMedia.is_hidden != is_hidden
        )
    )
    for row in rows:
        ProductMedia.update(is_hidden=is_hidden).where(ProductMedia.id == row.id).execute()
        choose_primary(row.product_id)
    return {row.product_id for row in rows}


def _taken(product_id: int) -> set[int]:
    ours = ProductMedia.product_id == product_id
    rows: ModelSelect[Any] = ProductMedia.select(ProductMedia.sequence).where(ours)
    return {place for (place,) in rows.tuples()}


def _free_place(product_id: int, wish: int | None) -> int:
    taken = _taken(product_id)
    if wish is None:
        return max(taken, default=-1) + 1
    while wish in taken:
        wish += 1
    return wish


def _make_room(product_id: int) -> int:
    """Free place 0: the pictures from there up to the first gap move on by one."""
    taken = _taken(product_id)
    gap = next(place for place in range(len(taken) + 1) if place not in taken)
    for place in reversed(range(gap)):  # from behind, since no two may have one place
        ProductMedia.update(sequence=place + 1).where(
            ProductMedia.product_id == product_id, ProductMedia.sequence == place
        ).execute()
    return 0
