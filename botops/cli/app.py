"""App: puts the commands together; one place turns errors into sentences and exit codes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from botops import __version__
from botops.cli.audit import audit
from botops.cli.completion import completion
from botops.cli.context import Call, print_json
from botops.cli.demo import demo
from botops.cli.doctor import doctor
from botops.cli.event import event
from botops.cli.home import backup, init, migrate, restore
from botops.cli.job import job
from botops.cli.media import media
from botops.cli.merchant import merchant
from botops.cli.options import Group
from botops.cli.product import product
from botops.cli.queue import queue
from botops.cli.run import attach, open_screen, serve
from botops.cli.secrets import secrets
from botops.cli.settings import settings
from botops.cli.web import web
from botops.kernel.errors import BotOpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


@click.group(cls=Group, invoke_without_command=True)
@click.version_option(__version__, prog_name="botops")
@click.pass_context
def botops(context: click.Context) -> None:
    """BotOps: one program for a shop that sells through WhatsApp.

    Without a command it opens the screen, with the whole engine behind it, or with the one that
    runs on this home already.
    """
    if context.invoked_subcommand is None:
        context.exit(open_screen(context.ensure_object(Call)))


for command in (
    demo, serve, attach, web, init, doctor, settings, secrets, merchant, backup, restore, migrate,
    media, product, job, queue, event, audit, completion,
):  # fmt: skip
    botops.add_command(command)


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
