"""Context: what every command knows: the home, how to talk, and how to reach the data."""

from __future__ import annotations

import getpass
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from botops.kernel.paths import Home, find_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from botops.kernel.errors import BotOpsError
    from botops.parts import Parts


@dataclass
class Call:
    """One call of the program."""

    home_named: Path | None = None
    overrides: list[str] = field(default_factory=list)
    wants_json: bool = False
    is_quiet: bool = False
    is_verbose: bool = False

    @property
    def home(self) -> Home:
        """The home that is meant."""
        return find_home(self.home_named)

    @contextmanager
    def parts(self) -> Iterator[Parts]:
        """Give a command the data of the home, whether an engine runs or not."""
        from botops.parts import Parts
        from botops.settings import load
        from botops.store.actor import Actor, acting_as

        home = self.home
        home.make()
        with acting_as(Actor(getpass.getuser(), "shell")):
            overrides = self.all_overrides
            parts = Parts(home, load(home.config, overrides), overrides=overrides)
            try:
                yield parts
            finally:
                parts.close()

    @property
    def all_overrides(self) -> list[str]:
        """The settings of the command line."""
        level = ["log.level=debug"] if self.is_verbose else []
        return [*level, *self.overrides]

    def say(self, sentence: str) -> None:
        """Talk to the person, not to the pipe."""
        if not self.is_quiet:
            click.echo(sentence, err=True)

    def show(self, document: dict[str, Any], text: Callable[[], str]) -> None:
        """Print a document: as JSON where it was asked for, else as text."""
        if self.wants_json:
            print_json({"success": True, **document})
        elif words := text():
            click.echo(words)

    def fail(self, error: BotOpsError) -> int:
        """Say what went wrong; return the exit code."""
        if self.wants_json:
            document: dict[str, Any] = {
                "success": False,
                "error": error.message,
                "code": error.reason_code,
            }
            if error.hint:
                document["hint"] = error.hint
            if error.details:
                document["details"] = list(error.details)
            print_json(document)
        for detail in error.details:
            click.echo(detail, err=True)
        click.echo(f"{error.message}{f' {error.hint}' if error.hint else ''}", err=True)
        return error.exit_code


def print_json(document: dict[str, Any]) -> None:
    """Print a document on one line of stdout."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def table(rows: Sequence[tuple[str, ...]], head: tuple[str, ...]) -> str:
    """Return rows in columns under a head; nothing where there are no rows."""
    if not rows:
        return ""
    everything = [head, *rows]
    widths = [max(len(row[index]) for row in everything) for index in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in everything
    )
