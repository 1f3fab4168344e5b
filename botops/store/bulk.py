"""Bulk: many rows at once, at the price of the database instead of that of its mapper."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botops.store.base import JsonField
from botops.store.database import db

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from peewee import Field

    from botops.store.base import Table


def insert_rows(model: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, all with the same fields, in the caller's transaction; each has every field."""
    if not rows:
        return
    fields = [model._meta.fields[name] for name in rows[0]]
    columns = ", ".join(field.column_name for field in fields)
    marks = ", ".join("?" * len(fields))
    db.change_many(
        f"INSERT INTO {model._meta.table_name} ({columns}) VALUES ({marks})",  # noqa: S608 - own names
        [[_stored(field, row) for field in fields] for row in rows],
    )


def update_rows(model: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
    """Change rows by their `id`, all in the same fields, in the caller's transaction."""
    if not rows:
        return
    fields = [model._meta.fields[name] for name in rows[0] if name != "id"]
    changes = ", ".join(f"{field.column_name} = ?" for field in fields)
    db.change_many(
        f"UPDATE {model._meta.table_name} SET {changes} WHERE id = ?",  # noqa: S608 - own names
        [[*(_stored(field, row) for field in fields), row["id"]] for row in rows],
    )


def _stored(field: Field, row: Mapping[str, Any]) -> Any:
    value = row[field.name]
    if isinstance(field, JsonField):  # whose own way is a function of SQL, not a value
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return field.db_value(value)
