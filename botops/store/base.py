"""Base: what every table has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import CharField, DateTimeField, JSONField, Model

from botops.kernel import clock
from botops.store.database import db

if TYPE_CHECKING:
    from datetime import datetime

UTC_FORMAT = "%Y-%m-%d %H:%M:%S.%f"


class UtcField(DateTimeField):
    """A moment, naive UTC."""

    def __init__(self, *, null: bool = False) -> None:
        super().__init__(null=null, formats=[UTC_FORMAT], default=None if null else clock.utcnow)

    def db_value(self, value: datetime | str | None) -> str | datetime | None:
        """Return the moment with all six digits, so that text sorts as time does."""
        if value is None or isinstance(value, str):
            return value
        if value.tzinfo is not None:
            raise ValueError(f"{value} has a time zone; moments are kept as naive UTC")
        return value.isoformat(sep=" ", timespec="microseconds")


class JsonField(JSONField):
    """A JSON document; changed as a whole."""


class Table(Model):
    """A table of ours; its columns are made by the migrations."""

    class Meta:
        """Bound to the open database."""

        database = db.proxy
        legacy_table_names = False


class TenantTable(Table):
    """A table whose rows each belong to one shop."""

    merchant_id = CharField(default="default", max_length=64)
