"""Triggers: the database itself keeps the trail, so that nothing writes around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.store.database import db
from botops.store.marks import fill_sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Table -> columns whose values are never written into the trail.
AUDITED: dict[str, tuple[str, ...]] = {
    "merchants": (),
    "products": (),
    "secret_settings": ("sealed",),
}
# Table -> how its entries call what was changed, and the column by which they name a row.
TOLD_AS = {"secret_settings": ("settings", "name")}
# Changes of these columns alone are not worth an entry.
UNREMARKABLE = frozenset({"updated_at"})
# Columns that follow from others are not written into the trail.
DERIVED = frozenset({"sku_key", "search_text"})
MASK = "***"
# What an entry says, in the order in which its fingerprint covers it.
ENTRY_COLUMNS = (
    "created_at", "merchant_id", "actor", "actor_role", "action", "target_type", "target_id",
    "before_state", "after_state", "ip_address", "user_agent",
)  # fmt: skip
_FROM_CONTEXT = {
    "created_at": "botops_now()",
    "actor": "botops_actor()",
    "actor_role": "botops_actor_role()",
    "ip_address": "botops_actor_address()",
    "user_agent": "botops_actor_agent()",
}
_LAST = "(SELECT fingerprint FROM audit_logs ORDER BY id DESC LIMIT 1)"
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the trail cannot be edited'); END"
_APPEND_ONLY = {
    "audit_logs_no_update": f"BEFORE UPDATE ON audit_logs {_REFUSE}",
    "audit_logs_no_delete": f"BEFORE DELETE ON audit_logs {_REFUSE}",
    # REPLACE deletes without a word where a tool has not switched recursive triggers on.
    "audit_logs_no_replace": "BEFORE INSERT ON audit_logs WHEN EXISTS "  # noqa: S608 - constants
    f"(SELECT 1 FROM audit_logs WHERE id = NEW.id) {_REFUSE}",
}
_FIND = f"AFTER INSERT ON audit_logs BEGIN {fill_sql('NEW')}; END"


def install_audit() -> list[str]:
    """Make the triggers of the trail that are missing or differ; return their names."""
    wanted = dict(_triggers())
    rows = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'audit_*'"
    )
    present = {str(name): str(sql) for name, sql in rows}
    different = sorted(
        name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name)
    )
    if different:
        with db.write():
            for name in different:
                db.change(f"DROP TRIGGER IF EXISTS {name}")
                if name in wanted:
                    db.change(wanted[name])
    return different


def entry_sql(values: Mapping[str, str]) -> str:
    """Return the INSERT of one entry, given an SQL expression for what the context doesn't know.

    Each expression is evaluated once, for the entry and its fingerprint alike: SQLite merges no
    subquery that has an OFFSET into the statement around it.
    """
    columns = ", ".join(ENTRY_COLUMNS)
    known = {**_FROM_CONTEXT, **values}
    listed = ", ".join(f"{known[column]} AS {column}" for column in ENTRY_COLUMNS)
    return (
        f"INSERT INTO audit_logs ({columns}, fingerprint) "  # noqa: S608 - from our own names
        f"SELECT {columns}, botops_fingerprint({_LAST}, {columns}) "
        f"FROM (SELECT {listed} LIMIT 1 OFFSET 0)"
    )


def _triggers() -> Iterator[tuple[str, str]]:
    for name, body in _APPEND_ONLY.items():
        yield name, f"CREATE TRIGGER {name} {body}"
    if db.execute("PRAGMA table_info(audit_words)"):
        yield "audit_logs_words", f"CREATE TRIGGER audit_logs_words {_FIND}"
    for table, secret in AUDITED.items():
        yield from _table_triggers(table, secret)


def _table_triggers(table: str, secret: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    rows = db.execute(f"PRAGMA table_info({table})")
    if not rows:
        return
    target_type, named_by = TOLD_AS.get(table, (table, "id"))
    columns = [row[1] for row in rows if row[1] not in DERIVED]
    changed = " OR ".join(
        f'OLD."{column}" IS NOT NEW."{column}"' for column in columns if column not in UNREMARKABLE
    )
    old, new = (_as_json(row, columns, secret=secret) for row in ("OLD", "NEW"))
    for action, guard, row, before, after in (
        ("insert", "", "NEW", "NULL", new),
        ("update", f"WHEN {changed} ", "NEW", old, new),
        ("delete", "", "OLD", old, "NULL"),
    ):
        entry = entry_sql(
            {
                "merchant_id": f"{row}.merchant_id" if "merchant_id" in columns else f"{row}.id",
                "action": f"'{action}'",
                "target_type": f"'{target_type}'",
                "target_id": f"CAST({row}.{named_by} AS TEXT)",
                "before_state": before,
                "after_state": after,
            }
        )
        name = f"audit_{table}_{action}"
        yield (
            name,
            f"CREATE TRIGGER {name} AFTER {action.upper()} ON {table} {guard}BEGIN {entry}; END",
        )


def _as_json(row: str, columns: list[str], *, secret: tuple[str, ...]) -> str:
    pairs = [
        f"'{column}', CASE WHEN {row}.\"{column}\" IS NULL THEN NULL ELSE '{MASK}' END"
        if column in secret
        else f"'{column}', {row}.\"{column}\""
        for column in columns
    ]
    return f"json_object({', '.join(pairs)})"
