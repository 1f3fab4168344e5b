"""Store: the database, and the only door to it."""

from botops.store.base import JsonField, Table, TenantTable, UtcField
from botops.store.database import Store, db

__all__ = ["JsonField", "Store", "Table", "TenantTable", "UtcField", "db"]
