"""Triggers: the database itself keeps the trail, so that nothing writes around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.store.database import db

if TYPE_CHECKING:
    from collections.abc import Iterator

# Table -> columns whose values are never written into the trail.
AUDITED: dict[str, tuple[str, ...]] = {
    "merchants": (),
    "products": (),
}
# Changes of these columns alone are not worth an entry.
UNREMARKABLE = frozenset({"updated_at"})
# Columns that follow from others are not written into the trail.
DERIVED = frozenset({"sku_key", "search_text"})
ENTRY_COLUMNS = (
    "created_at", "merchant_id", "actor", "actor_role", "action", "target_type", "target_id",
    "before_state", "after_state", "ip_address", "user_agent",
)  # fmt: skip
_LAST = "(SELECT fingerprint FROM audit_logs ORDER BY id DESC LIMIT 1)"


def install_audit() -> None:
    """Make the triggers of all audited tables anew, and those that keep the trail whole."""
    for table, secret in AUDITED.items():
        for action in ("insert", "update", "delete"):
            db.change(f"DROP TRIGGER IF EXISTS audit_{table}_{action}")
        for statement in _table_triggers(table, secret):
            db.change(statement)
    for action in ("UPDATE", "DELETE"):
        name = f"audit_logs_no_{action.lower()}"
        db.change(f"DROP TRIGGER IF EXISTS {name}")
        db.change(
            f"CREATE TRIGGER {name} BEFORE {action} ON audit_logs "
            "BEGIN SELECT RAISE(ABORT, 'the history cannot be edited'); END"
        )


def entry_sql(values: dict[str, str]) -> str:
    """Return the INSERT of one entry, given an SQL expression for each column."""
    columns = ", ".join([*values, "fingerprint"])
    listed = ", ".join(values.values())
    return (
        f"INSERT INTO audit_logs ({columns}) VALUES ({listed}, "  # noqa: S608 - from our own names
        f"botops_fingerprint({_LAST}, {listed}))"
    )


def _table_triggers(table: str, secret: tuple[str, ...]) -> Iterator[str]:
    columns = [
        row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in DERIVED
    ]
    changed = " OR ".join(
        f"OLD.{column} IS NOT NEW.{column}" for column in columns if column not in UNREMARKABLE
    )
    old, new = (_as_json(row, columns, secret) for row in ("OLD", "NEW"))
    for action, guard, row, before, after in (
        ("insert", "", "NEW", "NULL", new),
        ("update", f"WHEN {changed}", "NEW", old, new),
        ("delete", "", "OLD", old, "NULL"),
    ):
        merchant = f"{row}.merchant_id" if "merchant_id" in columns else f"{row}.id"
        entry = entry_sql(
            dict(
                zip(
                    ENTRY_COLUMNS,
                    (
                        "botops_now()", merchant, "botops_actor()", "botops_actor_role()",
                        f"'{action}'", f"'{table}'", f"CAST({row}.id AS TEXT)", before, after,
                        "botops_actor_address()", "botops_actor_agent()",
                    ),
                    strict=True,
                )
            )
        )  # fmt: skip
        yield (
            f"CREATE TRIGGER audit_{table}_{action} AFTER {action.upper()} ON {table} {guard} "
            f"BEGIN {entry}; END"
        )


def _as_json(row: str, columns: list[str], secret: tuple[str, ...]) -> str:
    pairs = [
        f"'{column}', CASE WHEN {row}.{column} IS NULL THEN NULL ELSE '***' END"
        if column in secret
        else f"'{column}', {row}.{column}"
        for column in columns
    ]
    return f"json_object({', '.join(pairs)})"
