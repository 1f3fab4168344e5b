"""Models: the table of past events."""

from __future__ import annotations

from peewee import BigAutoField, CharField, DoubleField, TextField

from botops.store import JsonField, TenantTable


class PastEvent(TenantTable):
    """Something that happened; `timestamp` is epoch seconds, `seq` the order of the commits."""

    seq = BigAutoField()
    id = CharField(max_length=40)
    type = TextField()
    timestamp = DoubleField()
    data = JsonField()

    class Meta:
        """Named as in the contract."""

        table_name = "events"
