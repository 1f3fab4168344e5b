"""Records: product rows, found, and shown with their pictures."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from botops.catalog.models import Product, ProductMedia
from botops.catalog.rules import FIELDS, folded, sku_key
from botops.catalog.views import ProductView
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from peewee import Expression, ModelSelect

ID_DIGITS = 18  # more than the database can count
CHUNK = 500  # values in one IN (…), well below SQLite's limit


def live(merchant_id: str) -> Expression:
    """Return the condition for products of a shop that are there."""
    return (Product.merchant_id == merchant_id) & Product.deleted_at.is_null()


def find(merchant_id: str, reference: str) -> Product | None:
    """Return a product by its SKU, else by its id."""
    by_sku: Product | None = Product.get_or_none(
        live(merchant_id), Product.sku_key == sku_key(reference.strip())
    )
    if by_sku is not None:
        return by_sku
    by_id: Product | None = Product.get_or_none(live(merchant_id), Product.id == number(reference))
    return by_id


def by_keys(merchant_id: str, keys: Iterable[str]) -> dict[str, Product]:
    """Return the products that have one of some SKUs, by the SKU's key."""
    return {
        row.sku_key: row
        for some in chunks(list(keys))
        for row in Product.select().where(live(merchant_id), Product.sku_key.in_(some))
    }


def ids_by_keys(merchant_id: str, keys: Sequence[str]) -> dict[str, int]:
    """Return the ids of the products that have one of a few SKUs, by the SKU's key."""
    marks = ", ".join("?" * len(keys))
    rows = db.execute(
        "SELECT sku_key, id FROM products "  # noqa: S608 - marks only
        f"WHERE merchant_id = ? AND deleted_at IS NULL AND sku_key IN ({marks})",
        (merchant_id, *keys),
    )
    return dict(rows)


def views(rows: Iterable[Product]) -> list[ProductView]:
    """Return rows as the faces see them."""
    products = list(rows)
    pictures = media_ids([row.id for row in products])
    return [_view(row, pictures.get(row.id, ())) for row in products]


def media_ids(product_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the pictures of products, in their order."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for some in chunks(product_ids):
        rows = ProductMedia.select().where(
            ProductMedia.product_id.in_(some), ~ProductMedia.is_hidden
        )
        for row in rows.order_by(ProductMedia.sequence):
            found[row.product_id].append(str(row.media_id))
    return {product_id: tuple(ids) for product_id, ids in found.items()}


def names_by_picture(media_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of the products that pictures show."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    for some in chunks(media_ids):
        rows: ModelSelect[Any] = (
            Product.select(ProductMedia.media_id, Product.name)
            .join(ProductMedia, on=(ProductMedia.product_id == Product.id))
            .where(ProductMedia.media_id.in_(some), Product.deleted_at.is_null())
            .order_by(Product.id)
        )
        for media_id, name in rows.tuples():
            names[media_id].append(name)
    return {media_id: tuple(found) for media_id, found in names.items()}


def derived(values: dict[str, Any]) -> dict[str, Any]:
    """Return all fields of a product together with those that follow from them."""
    words = (values[name] for name in ("sku", "name", "category", "description"))
    return {
        **values,
        "sku_key": sku_key(values["sku"]),
        "search_text": folded("\n".join(words)),
    }


def become(row: Product, values: dict[str, Any]) -> dict[str, Any]:
    """Return all fields of a product as they are with other values, by name."""
    now = {name: getattr(row, name) for name in FIELDS}
    return {"id": row.id, **derived({**now, **values})}


def number(reference: str) -> int:
    """Return an id as a number, and what is none as one that nothing has."""
    is_id = reference.isascii() and reference.isdigit() and len(reference) <= ID_DIGITS
    return int(reference) if is_id else -1


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut values into parts that fit into one query."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _view(row: Product, pictures: tuple[str, ...]) -> ProductView:
    return ProductView(
        id=str(row.id),
        sku=row.sku,
        name=row.name,
        description=row.description,
        price=row.price,
        currency=row.currency,
        stock=row.stock,
        category=row.category,
        active=row.active,
        media_ids=pictures,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
