"""Home: commands about the home as a whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botops.cli.options import Command, pass_call
from botops.kernel import clock
from botops.kernel.platform import EngineInfo, InstanceLock

if TYPE_CHECKING:
    from botops.cli.context import Call


@click.command(cls=Command)
@pass_call
def init(call: Call) -> None:
    """Make the home, its settings and its key; a second time changes nothing."""
    from botops.settings import write_default_config

    home = call.home
    home.make()
    write_default_config(home.config)
    with call.parts() as parts:  # makes the database
        key = parts.preferences.secrets.key()
    shown = key.text if key.is_new else None
    document = {"home": str(home.root), "admin_key": None, "recovery_key": shown}
    lines = [f"The home is {home.root}."]
    if shown:
        lines += [
            f"Recovery key: {shown}",
            f"It is kept in {home.key} and in no backup. Write it down: it is shown only now.",
        ]
    call.show(document, lambda: "\n".join(lines))


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--media", "with_media", is_flag=True, help="The original photos, too.")
@pass_call
def backup(call: Call, /, *, file: Path | None, with_media: bool) -> None:
    """Write a copy of the database and the settings into one file; the key is not in it."""
    from botops.store.archive import back_up

    with call.parts() as parts:
        made = back_up(parts.home, file and file.absolute(), with_media=with_media)
    call.show(made.document(), lambda: str(made.file))


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_call
def restore(call: Call, file: Path) -> None:
    """Put a backup in the place of what is there; that is kept beside it."""
    from botops.store.restore import restore as put_back

    home = call.home
    home.make()
    lock = InstanceLock(home.lock)
    lock.take(EngineInfo(pid=os.getpid(), started_at=clock.iso(clock.epoch())))
    try:
        done = put_back(home, file.absolute())
        with call.parts():  # brings an older one to the shape that this version knows
            pass
    finally:
        lock.release()
    document = {
        "file": str(done.file),
        "aside": str(done.aside) if done.aside else None,
        "originals": done.originals,
    }
    kept = f" What was there is kept as {done.aside.name}." if done.aside else ""
    call.show(document, lambda: f"Restored {done.file.name}.{kept}")


@click.command(cls=Command)
@pass_call
def migrate(call: Call) -> None:
    """Bring the database to the shape that this version knows."""
    with call.parts() as parts:
        done = parts.migrated
    document = {
        "applied": list(done.applied),
        "backup": str(done.backup) if done.backup else None,
    }
    steps = ", ".join(done.applied) or "nothing was to be done"
    call.show(document, lambda: f"The database is up to date: {steps}.")
