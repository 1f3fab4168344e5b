"""Merchant: commands about the shops of this installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from botops.cli.completing import merchant_ids
from botops.cli.context import table
from botops.cli.options import Group, pass_call
from botops.kernel import clock

if TYPE_CHECKING:
    from botops.accounts import MerchantView
    from botops.cli.context import Call


@click.group(cls=Group)
def merchant() -> None:
    """List the shops, add one, rename one, let one be gone."""


@merchant.command("list")
@pass_call
def list_merchants(call: Call) -> None:
    """List the shops."""
    with call.parts() as parts:
        found = parts.merchants.all()
    document = {"merchants": [each.document() for each in found], "count": len(found)}
    rows = [(each.id, each.name, clock.iso(each.created_at)) for each in found]
    call.show({**document, "next_cursor": None}, lambda: table(rows, ("id", "name", "since")))


@merchant.command()
@click.argument("merchant_id", metavar="ID")
@click.option("--name", required=True, help="What it is called.")
@pass_call
def add(call: Call, /, *, merchant_id: str, name: str) -> None:
    """Add a shop; one that was removed comes back with all that belongs to it."""
    with call.parts() as parts:
        _tell(call, parts.merchants.add(merchant_id, name))


@merchant.command()
@click.argument("merchant_id", metavar="ID", shell_complete=merchant_ids)
@click.option("--name", required=True, help="What it is called from now on.")
@pass_call
def edit(call: Call, /, *, merchant_id: str, name: str) -> None:
    """Give a shop another name."""
    with call.parts() as parts:
        _tell(call, parts.merchants.edit(merchant_id, name=name))


@merchant.command()
@click.argument("merchant_id", metavar="ID", shell_complete=merchant_ids)
@pass_call
def remove(call: Call, merchant_id: str) -> None:
    """Let a shop be gone; what belongs to it stays, and `add` brings it back."""
    with call.parts() as parts:
        gone = parts.merchants.show(merchant_id)
        parts.merchants.remove(merchant_id)
    words = (
        f'{gone.name} is gone; `botops merchant add {gone.id} --name "{gone.name}"` brings it back.'
    )
    call.show({"merchant": gone.document()}, lambda: words)


def _tell(call: Call, found: MerchantView) -> None:
    call.show({"merchant": found.document()}, lambda: f"{found.name} ({found.id}).")
