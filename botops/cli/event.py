"""Event: commands about the history of what happened."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

from botops.cli.context import print_json, table
from botops.cli.options import Group, paged, pass_call
from botops.kernel import clock
from botops.kernel.errors import Unreachable, UsageProblem
from botops.kernel.platform import running_engine

if TYPE_CHECKING:
    from botops.cli.context import Call
    from botops.events.views import EventView

LOOK_EVERY = 0.1  # seconds
LOOK_FOR_ENGINE_EVERY = 2.0  # seconds


@click.group(cls=Group)
def event() -> None:
    """Look at what happened, follow it, tell of something."""


@event.command("list")
@click.option("--type", "kind", help="Only this type.")
@paged
@pass_call
def list_events(call: Call, /, *, kind: str | None, limit: int, cursor: str | None) -> None:
    """List what happened, the newest first."""
    from botops.events.history import EventQuery

    with call.parts() as parts:
        page = parts.history.page(EventQuery(type=kind, limit=limit, cursor=cursor))
    document = {
        "events": [each.document() for each in page.items],
        "count": len(page.items),
        "next_cursor": page.next_cursor,
    }
    call.show(
        document, lambda: table([_row(each) for each in page.items], ("time", "type", "data"))
    )


@event.command()
@click.option("--type", "kind", help="Only this type.")
@pass_call
def tail(call: Call, kind: str | None) -> None:
    """Follow what happens, one line each, until ctrl+c; an engine must run."""
    with call.parts() as parts:
        seen, looked = parts.history.last_seq(), 0.0
        while True:
            if clock.monotonic() - looked > LOOK_FOR_ENGINE_EVERY:
                looked = clock.monotonic()
                if running_engine(call.home.lock) is None:
                    raise Unreachable("No engine runs on this home.", hint="Start `botops serve`.")
            for each in parts.history.after(seen):
                seen = each.seq
                if kind in (None, each.type):
                    _print(call, each)
            time.sleep(LOOK_EVERY)


@event.command()
@click.argument("kind", metavar="TYPE")
@click.option("--data", default="{}", metavar="JSON", help="An object.")
@pass_call
def publish(call: Call, /, *, kind: str, data: str) -> None:
    """Tell all who follow of something that happened elsewhere."""
    try:
        content: Any = json.loads(data)
    except ValueError as error:
        raise UsageProblem(f"--data is not JSON: {error}.") from error
    with call.parts() as parts:
        told = parts.history.publish(kind, content)
    call.show({"event": told.document()}, lambda: told.id)


def _print(call: Call, each: EventView) -> None:
    if call.wants_json:
        print_json(each.document())
    else:
        click.echo("  ".join(_row(each)))


def _row(each: EventView) -> tuple[str, str, str]:
    data = json.dumps(each.data, ensure_ascii=False)
    return (clock.iso(each.timestamp), each.type, data)
