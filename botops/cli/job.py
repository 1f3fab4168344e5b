"""Job: commands about jobs."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from botops.cli.completing import queue_names
from botops.cli.context import table
from botops.cli.options import Group, paged, pass_call
from botops.cli.queue import queue_table
from botops.jobs.states import STATES
from botops.kernel.clock import iso_or_none
from botops.kernel.errors import NotFound, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.cli.context import Call
    from botops.jobs.desk import JobDesk, JobQuery
    from botops.jobs.views import JobView


@click.group(cls=Group)
def job() -> None:
    """Look at jobs, try them again, stop them."""


def _filters(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--queue", help="Only this queue.", shell_complete=queue_names),
        click.option("--state", type=click.Choice(STATES), multiple=True, help="Only this state."),
        click.option("--kind", help="Only this kind."),
        click.option("-q", "text", default="", help="Words in what it is about, or its error."),
    ):
        function = option(function)
    return function


@job.command("list")
@_filters
@paged
@pass_call
def list_jobs(call: Call, /, *, limit: int, cursor: str | None, **filters: Any) -> None:
    """List jobs, the newest first."""
    with call.parts() as parts:
        page = parts.jobs.page(_query(filters, limit=limit, cursor=cursor))
    document = {
        "jobs": [each.document() for each in page.items],
        "count": len(page.items),
        "total": page.total,
        "next_cursor": page.next_cursor,
    }
    call.show(document, lambda: _job_table(page.items))


@job.command()
@click.argument("job_id", metavar="ID")
@pass_call
def show(call: Call, job_id: str) -> None:
    """Show a job with all its tries."""
    with call.parts() as parts:
        found = parts.jobs.show(job_id)
    call.show({"job": found.document()}, lambda: _job_text(found))


@job.command()
@click.argument("job_ids", metavar="[ID]...", nargs=-1)
@_filters
@pass_call
def retry(call: Call, /, job_ids: tuple[str, ...], **filters: Any) -> None:
    """Try jobs again: by number, or all that the filters mean."""
    _change(call, job_ids, filters=filters, verb="retry", done="to be tried again")


@job.command()
@click.argument("job_ids", metavar="[ID]...", nargs=-1)
@_filters
@pass_call
def cancel(call: Call, /, job_ids: tuple[str, ...], **filters: Any) -> None:
    """Stop jobs: by number, or all that the filters mean."""
    _change(call, job_ids, filters=filters, verb="cancel", done="stopped")


@job.command()
@click.argument("job_ids", metavar="[ID]...", nargs=-1)
@_filters
@pass_call
def discard(call: Call, /, job_ids: tuple[str, ...], **filters: Any) -> None:
    """Give jobs up: waiting ones become failed, ended ones are removed for good."""
    _change(call, job_ids, filters=filters, verb="discard", done="given up")


@job.command()
@click.argument("queue", shell_complete=queue_names)
@click.argument("kind")
@click.option("--args", "arguments", default="{}", metavar="JSON", help="An object.")
@click.option("--priority", type=click.IntRange(-1000, 1000), default=0, help="Higher goes first.")
@click.option("--delay", type=click.FloatRange(min=0), default=0.0, help="Seconds.")
@click.option("--max-attempts", type=click.IntRange(1, 100), help="How often it is tried.")
@click.option("--idempotency-key", metavar="K", help="The same key again is the same job.")
@click.option("--count", type=click.IntRange(1, 1_000_000), default=1, help="So many of them.")
@pass_call
def enqueue(call: Call, /, *, queue: str, kind: str, count: int, **wanted: Any) -> None:
    """Add a job; `botops job enqueue message_sending probe` is one for trying things out."""
    args = _parsed(wanted.pop("arguments"))
    with call.parts() as parts:
        options = _options(queue, wanted)
        added = parts.jobs.enqueue_many(kind, args, options=options, count=count)
        jobs = [parts.jobs.show(str(each.id)) for each in added[:1000]]
    if count == 1:
        call.show({"job": jobs[0].document()}, lambda: f"Job {jobs[0].id}.")
    else:
        document = {"jobs": [each.document() for each in jobs], "count": len(added)}
        call.show(document, lambda: f"{len(added)} jobs.")


@job.command()
@pass_call
def stats(call: Call) -> None:
    """Count the jobs of each queue."""
    with call.parts() as parts:
        found, rows = parts.jobs.queues(), parts.jobs.probe_rows()
    document = {"queues": [each.document() for each in found], "probe_rows": rows}
    call.show(document, lambda: queue_table(found))


def _query(filters: dict[str, Any], *, limit: int = 100, cursor: str | None = None) -> JobQuery:
    from botops.jobs.desk import JobQuery

    return JobQuery(
        queue=filters["queue"],
        state=filters["state"] or None,
        kind=filters["kind"],
        text=filters["text"],
        limit=limit,
        cursor=cursor,
    )


def _change(
    call: Call, job_ids: tuple[str, ...], *, filters: dict[str, Any], verb: str, done: str
) -> None:
    if not job_ids and not any(filters.values()):
        raise UsageProblem("Which jobs?", hint="Name their numbers, or a filter such as --state.")
    with call.parts() as parts:
        desk = parts.jobs
        by_id = {"retry": desk.retry, "cancel": desk.cancel, "discard": desk.discard}
        by_filter = {
            "retry": desk.retry_where,
            "cancel": desk.cancel_where,
            "discard": desk.discard_where,
        }
        if len(job_ids) == 1:
            _change_one(call, desk, job_id=job_ids[0], change=by_id[verb], done=done)
            return
        count = by_id[verb](job_ids) if job_ids else by_filter[verb](_query(filters))
    call.show({"count": count}, lambda: f"{count} jobs {done}.")


def _change_one(
    call: Call, desk: JobDesk, *, job_id: str, change: Callable[[list[str]], int], done: str
) -> None:
    found = desk.show(job_id)
    change([job_id])
    with suppress(NotFound):  # a job that had ended and was given up is gone
        found = desk.show(job_id)
    call.show({"job": found.document()}, lambda: f"Job {found.id} {done}.")


def _parsed(text: str) -> dict[str, Any]:
    try:
        args = json.loads(text)
    except ValueError as error:
        raise UsageProblem(f"--args is not JSON: {error}.") from error
    if not isinstance(args, dict):
        raise UsageProblem('--args takes a JSON object, such as {"value": "x"}.')
    return args


def _options(queue: str, wanted: dict[str, Any]) -> Any:
    from botops.jobs.ledger import JobOptions

    return JobOptions(queue=queue, **wanted)


def _job_table(found: list[JobView]) -> str:
    rows = [
        (
            each.id,
            each.queue,
            each.kind,
            each.state,
            f"{each.attempt}/{each.max_attempts}",
            each.about,
            (each.error or "").partition("\n")[0][:60],
        )
        for each in found
    ]
    return table(rows, ("id", "queue", "kind", "state", "tries", "about", "error"))


def _job_text(found: JobView) -> str:
    lines = [f"{key:<14}{value}" for key, value in found.document().items() if key != "attempts"]
    for number, attempt in enumerate(found.attempts, start=1):
        times = f"{iso_or_none(attempt.started_at)} – {iso_or_none(attempt.finished_at)}"
        lines.append(f"try {number:<10}{times}  {attempt.error or ''}")
    return "\n".join(lines)
