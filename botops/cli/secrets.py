"""Secrets: commands about the key that opens what is sealed."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

import click

from botops.cli.options import Group, pass_call
from botops.kernel import clock
from botops.kernel.platform import EngineInfo, InstanceLock

if TYPE_CHECKING:
    from botops.cli.context import Call


@click.group(cls=Group)
def secrets() -> None:
    """Look after the master key; `settings set` sets the secrets themselves."""


@secrets.command()
@click.option(
    "--key-file",
    type=click.File("r", encoding="ascii", errors="replace"),
    help="A key of your own: 32 bytes in base64; - is stdin.  [default: a new one is made]",
)
@pass_call
def rotate(call: Call, key_file: IO[str] | None) -> None:
    """Put a new master key in the place of the old one, and seal every secret anew.

    The engine must not run. Killed at any point, nothing is lost: run it again. Backups from
    before open with the old key only: keep it as long as them.
    """
    from botops.preferences.rotation import rotate as put_new_key
    from botops.security.keys import read_secret

    home = call.home
    home.make()
    given = read_secret(key_file.read(1024), "What was given") if key_file else None
    lock = InstanceLock(home.lock)
    lock.take(EngineInfo(pid=os.getpid(), started_at=clock.iso(clock.epoch())))
    try:
        with call.parts() as parts:
            done = put_new_key(
                home.key,
                lambda count, key_id: parts.trail.note(
                    "rotate", "master_key", target_id=key_id, after={"sealed_anew": count}
                ),
                given=given,
            )
    finally:
        lock.release()
    document = {
        "recovery_key": done.recovery_key or None,
        "resealed": done.resealed,
        "key_id": done.key_id,
    }
    many = "One secret is" if done.resealed == 1 else f"{done.resealed} secrets are"
    lines = [f"{many} sealed with the new key {done.key_id}."]
    if done.recovery_key:
        lines += [
            f"Recovery key: {done.recovery_key}",
            f"It is kept in {home.key} and in no backup. Write it down: it is shown only now.",
        ]
    call.show(document, lambda: "\n".join(lines))
