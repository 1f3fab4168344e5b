"""Queue: commands about queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from botops.cli.completing import queue_names
from botops.cli.context import table
from botops.cli.options import Group, pass_call

if TYPE_CHECKING:
    from botops.cli.context import Call
    from botops.jobs.views import QueueView


@click.group(cls=Group)
def queue() -> None:
    """Look at the queues, hold them, let them go on."""


@queue.command("list")
@pass_call
def list_queues(call: Call) -> None:
    """List the queues with what is in them."""
    with call.parts() as parts:
        found = parts.jobs.queues()
    document = {"queues": [each.document() for each in found], "count": len(found)}
    call.show({**document, "next_cursor": None}, lambda: queue_table(found))


@queue.command()
@click.argument("name", shell_complete=queue_names)
@pass_call
def pause(call: Call, name: str) -> None:
    """Let no more jobs of a queue begin."""
    with call.parts() as parts:
        parts.jobs.pause(name)
        _show(call, parts.jobs.queues(), name=name)


@queue.command()
@click.argument("name", shell_complete=queue_names)
@pass_call
def resume(call: Call, name: str) -> None:
    """Let the jobs of a queue begin again."""
    with call.parts() as parts:
        parts.jobs.resume(name)
        _show(call, parts.jobs.queues(), name=name)


def queue_table(found: list[QueueView]) -> str:
    """Return queues as text."""
    head = ("queue", "waiting", "delayed", "active", "completed", "failed", "")
    rows = [
        (
            each.name,
            str(each.waiting),
            str(each.delayed),
            str(each.active),
            str(each.completed),
            str(each.failed),
            "paused" if each.paused else "",
        )
        for each in found
    ]
    return table(rows, head)


def _show(call: Call, found: list[QueueView], *, name: str) -> None:
    [one] = [each for each in found if each.name == name]
    word = "paused" if one.paused else "running"
    call.show({"queue": one.document()}, lambda: f"{name} is {word}.")
