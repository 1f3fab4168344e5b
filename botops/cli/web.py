"""Web: the command that brings the screen into a browser."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from botops.cli.attached import refuse_without_engine
from botops.cli.options import Command, pass_call
from botops.cli.run import ENDING, on_ending
from botops.kernel.files import written
from botops.kernel.program import own_argv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from botops.cli.context import Call
    from botops.web.server import WebServer

LEAP = '<!DOCTYPE html><meta http-equiv="refresh" content="0;url={url}"><title>BotOps</title>\n'


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=4002, show_default=True, help="0: a free one."
)
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@pass_call
def web(call: Call, /, *, host: str, port: int, opens: bool) -> int:
    """Show the screen of a running engine in a browser on this computer.

    It prints the address, which lets in whoever has it. ctrl+c ends it.
    """
    refuse_without_engine(call.home)
    from botops.web.server import WebServer  # and asyncio: other commands start without them

    argv = own_argv("--home", str(call.home.root), "attach")
    server = WebServer(argv, host=host, port=port)
    call.show({"url": server.url}, lambda: server.url)
    call.say("Open this address in a browser on this computer; ctrl+c ends it.")
    if opens:
        with _leap(call.home.tmp, server.url) as page:
            # A browser in the terminal would keep us waiting until it is closed.
            threading.Thread(target=_browse, args=(call, page.as_uri()), daemon=True).start()
            _serve(server)
    else:
        _serve(server)
    return 0


def _browse(call: Call, address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        call.say("No browser could be opened: open the address by hand.")


def _serve(server: WebServer) -> None:
    import asyncio

    async def until_the_end() -> None:
        ending = asyncio.Event()
        loop = asyncio.get_running_loop()
        on_ending(ENDING, lambda: loop.call_soon_threadsafe(ending.set))
        await server.serve(ending)

    asyncio.run(until_the_end())


@contextmanager
def _leap(folder: Path, url: str) -> Iterator[Path]:
    """Give a file that leads to an address: as a word of a command, everybody could read it."""
    page = folder / f"open-{os.getpid()}.html"
    with written(page) as part:
        part.touch(0o600)
        part.write_text(LEAP.format(url=url), encoding="ascii")
    try:
        yield page
    finally:
        page.unlink(missing_ok=True)
