"""Demo: the command that shows a shop at work."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from botops.cli.options import Command, pass_call
from botops.cli.run import on_ending, open_screen

if TYPE_CHECKING:
    from botops.cli.context import Call
    from botops.demo.shop import SampleShop

SEED = 7


@click.command(cls=Command)
@click.option(
    "--seed", default=SEED, show_default=True, help="The same number gives the same afternoon."
)
@pass_call
def demo(call: Call, seed: int) -> int:
    """Show a flower shop at work: sample products, photos and jobs; no network, no account.

    Its home is made for it and removed at the end. Another one that is named with --home must be
    empty, and stays.
    """
    from botops.demo.homes import refuse_used, throw_away_home

    _forget_own_shop()
    on_ending(("SIGTERM", "SIGHUP"), sys.exit)  # until there is a screen: what was made is removed
    is_kept = call.home_named is not None
    if is_kept:
        refuse_used(call.home)
    with nullcontext(call.home) if is_kept else throw_away_home() as home:
        call.home_named = home.root

        def make() -> SampleShop:
            from botops.demo.shop import SampleShop

            return SampleShop(home, call.all_overrides, seed=seed)

        code = open_screen(call, make)
    _say_goodbye(call, is_kept=is_kept)
    return code


def _forget_own_shop() -> None:
    """Know nothing of the home, the settings and the keys of whoever looks at the demo."""
    for name in [name for name in os.environ if name.startswith("BOTOPS_")]:
        del os.environ[name]


def _say_goodbye(call: Call, *, is_kept: bool) -> None:
    if not (sys.__stderr__ and sys.__stderr__.isatty()):
        return  # the terminal was closed: there is nobody to talk to
    if is_kept:
        call.say(f"Casa Flora stays in {call.home.root}; `botops --home` opens it again.")
    else:
        call.say("Casa Flora is closed, and its home is removed. Your own shop: `botops`")
