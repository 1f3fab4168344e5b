"""Options: those that every command takes, before its name or after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from botops.cli.context import Call

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

pass_call = click.make_pass_decorator(Call, ensure=True)


def _keep(name: str) -> Callable[..., None]:
    """Return a callback of click that keeps an option's value in the call."""

    def store(context: click.Context, *said: Any) -> None:
        if value := said[-1]:
            setattr(context.ensure_object(Call), name, value)

    return store


def _add_overrides(context: click.Context, *said: Any) -> None:
    context.ensure_object(Call).overrides.extend(said[-1])


COMMON: list[Callable[[F], F]] = [
    click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        help="The folder that holds everything.  [default: BOTOPS_HOME, or the user's data folder]",
        expose_value=False,
        callback=_keep("home_named"),
    ),
    click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="SECTION.KEY=VALUE",
        help="A setting for this call only.",
        expose_value=False,
        callback=_add_overrides,
    ),
    click.option(
        "--json",
        is_flag=True,
        help="Print documents for programs.",
        expose_value=False,
        callback=_keep("wants_json"),
    ),
    click.option(
        "--quiet",
        is_flag=True,
        help="Say nothing but data and errors.",
        expose_value=False,
        callback=_keep("is_quiet"),
    ),
    click.option(
        "-v",
        "is_verbose",
        is_flag=True,
        help="Write more into the log.",
        expose_value=False,
        callback=_keep("is_verbose"),
    ),
]


class Command(click.Command):
    """A command that takes the common options too."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        _add_common(self)


class Group(click.Group):
    """A group whose commands take the common options too."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        _add_common(self)


def _add_common(command: click.Command) -> None:
    for option in COMMON:
        option(command)  # click's decorators take commands, too


def paged(function: F) -> F:
    """Give a list its page options."""
    function = click.option(
        "--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="At most."
    )(function)
    return click.option("--cursor", help="Where the page before has ended.")(function)
