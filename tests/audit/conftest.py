"""Fixtures: rows whose changes are kept in the trail."""

from collections.abc import Callable

import pytest

from botops.store import db


@pytest.fixture
def add_product(database: object) -> Callable[..., None]:
    """Writes a product as the catalogue would."""

    def add(sku: str = "A1") -> None:
        with db.write():
            db.change(
                "INSERT INTO products (merchant_id, sku, sku_key, name, description, price, "
                "currency, category, search_text, active, created_at, updated_at) "
                "VALUES ('default', ?, ?, 'Name', '', 2500, 'USD', '', '', 1, '2026', '2026')",
                (sku, sku.lower()),
            )

    return add
