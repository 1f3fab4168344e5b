"""Doctor: the command that looks everything over."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from botops.cli.context import print_json
from botops.cli.options import Command, pass_call

if TYPE_CHECKING:
    from botops.cli.context import Call
    from botops.doctor import Finding

WIDTH, INDENT = 96, " " * 16


@click.command(cls=Command)
@pass_call
def doctor(call: Call) -> int:
    """Look over the home and this computer: one line each, and what to do where it is not well.

    Nothing is changed, and an engine may run. It ends with 1 if something is in the way.
    """
    from botops.doctor import examine

    found = []
    for finding in examine(call.home, call.all_overrides):
        found.append(finding)
        if not call.wants_json and (finding.state != "ok" or not call.is_quiet):
            click.echo(_text(finding))
    is_well = all(finding.state != "fail" for finding in found)
    if call.wants_json:
        print_json({"success": is_well, "checks": [finding.document() for finding in found]})
    elif not call.is_quiet:
        click.echo(_verdict(found))
    return 0 if is_well else 1


def _text(finding: Finding) -> str:
    colour = {"ok": "green", "warn": "yellow", "fail": "red"}[finding.state]
    head = f"{click.style(f'{finding.state:<5}', fg=colour)} {finding.name:<10}"
    lines = textwrap.wrap(finding.detail, WIDTH - len(INDENT)) or [""]
    if finding.hint:
        lines += textwrap.wrap(f"→ {finding.hint}", WIDTH - len(INDENT), subsequent_indent="  ")
    return f"\n{INDENT}".join([f"{head}{lines[0]}", *lines[1:]])


def _verdict(found: list[Finding]) -> str:
    failing, warning = (
        [each.name for each in found if each.state == state] for state in ("fail", "warn")
    )
    if failing:
        return f"In the way: {', '.join(failing)}."
    return f"All works; worth a look: {', '.join(warning)}." if warning else "All is well."
