"""App: puts the commands together; one place turns errors into sentences and exit codes."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import click
from typing_extensions import override

from botops import __version__
from botops.cli.context import Call, print_json
from botops.cli.options import Group
from botops.kernel.errors import BotOpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
# The commands of each module beside this one; the rest have one of their own name. They are loaded
# when they are called: the screen, which is none of them, need not wait.
SHARING = {"run": ("attach", "serve"), "home": ("backup", "init", "migrate", "restore")}
ALONE = (
    "audit", "completion", "demo", "doctor", "event", "job", "media", "merchant", "product",
    "queue", "secrets", "settings", "web",
)  # fmt: skip
PLACES = {name: module for module, names in SHARING.items() for name in names} | {
    name: name for name in ALONE
}


class Program(Group):
    """The commands, each loaded when it is asked for."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        # Click lists the names and finds the one that was nearly typed; it takes none from here.
        self.commands = cast("dict[str, click.Command]", dict.fromkeys(PLACES))

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PLACES:
            return None
        module = import_module(f"botops.cli.{PLACES[cmd_name]}")
        return cast("click.Command", getattr(module, cmd_name))


@click.group(cls=Program, invoke_without_command=True)
@click.version_option(__version__, prog_name="botops")
@click.pass_context
def botops(context: click.Context) -> None:
    """BotOps: one program for a shop that sells through WhatsApp.

    Without a command it opens the screen, with the whole engine behind it, or with the one that
    runs on this home already.
    """
    if context.invoked_subcommand is None:
        from botops.cli.run import open_screen

        context.exit(open_screen(context.ensure_object(Call)))


def run(arguments: Sequence[str]) -> int:
    """Run a call; return its exit code."""
    call = Call()
    try:
        code = botops.main(list(arguments), prog_name="botops", standalone_mode=False, obj=call)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as error:
        code = _misused(error, wants_json="--json" in arguments)
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BotOpsError as error:
        code = call.fail(error)
    except BrokenPipeError:  # whoever read our words has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        if call.is_verbose:
            raise
        code = call.fail(_bug(error))
    return code if isinstance(code, int) else 0


def _misused(error: click.ClickException, *, wants_json: bool) -> int:
    error.show()
    if wants_json:
        print_json({"success": False, "error": error.format_message(), "code": "usage"})
    return error.exit_code


def _bug(error: Exception) -> BotOpsError:
    return BotOpsError(
        f"That should not have happened: {type(error).__name__}: {error}.",
        hint="Run it again with -v to see where, and report it.",
        code="bug",
    )
