"""Models: the table of secrets that are kept sealed."""

from __future__ import annotations

from peewee import AutoField, CharField, TextField

from botops.store import TenantTable, UtcField


class SecretSetting(TenantTable):
    """A secret of a shop; `shown` is what of it may be seen."""

    id = AutoField()
    name = CharField(max_length=64)
    sealed = TextField()
    shown = TextField()
    updated_at = UtcField()

    class Meta:
        """Named as in the contract."""

        table_name = "secret_settings"
