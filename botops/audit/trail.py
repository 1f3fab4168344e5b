"""Trail: reads who changed what, and adds what no trigger can see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botops.audit.export import Form, export
from botops.audit.scroll import Scroll, read
from botops.audit.search import AuditQuery, search
from botops.audit.verify import Verdict, verify
from botops.audit.views import EntryView, State
from botops.kernel.errors import NotFound
from botops.kernel.paging import Page, cut, row_number
from botops.security.redact import redact_document
from botops.store import db
from botops.store.triggers import entry_sql

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOTE = entry_sql(
    dict.fromkeys(
        (
            "merchant_id", "action", "target_type", "target_id", "before_state", "after_state",
        ),
        "?",
    )
)  # fmt: skip


class Trail:
    """The trail of this home."""

    def entries(self, query: AuditQuery) -> Page[EntryView]:
        """Return the entries that a query means, newest first, a page at a time."""
        with db.reading():
            found = search(query)
            below = found.last if query.cursor is None else row_number(query.cursor) - 1
            items = read(found.down(below, query.limit + 1))
            total = found.count()
        return cut(items, query.limit, total=total, cursor_of=lambda entry: entry.id)

    def scroll(self, query: AuditQuery) -> Scroll:
        """Return the entries that a query means, to be read at any place."""
        return Scroll(query)

    def export(self, query: AuditQuery, folder: Path, *, form: Form) -> tuple[Path, int]:
        """Write the entries of a query into a new file of a folder; return where, and how many.

        Raises:
            StorageTrouble: It can't be written.
        """
        return export(query, folder, form=form)

    def show(self, entry_id: str) -> EntryView:
        """Return one entry.

        Raises:
            NotFound: There is none of this id.
        """
        found = read([row_number(entry_id)])
        if not found:
            raise NotFound(f"There is no entry {entry_id} in the trail.")
        return found[0]

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

    def verify(self, progress: Callable[[int], None] | None = None) -> Verdict:
        """Tell whether every entry is there and as it was written.

        `progress` is told now and then how many were checked; what it raises ends the check.
        """
        return verify(progress)


def _text(state: dict[str, Any]) -> str:
    return json.dumps(redact_document(state), ensure_ascii=False)
