"""Audit: commands about who changed what."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botops.cli.context import print_json, table
from botops.cli.moments import moment
from botops.cli.options import Group, paged, pass_call
from botops.kernel.errors import Refused

if TYPE_CHECKING:
    from botops.audit import AuditQuery, EntryView
    from botops.cli.context import Call

WIDEST = 60  # characters of what has changed


@click.group(cls=Group)
def audit() -> None:
    """Look at who changed what; check that nobody has rewritten it."""


def _filters(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--who", default="", help="How the name of who acted begins."),
        click.option("--what", help="insert, update, remove, restore, set, unset or rotate."),
        click.option("--about", metavar="TYPE[/ID]", help="Such as settings/media.max_size."),
        click.option("--since", metavar="WHEN", help="Such as 2026-11-23, today or 2h."),
        click.option("--until", metavar="WHEN", help="Not itself."),
        click.option("--merchant", help="Only what belongs to this shop."),
        click.option("-q", "text", default="", help="Words in names, ids and values."),
    ):
        function = option(function)
    return function


@audit.command("list")
@_filters
@paged
@pass_call
def list_entries(call: Call, /, *, limit: int, cursor: str | None, **filters: Any) -> None:
    """List entries of the trail, the newest first."""
    query = _query(filters, limit=limit, cursor=cursor)
    with call.parts() as parts:
        page = parts.trail.entries(query)
    document = {
        "entries": [each.document() for each in page.items],
        "count": len(page.items),
        "total": page.total,
        "next_cursor": page.next_cursor,
    }
    call.show(document, lambda: _table(page.items))


@audit.command()
@pass_call
def verify(call: Call) -> int:
    """Check that every entry is there and as it was written; each is tied to the one before."""
    with call.parts() as parts:
        verdict = parts.trail.verify()
    told = {
        "ok": verdict.ok,
        "checked": verdict.checked,
        "broken_id": verdict.broken_id,
        "reason": verdict.reason,
    }
    if verdict.ok:
        many = "One entry" if verdict.checked == 1 else f"{verdict.checked} entries"
        call.show({"verdict": told}, lambda: f"{many}, and the chain is whole.")
        return 0
    error = Refused(
        f"The trail is broken at entry {verdict.broken_id}: {verdict.reason}.",
        hint="Somebody has changed it past this program. A backup has it as it was then.",
        code="trail_broken",
    )
    if not call.wants_json:
        raise error
    failure = {"success": False, "error": error.message, "code": error.reason_code}
    print_json({**failure, "hint": error.hint, "verdict": told})
    return error.exit_code


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(("csv", "jsonl")), help="[default: by name]")
@_filters
@pass_call
def export(call: Call, /, *, file: Path | None, form: str | None, **filters: Any) -> None:
    """Write entries to a file or to stdout, the newest first: CSV, or one JSON object a line."""
    from botops.audit.export import write

    chosen: Any = form or ("jsonl" if file and file.suffix in (".jsonl", ".json") else "csv")
    query = _query(filters)
    with call.parts():
        if file is None:
            write(sys.stdout, query, form=chosen)
            return
        from botops.kernel.files import written

        with written(file.absolute()) as part, part.open("w", encoding="utf-8", newline="") as out:
            count = write(out, query, form=chosen)
    call.show({"file": str(file), "count": count}, lambda: f"{count} entries written to {file}.")


def _query(filters: dict[str, Any], **page: Any) -> AuditQuery:
    from botops.audit import AuditQuery

    target_type, _, target_id = (filters["about"] or "").partition("/")
    return AuditQuery(
        who=filters["who"],
        verb=filters["what"],
        target_type=target_type or None,
        target_id=target_id or None,
        merchant_id=filters["merchant"],
        text=filters["text"],
        since=filters["since"] and moment(filters["since"]),
        until=filters["until"] and moment(filters["until"]),
        **page,
    )


def _table(found: list[EntryView]) -> str:
    rows = [
        (
            each.id,
            each.created_at,
            each.actor,
            each.verb,
            f"{each.target_type}/{each.target_id}",
            each.actor_role,
            _changes(each),
        )
        for each in found
    ]
    return table(rows, ("id", "when", "who", "what", "about", "from", "changes"))


def _changes(entry: EntryView) -> str:
    if entry.before_state is None or entry.after_state is None:
        return ""
    said = ", ".join(
        f"{'' if name == 'value' else f'{name} '}{before} → {after}"
        for name, (before, after) in entry.changes.items()
        if name != "updated_at"
    )
    return said if len(said) <= WIDEST else f"{said[: WIDEST - 1]}…"
