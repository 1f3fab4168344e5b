"""Run: the commands that start the engine, the screen, or both."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

import click

from botops.cli.attached import Attached, is_in_browser, refuse_without_engine, when_hung_up
from botops.cli.options import Command, pass_call
from botops.kernel import memory
from botops.kernel.errors import AlreadyRunning, BotOpsError, Unreachable
from botops.kernel.platform import running_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.cli.context import Call
    from botops.runtime import Runtime

ENDING = ("SIGTERM", "SIGHUP", "SIGINT")
TURNS = 2  # looks after which somebody else may have been quicker


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
    memory.settle()
    try:
        while not stopping.wait(3600):
            pass
    finally:
        engine.stop()
    return 0


@click.command(cls=Command)
@pass_call
def attach(call: Call) -> int:
    """Open the screen of an engine that runs elsewhere; closing it stops nothing.

    Settings are those of the engine.
    """
    refuse_without_engine(call.home)
    return open_screen(call, lambda: Attached(call.home))


def open_screen(call: Call, make: Callable[[], Startable] | None = None) -> int:
    """Open the screen with what `make` makes behind it; return the exit code.

    By itself that is the engine, or the one that runs on this home already.

    Raises:
        BotOpsError: There is no terminal.
    """
    if not (is_in_browser() or _has_terminal()):
        raise BotOpsError("The screen needs a terminal.", hint="Without one, run `botops serve`.")
    memory.postpone_search()
    from botops.tui.app import BotOpsApp

    # What a late thread still has to say must not come over the screen while it closes.
    logging.getLogger().addHandler(logging.NullHandler())
    background = _Background(make or partial(_Whichever, call))
    app = BotOpsApp(background.start, background.stop, home_name=str(call.home.root))
    on_ending(("SIGTERM", "SIGHUP"), app.leave)
    if is_in_browser():
        when_hung_up(app.leave)
    app.run()
    return background.exit_code or app.return_code or 0


def _has_terminal() -> bool:
    # Textual draws on stderr.
    return all(stream and stream.isatty() for stream in (sys.__stdin__, sys.__stderr__))


class _Whichever:
    """The engine of a home, or a line to the one that runs: it may come or go while we look."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._begun: Startable | None = None

    def start(self) -> Runtime:
        """Attach if an engine runs, else start one.

        Raises:
            BotOpsError: Neither is possible.
        """
        for _ in range(TURNS):
            with suppress(AlreadyRunning, Unreachable):
                return self._begin()
        return self._begin()

    def stop(self) -> None:
        """Stop what was begun."""
        if self._begun is not None:
            self._begun.stop()

    def _begin(self) -> Runtime:
        from botops.engine import Engine

        home = self._call.home
        is_running = running_engine(home.lock) is not None
        self._begun = Attached(home) if is_running else Engine(home, self._call.all_overrides)
        return self._begun.start()


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
        finally:
            memory.settle()

    def stop(self) -> None:
        """Stop the engine, if it was started."""
        if self._engine is not None:
            self._engine.stop()


def on_ending(names: tuple[str, ...], call: Callable[[], object]) -> None:
    """Call something when one of these signals comes, where the system knows it."""
    for name in names:
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, lambda *_: call())
