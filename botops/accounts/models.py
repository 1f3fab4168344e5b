"""Models: the table of shops."""

from __future__ import annotations

from peewee import CharField, TextField

from botops.store import Table, UtcField


class Merchant(Table):
    """A shop."""

    id = CharField(primary_key=True, max_length=64)
    name = TextField()
    created_at = UtcField()
    updated_at = UtcField()
    deleted_at = UtcField(null=True)

    class Meta:
        """Named as in the contract."""

        table_name = "merchants"
