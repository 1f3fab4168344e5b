"""Secrets: settings that are kept sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import SQL, AutoField, CharField, DateTimeField, Model, TextField

if TYPE_CHECKING:
    from peewee import Database


class SecretSettings(Model):
    """Secrets of a shop: sealed, and what of them may be shown."""

    id = AutoField()
    merchant_id = CharField(
        max_length=64, constraints=[SQL("REFERENCES merchants (id) ON DELETE RESTRICT")]
    )
    name = CharField(max_length=64)
    sealed = TextField()
    shown = TextField()
    updated_at = DateTimeField()

    class Meta:
        """Named as in the contract."""

        table_name = "secret_settings"


def up(_migrator: object, db: Database) -> None:
    """Make the table; a shop has each secret once."""
    with db.bind_ctx([SecretSettings]):
        db.create_tables([SecretSettings], safe=False)
    db.execute_sql(
        "CREATE UNIQUE INDEX secret_settings_name ON secret_settings (merchant_id, name)"
    )
