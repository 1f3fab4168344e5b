"""Importing: brings the products of a shop to what a list says, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botops.catalog import csv_files, linking, records
from botops.catalog.models import Product
from botops.catalog.news import tell
from botops.catalog.rules import checked, sku_key
from botops.catalog.views import Imported
from botops.kernel import clock
from botops.kernel.errors import BotOpsError
from botops.store.bulk import insert_rows, update_rows

if TYPE_CHECKING:
    from botops.catalog.csv_files import Line
    from botops.kernel.events import Bus

# In these columns an empty cell says nothing: the product keeps what it has.
KEPT_IF_EMPTY = frozenset({"currency", "active"})
NEEDED = ("name", "price")
DEFAULTS: dict[str, Any] = {"stock": None, "description": "", "category": "", "active": True}


@dataclass(frozen=True, slots=True)
class Shop:
    """Whose products they are, and the currency of prices that name none."""

    merchant_id: str
    currency: str


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a line wants: the row that is there, and the fields that are to be others."""

    row: Product | None
    fields: dict[str, Any]


def bring(bus: Bus, lines: list[Line], *, shop: Shop) -> Imported:
    """Add and change products as lines say, in the caller's transaction.

    Raises:
        Refused: A line can't be used; `details` say which, and why.
    """
    wishes = _Reading(shop, lines).wishes()
    new = [each.fields for each in wishes if each.row is None]
    different = [
        records.become(each.row, each.fields)
        for each in wishes
        if each.row is not None and each.fields
    ]
    added = _add(shop, new)
    update_rows(Product, different)
    ids = {row.id for row in added} | {fields["id"] for fields in different}
    tell(bus, ids | linking.settle(added))
    return Imported(len(new), len(different), len(wishes) - len(new) - len(different))


def _add(shop: Shop, new: list[dict[str, Any]]) -> list[Product]:
    defaults = {
        **DEFAULTS,
        "merchant_id": shop.merchant_id,
        "currency": shop.currency,
        "created_at": clock.utcnow(),
        "updated_at": clock.utcnow(),
    }
    rows = [records.derived({**defaults, **fields}) for fields in new]
    insert_rows(Product, rows)
    return list(records.by_keys(shop.merchant_id, [row["sku_key"] for row in rows]).values())


class _Reading:
    """Turns lines into wishes, and gathers what is wrong with them."""

    def __init__(self, shop: Shop, lines: list[Line]) -> None:
        self._currency = shop.currency
        self._lines = lines
        self._problems: list[str] = []
        keys = (sku_key(line.cells["sku"].strip()) for line in lines)
        self._rows = records.by_keys(shop.merchant_id, dict.fromkeys(keys))

    def wishes(self) -> list[_Wish]:
        first_seen: dict[str, int] = {}
        wishes = []
        for line in self._lines:
            key = sku_key(line.cells["sku"].strip())
            if first_seen.setdefault(key, line.number) != line.number:
                self._complain(line, f"SKU {line.cells['sku']} is on line {first_seen[key]}, too.")
            wishes.append(self._wish(line, self._rows.get(key)))
        if self._problems:
            raise csv_files.refused(self._problems)
        return wishes

    def _wish(self, line: Line, row: Product | None) -> _Wish:
        if row is None:
            self._expect(line, NEEDED, why="the product is new")
            return _Wish(None, self._fields(line, self._currency))
        fields = self._fields(line, row.currency)
        del fields["sku"]  # it is how the product was found; its writing stays
        different = {name: value for name, value in fields.items() if getattr(row, name) != value}
        if "currency" in different:
            self._expect(line, ("price",), why=f"the currency was {row.currency}")
        return _Wish(row, different)

    def _fields(self, line: Line, currency: str) -> dict[str, Any]:
        currency = line.cells.get("currency", "").strip().upper() or currency
        fields: dict[str, Any] = {}
        for column, cell in line.cells.items():
            if cell.strip() or column not in KEPT_IF_EMPTY:
                try:
                    value = csv_files.value(column, cell, currency=currency)
                    fields |= checked({column: value})
                except BotOpsError as error:
                    fields[column] = None
                    self._complain(line, _sentence(column, error))
        return fields

    def _expect(self, line: Line, columns: tuple[str, ...], *, why: str) -> None:
        for column in columns:
            if column not in line.cells:
                self._complain(line, f"{column} is needed, since {why}.")

    def _complain(self, line: Line, sentence: str) -> None:
        self._problems.append(f"line {line.number}: {sentence}")


def _sentence(column: str, error: BotOpsError) -> str:
    """Return an error as the end of a sentence about a line: `price 'abc' is not an amount.`."""
    said = error.message
    said = f"{column} {said}" if said.startswith("'") else f"{said[0].lower()}{said[1:]}"
    return f"{said} {error.hint}".strip()
