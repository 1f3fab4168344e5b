"""Trail: reads who changed what, and adds what no trigger can see."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from botops.audit.models import AuditEntry
from botops.audit.verify import Verdict, verify
from botops.audit.views import EntryView, State
from botops.kernel.errors import NotFound
from botops.kernel.paging import Page, cut, row_number
from botops.security.redact import redact_document
from botops.store import db
from botops.store.triggers import entry_sql

if TYPE_CHECKING:
    from peewee import Expression

NOTE = entry_sql(
    dict.fromkeys(
        (
            "merchant_id", "action", "target_type", "target_id", "before_state", "after_state",
        ),
        "?",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which entries are meant; `text` is looked for in states, ids and names of who acted."""

    actor: str | None = None
    action: str | None = None
    target_type: str | None = None
    target_id: str | None = None
    merchant_id: str | None = None
    text: str = ""
    limit: int = 100
    cursor: str | None = None


class Trail:
    """The trail of this home."""

    def entries(self, query: AuditQuery) -> Page[EntryView]:
        """Return the entries that a query means, newest first, a page at a time."""
        rows = AuditEntry.select().order_by(AuditEntry.id.desc())
        for condition in _conditions(query):
            rows = rows.where(condition)
        with db.reading():
            total = rows.count()
            if query.cursor is not None:
                rows = rows.where(AuditEntry.id < row_number(query.cursor))
            found = [_view(row) for row in rows.limit(query.limit + 1)]
        return cut(found, query.limit, total=total, cursor_of=lambda entry: entry.id)

    def show(self, entry_id: str) -> EntryView:
        """Return one entry.

        Raises:
            NotFound: There is none of this id.
        """
        with db.reading():
            row = AuditEntry.get_or_none(AuditEntry.id == row_number(entry_id))
        if row is None:
            raise NotFound(f"There is no entry {entry_id} in the trail.")
        return _view(row)

    def note(
        self,
        action: str,
        target_type: str,
        *,
        target_id: str,
        before: State = None,
        after: State = None,
    ) -> None:
        """Add what lies outside of the tables, such as a changed setting; secrets are masked."""
        states = [None if state is None else _text(state) for state in (before, after)]
        with db.write():
            db.change(NOTE, ("default", action, target_type, target_id, *states))

    def verify(self) -> Verdict:
        """Tell whether every entry is there and as it was written."""
        return verify()


def _text(state: dict[str, Any]) -> str:
    return json.dumps(redact_document(state), ensure_ascii=False)


def _conditions(query: AuditQuery) -> list[Expression]:
    exact = ("actor", "action", "target_type", "target_id", "merchant_id")
    conditions: list[Any] = [
        getattr(AuditEntry, name) == getattr(query, name)
        for name in exact
        if getattr(query, name) is not None
    ]
    searched = ("actor", "target_type", "target_id", "before_state", "after_state")
    for word in query.text.split():
        found = [getattr(AuditEntry, name).contains(word) for name in searched]
        conditions.append(reduce(or_, found))
    return conditions


def _view(row: AuditEntry) -> EntryView:
    return EntryView(
        id=str(row.id),
        created_at=row.created_at,
        merchant_id=row.merchant_id,
        actor=row.actor,
        actor_role=row.actor_role,
        action=row.action,
        target_type=row.target_type,
        target_id=row.target_id,
        before_state=json.loads(row.before_state) if row.before_state else None,
        after_state=json.loads(row.after_state) if row.after_state else None,
        ip_address=row.ip_address,
        user_agent=row.user_agent,
        fingerprint=row.fingerprint,
    )
