"""Export: the entries of a query as a file, for a spreadsheet or for another program."""

from __future__ import annotations

import csv
import json
from typing import IO, TYPE_CHECKING, Any, Literal

from botops.audit.scroll import Scroll
from botops.kernel import clock
from botops.kernel.files import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from botops.audit.search import AuditQuery
    from botops.audit.views import EntryView

Form = Literal["csv", "jsonl"]
BATCH = 500
COLUMNS = (
    "id", "created_at", "merchant_id", "actor", "actor_role", "action", "target_type", "target_id",
    "before_state", "after_state", "ip_address", "user_agent", "fingerprint",
)  # fmt: skip
# What a spreadsheet would take for a formula, were there no apostrophe before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(query: AuditQuery, folder: Path, *, form: Form) -> tuple[Path, int]:
    """Write the entries of a query into a new file of a folder; return where, and how many.

    Raises:
        StorageTrouble: It can't be written.
    """
    moment = clock.local(clock.epoch()).strftime("%Y-%m-%d-%H%M%S")
    file = folder / f"audit-{moment}.{form}"
    with written(file) as part, part.open("w", encoding="utf-8", newline="") as stream:
        count = write(stream, query, form=form)
    return file, count


def write(stream: IO[str], query: AuditQuery, *, form: Form) -> int:
    """Write the entries of a query, newest first; return how many there were."""
    entries = _entries(Scroll(query))
    return _write_csv(stream, entries) if form == "csv" else _write_jsonl(stream, entries)


def _entries(scroll: Scroll) -> Iterator[EntryView]:
    first = 0
    while entries := scroll.read(first, BATCH):
        yield from entries
        first += BATCH


def _write_jsonl(stream: IO[str], entries: Iterator[EntryView]) -> int:
    count = 0
    for entry in entries:
        stream.write(json.dumps(entry.document(), ensure_ascii=False) + "\n")
        count += 1
    return count


def _write_csv(stream: IO[str], entries: Iterator[EntryView]) -> int:
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    count = 0
    for entry in entries:
        document = entry.document()
        writer.writerow([_cell(document[name]) for name in COLUMNS])
        count += 1
    return count


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(_FORMULA) else text
