"""Catalog: what people and other parts ask of the products."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from peewee import IntegrityError

from botops.catalog import csv_files, linking, pictures, records
from botops.catalog.importing import Shop, bring
from botops.catalog.models import Product
from botops.catalog.news import tell
from botops.catalog.rules import checked, folded, sku_key
from botops.catalog.views import (
    Imported,
    NewProduct,
    PictureView,
    ProductChanges,
    ProductQuery,
    ProductView,
)
from botops.kernel import clock
from botops.kernel.errors import Conflict, NotFound, Refused
from botops.kernel.events import Bus, PublicEvent
from botops.kernel.paging import Page, cut
from botops.store import db
from botops.store.bulk import update_rows

if TYPE_CHECKING:
    from collections.abc import Collection


class Catalog:
    """Keeps the products of a shop, and ties them to the pictures that are named after them.

    A product is meant by its SKU, in any case, or by its id.
    """

    def __init__(self, bus: Bus, *, currency: str = "USD", merchant_id: str = "default") -> None:
        """Keep the products of a shop; `currency` is that of prices which name none."""
        self._bus = bus
        self._currency = currency
        self._merchant = merchant_id
        bus.within(PublicEvent, self._hear)

    @property
    def currency(self) -> str:
        """The currency of prices that name none."""
        return self._currency

    def use_currency(self, currency: str) -> None:
        """Let prices that name none be in this currency from now on; others stay what they are."""
        self._currency = currency

    def get(self, reference: str) -> ProductView:
        """Return a product.

        Raises:
            NotFound: There is no such product.
        """
        with db.reading():
            return records.views([self._row(reference)])[0]

    def page(self, query: ProductQuery | None = None) -> Page[ProductView]:
        """Return the products that a query means, by SKU, a page at a time."""
        query = query or ProductQuery()
        rows = Product.select().where(*self._conditions(query)).order_by(Product.sku_key)
        with db.reading():
            total = rows.count()
            if query.cursor is not None:
                rows = rows.where(Product.sku_key > query.cursor)
            found = records.views(rows.limit(query.limit + 1))
        return cut(found, query.limit, total=total, cursor_of=lambda each: sku_key(each.sku))

    def search(self, text: str, *, limit: int = 20) -> list[ProductView]:
        """Return products that have all words of a text somewhere, accents or not."""
        return self.page(ProductQuery(text=text, limit=limit)).items

    def add(self, new: NewProduct) -> ProductView:
        """Add a product; pictures that were named after it before it came are linked.

        Raises:
            Refused: A field can't be used.
            Conflict: There is a product of this SKU.
        """
        values = checked(
            {
                "sku": new.sku,
                "name": new.name,
                "price": new.price,
                "currency": new.currency or self._currency,
                "stock": new.stock,
                "description": new.description,
                "category": new.category,
                "active": new.active,
            }
        )
        with db.write():
            self._refuse_taken(values["sku"])
            row = Product.create(merchant_id=self._merchant, **records.derived(values))
            return self._changed(row, settles=True)

    def edit(self, reference: str, changes: ProductChanges) -> ProductView:
        """Change a product; nothing is told when nothing is different.

        Raises:
            NotFound: There is no such product.
            Refused: A field can't be used.
            Conflict: Another product has this SKU.
        """
        wanted = checked(changes)
        with db.write():
            row = self._row(reference)
            different = {
                name: value for name, value in wanted.items() if getattr(row, name) != value
            }
            if not different:
                return records.views([row])[0]
            _refuse_bare_currency(different, wanted)
            if "sku" in different:
                self._refuse_taken(different["sku"], except_for=row)
            update_rows(Product, [records.become(row, different)])
            return self._changed(Product.get_by_id(row.id), settles="sku" in different)

    def remove(self, reference: str) -> ProductView:
        """Put a product aside and return it as it was; `restore` brings it back.

        Raises:
            NotFound: There is no such product.
        """
        with db.write():
            row = self._row(reference)
            row.deleted_at = clock.utcnow()
            row.save(only=[Product.deleted_at])
            return self._changed(row)

    def restore(self, product_id: str) -> ProductView:
        """Bring a product back that was put aside.

        Raises:
            NotFound: There was never such a product.
            Conflict: Another product has its SKU now.
        """
        with db.write():
            row: Product | None = Product.get_or_none(
                Product.merchant_id == self._merchant, Product.id == records.number(product_id)
            )
            if row is None:
                raise NotFound(f"There is no product {product_id}.")
            if row.deleted_at is None:
                return records.views([row])[0]
            self._refuse_taken(row.sku)
            row.deleted_at = None
            row.save(only=[Product.deleted_at])
            return self._changed(row, settles=True)

    def pictures_of(self, reference: str) -> list[PictureView]:
        """Return the pictures of a product, the primary one first.

        Raises:
            NotFound: There is no such product.
        """
        with db.reading():
            return pictures.of(self._row(reference).id)

    def names_of(self, media_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
        """Return the names of the products that pictures show, by the pictures' ids."""
        with db.reading():
            return records.names_by_picture(list(media_ids))

    def link(self, media_id: str, reference: str, *, first: bool = False) -> ProductView:
        """Let a picture show a product, behind the others or as the first; it may show several.

        Raises:
            NotFound: There is no such product, or no such picture.
        """
        with db.write():
            row, number = self._row(reference), records.number(media_id)
            before = pictures.of(row.id)
            try:
                linking.link_by_hand(row, number, is_first=first)
            except IntegrityError as error:
                raise NotFound(f"There is no picture {media_id}.") from error
            return self._changed(row, is_different=pictures.of(row.id) != before)

    def unlink(self, media_id: str, reference: str) -> ProductView:
        """Let a picture no longer show a product.

        Raises:
            NotFound: There is no such product.
        """
        with db.write():
            row = self._row(reference)
            was_linked = linking.unlink_by_hand(row, records.number(media_id))
            return self._changed(row, is_different=was_linked)

    def import_csv(self, file: IO[bytes]) -> Imported:
        """Add and change products by a list (see `csv_files`); what is not on it stays.

        Raises:
            Refused: The list can't be used; `details` name each line, and nothing is changed.
        """
        lines = csv_files.read(file.read(csv_files.MOST_BYTES + 1))
        with db.write():
            return bring(self._bus, lines, shop=Shop(self._merchant, self._currency))

    def export_csv(self, file: IO[str]) -> int:
        """Write all products as a list that can be imported again; return how many."""
        rows = Product.select().where(records.live(self._merchant)).order_by(Product.sku_key)
        with db.reading():
            return csv_files.write(file, rows.dicts().iterator())

    def _hear(self, event: PublicEvent) -> None:
        if event.is_from_outside:
            return
        if event.type == "media_ready":
            with db.write():
                tell(self._bus, linking.take(linking.read_arrival(event.merchant_id, event.data)))
        elif event.type in {"media_removed", "media_restored"}:
            is_hidden = event.type == "media_removed"
            with db.write():
                media_id = int(event.data["mediaId"])
                tell(self._bus, linking.set_hidden(media_id, is_hidden=is_hidden))

    def _changed(
        self, row: Product, *, settles: bool = False, is_different: bool = True
    ) -> ProductView:
        others = linking.settle([row]) if settles else set()
        if is_different:
            told = {view.id: view for view in tell(self._bus, {row.id, *others})}
            return told[str(row.id)]
        return records.views([row])[0]

    def _row(self, reference: str) -> Product:
        row = records.find(self._merchant, reference)
        if row is None:
            raise NotFound(f"There is no product {reference}.")
        return row

    def _refuse_taken(self, sku: str, *, except_for: Product | None = None) -> None:
        taken = records.by_keys(self._merchant, [sku_key(sku)])
        for row in taken.values():
            if except_for is None or row.id != except_for.id:
                raise Conflict(
                    f"There is a product with the SKU {row.sku} already: {row.name}.",
                    hint="Edit that one, or choose another SKU.",
                )

    def _conditions(self, query: ProductQuery) -> list[Any]:
        conditions: list[Any] = [records.live(self._merchant)]
        if query.category is not None:
            conditions.append(Product.category == query.category)
        if query.active is not None:
            conditions.append(Product.active == query.active)
        conditions.extend(Product.search_text.contains(word) for word in folded(query.text).split())
        return conditions


def _refuse_bare_currency(different: dict[str, Any], wanted: dict[str, Any]) -> None:
    if "currency" in different and "price" not in wanted:
        raise Refused(
            f"In {different['currency']} the price is another.", hint="Give the price, too."
        )
