"""Completion: the command that teaches a shell the words of this program."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from botops.cli.options import Command

VARIABLE = "_BOTOPS_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which a shell completes commands, options, queues, settings and SKUs.

    bash: put eval "$(botops completion bash)" into ~/.bashrc.

    zsh: put eval "$(botops completion zsh)" into ~/.zshrc.

    fish: botops completion fish > ~/.config/fish/completions/botops.fish
    """
    found = get_completion_class(shell)
    if found is not None:
        program = context.find_root().command
        click.echo(found(program, {}, "botops", VARIABLE).source())
