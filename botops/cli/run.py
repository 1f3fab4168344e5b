"""Run: the commands that start the engine, with a screen or without."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Protocol

import click

from botops.cli.options import Command, pass_call
from botops.kernel.errors import AlreadyRunning, BotOpsError
from botops.kernel.platform import running_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.cli.context import Call
    from botops.runtime import Runtime

ENDING = ("SIGTERM", "SIGHUP", "SIGINT")


class Startable(Protocol):
    """What runs behind a screen: the engine, or something around it."""

    def start(self) -> Runtime:
        """Start it; return what the screen needs."""

    def stop(self) -> None:
        """Stop it."""


@click.command(cls=Command)
@pass_call
def serve(call: Call) -> int:
    """Run the engine without a screen; it ends with SIGTERM or ctrl+c."""
    from botops.engine import Engine

    stopping = threading.Event()
    on_ending(ENDING, stopping.set)
    engine = Engine(call.home, call.all_overrides, writes_stderr=not call.is_quiet)
    engine.start()
    try:
        while not stopping.wait(3600):
            pass
    finally:
        engine.stop()
    return 0


def open_screen(call: Call, make: Callable[[], Startable] | None = None) -> int:
    """Open the screen with the engine behind it, or with what `make` makes; return the exit code.

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

    background = _Background(make or (lambda: _engine(call)))
    app = BotOpsApp(background.start, background.stop, home_name=str(home.root))
    on_ending(("SIGTERM", "SIGHUP"), app.leave)
    app.run()
    return background.exit_code or app.return_code or 0


def _engine(call: Call) -> Startable:
    from botops.engine import Engine

    return Engine(call.home, call.all_overrides)


class _Background:
    """The engine behind a screen: imported and started only once the screen is painted."""

    def __init__(self, make: Callable[[], Startable]) -> None:
        self._make = make
        self._engine: Startable | None = None
        self.exit_code = 0

    def start(self) -> Runtime:
        """Start the engine; a failure is the screen's to tell, and the exit code's."""
        self._engine = self._make()
        try:
            return self._engine.start()
        except Exception as error:
            self.exit_code = error.exit_code if isinstance(error, BotOpsError) else 1
            raise

    def stop(self) -> None:
        """Stop the engine, if it was started."""
        if self._engine is not None:
            self._engine.stop()


def on_ending(names: tuple[str, ...], call: Callable[[], object]) -> None:
    """Call something when one of these signals comes, where the system knows it."""
    for name in names:
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, lambda *_: call())
