"""Verify: whether the trail is whole, each entry being tied to the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from botops.audit.models import AuditEntry
from botops.store import db
from botops.store.fingerprint import fingerprint
from botops.store.triggers import ENTRY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the trail is whole; if not, at which entry it breaks, and what is wrong there."""

    ok: bool
    checked: int
    broken_id: str | None = None
    reason: str = ""


def verify(progress: Callable[[int], None] | None = None) -> Verdict:
    """Read the trail from its beginning and calculate each fingerprint again.

    `progress` is told now and then how many were checked; what it raises ends the check.
    """
    before: str | None = None
    checked = 0
    for number, stored, *said in _entries():
        if number != checked + 1:
            return _broken(checked, "an entry is missing")
        if stored != fingerprint(before, *said):
            return _broken(checked, "an entry was changed")
        before, checked = stored, number
        if progress is not None and checked % BATCH == 0:
            progress(checked)
    if checked < _last_given():
        return _broken(checked, "the last entries are missing")
    return Verdict(ok=True, checked=checked)


def _entries() -> Iterator[tuple[int, str, object]]:
    """Give each entry as its number, its fingerprint, and what the fingerprint covers."""
    fields = [getattr(AuditEntry, name) for name in ("id", "fingerprint", *ENTRY_COLUMNS)]
    last = 0
    while True:
        rows = AuditEntry.select(*fields).where(AuditEntry.id > last).order_by(AuditEntry.id)
        with db.reading():
            batch = cast("list[tuple[int, str, object]]", list(rows.limit(BATCH).tuples()))
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1][0]


def _last_given() -> int:
    """Return the number of the last entry that was ever written, whether it is there or not."""
    rows = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit_logs'")
    return int(rows[0][0]) if rows else 0


def _broken(checked: int, reason: str) -> Verdict:
    return Verdict(ok=False, checked=checked, broken_id=str(checked + 1), reason=reason)
