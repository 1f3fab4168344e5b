"""News: tells that products have changed, in the transaction that changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.catalog import records
from botops.catalog.models import Product
from botops.kernel import clock
from botops.kernel.events import Bus, Changed, PublicEvent
from botops.store import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botops.catalog.views import ProductView


def tell(bus: Bus, product_ids: Iterable[int]) -> list[ProductView]:
    """Publish that products, or their pictures, are different now, and return how they are.

    A product that was removed is told about once more: whoever asks for it then finds it gone.
    """
    ids, told = sorted(set(product_ids)), []
    with db.write():
        for some in records.chunks(ids):
            Product.update(updated_at=clock.utcnow()).where(Product.id.in_(some)).execute()
            rows = list(Product.select().where(Product.id.in_(some)).order_by(Product.id))
            for row, view in zip(rows, records.views(rows), strict=True):
                news = PublicEvent("product_updated", view.news(), merchant_id=row.merchant_id)
                bus.publish(news)
                told.append(view)
        if ids:
            bus.publish(Changed("products"))
    return told
