"""Views: products as the faces see and change them, and as documents of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from botops.kernel.clock import iso


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product; `price` is in minor units, times are naive UTC, the first picture is primary."""

    id: str
    sku: str
    name: str
    description: str
    price: int
    currency: str
    stock: int | None
    category: str
    active: bool
    media_ids: tuple[str, ...]
    created_at: datetime
    updated_at: datetime

    def document(self) -> dict[str, Any]:
        """Return it as the contract writes it."""
        return {
            "id": self.id,
            "sku": self.sku,
            "name": self.name,
            "description": self.description,
            "price": self.price,
            "currency": self.currency,
            "stock": self.stock,
            "category": self.category,
            "active": self.active,
            "media_ids": list(self.media_ids),
            "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        }

    def news(self) -> dict[str, Any]:
        """Return the data of `product_updated`."""
        return {
            "productId": self.id,
            "name": self.name,
            "price": self.price,
            "currency": self.currency,
            "stock": self.stock,
            "mediaIds": list(self.media_ids),
            "updatedAt": iso(self.updated_at),
        }


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of a product."""

    media_id: str
    sequence: int
    is_primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """A product to be added; without a currency it is the shop's."""

    sku: str
    name: str
    price: int
    currency: str | None = None
    stock: int | None = None
    description: str = ""
    category: str = ""
    active: bool = True


class ProductChanges(TypedDict, total=False):
    """What is to be another; what is not named stays."""

    sku: str
    name: str
    price: int
    currency: str
    stock: int | None
    description: str
    category: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductQuery:
    """Which products are meant; `text` is looked for in all their words, accents or not."""

    text: str = ""
    category: str | None = None
    active: bool | None = None
    limit: int = 100
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file has done to the list."""

    added: int
    changed: int
    unchanged: int

    def document(self) -> dict[str, int]:
        """Return it as the command line prints it."""
        return {"added": self.added, "changed": self.changed, "unchanged": self.unchanged}
