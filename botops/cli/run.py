"""Run: the commands that start the engine, with a screen or without."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

from botops.cli.options import Command, pass_call
from botops.kernel.errors import AlreadyRunning, BotOpsError
from botops.kernel.platform import running_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.cli.context import Call
    from botops.runtime import Runtime

ENDING = ("SIGTERM", "SIGHUP", "SIGINT")


@click.command(cls=Command)
@pass_call
def serve(call: Call) -> int:
    """Run the engine without a screen; it ends with SIGTERM or ctrl+c."""
    from botops.engine import Engine

    stopping = threading.Event()
    _on_ending(ENDING, stopping.set)
    engine = Engine(call.home, call.all_overrides, writes_stderr=not call.is_quiet)
    engine.start()
    try:
        while not stopping.wait(3600):
            pass
    finally:
        engine.stop()
    return 0


def open_screen(call: Call) -> int:
    """Open the screen with the engine behind it; return the exit code.

    Raises:
        BotOpsError: There is no terminal, or another process runs this home.
    """
    if not (
        sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__ and sys.__stderr__.isatty()
    ):
        raise BotOpsError("The screen needs a terminal.", hint="Without one, run `botops serve`.")
    home = call.home
    if (other := running_engine(home.lock)) is not None:
        who = f" (process {other.pid})" if other.pid else ""
        raise AlreadyRunning(f"BotOps already runs on this home{who}.", hint="Use that one.")
    from botops.tui.app import BotOpsApp

    start, stop = _engine_calls(call)
    app = BotOpsApp(start, stop, home_name=str(home.root))
    _on_ending(("SIGTERM", "SIGHUP"), app.leave)
    app.run()
    return app.return_code or 0


def _engine_calls(call: Call) -> tuple[Callable[[], Runtime], Callable[[], None]]:
    """Return start and stop of an engine that is imported only when it is started."""
    engines: list[Callable[[], None]] = []

    def start() -> Runtime:
        from botops.engine import Engine

        engine = Engine(call.home, call.all_overrides)
        engines.append(engine.stop)
        return engine.start()

    def stop() -> None:
        for end in engines:
            end()

    return start, stop


def _on_ending(names: tuple[str, ...], call: Callable[[], None]) -> None:
    for name in names:
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, lambda *_: call())
