"""Home: commands about the home as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from botops.cli.options import Command, pass_call

if TYPE_CHECKING:
    from botops.cli.context import Call


@click.command(cls=Command)
@pass_call
def init(call: Call) -> None:
    """Make the home, its settings and its key; a second time changes nothing."""
    with call.parts() as parts:
        home = parts.home
    document = {"home": str(home.root), "admin_key": None, "recovery_key": None}
    call.show(document, lambda: f"The home is {home.root}.")


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--media", "with_media", is_flag=True, help="The original photos, too.")
@pass_call
def backup(call: Call, file: Path | None, *, with_media: bool) -> None:
    """Write a copy of everything that matters into one file; the key is not in it."""


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_call
def restore(call: Call, file: Path) -> None:
    """Put a backup in the place of what is there; that is kept beside it."""


@click.command(cls=Command)
@pass_call
def migrate(call: Call) -> None:
    """Bring the database to the shape that this version knows."""
