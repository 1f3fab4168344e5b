"""Attached: the screen alone, put together for a home whose engine runs in another process."""

from __future__ import annotations

import logging
import os
import select
import sys
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from botops.kernel.errors import Unreachable
from botops.kernel.platform import running_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.kernel.log import LogPipe
    from botops.kernel.paths import Home
    from botops.remote.line import Welcome
    from botops.runtime import Runtime
    from botops.settings import Settings
    from botops.store.follower import Follower

WEB_DRIVER = "TEXTUAL_DRIVER"


class Attached:
    """What stands behind an attached screen: a line to the engine, and a database only read."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._undo = ExitStack()

    def start(self) -> Runtime:
        """Attach; return what the screen needs.

        Raises:
            Unreachable: No engine runs, or it does not answer.
            BotOpsError: It does not let us in, or its database is of another version.
        """
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Let go of the engine, which goes on."""
        self._undo.close()

    def _start(self) -> Runtime:
        from botops.kernel.log import LogPipe
        from botops.remote.attached import Attachment
        from botops.remote.line import Line
        from botops.security.redact import redact
        from botops.store.follower import Follower

        logs = LogPipe(self._home.logs / "screen.log", level=logging.WARNING, redact=redact)
        self._undo.callback(logs.stop)
        line = Line(self._home.lock)
        attachment = Attachment(self._home, line, read=lambda given: self._read(given, logs))
        attachment.settle(line.open())
        follower = Follower(lambda: None, lambda: attachment.news("*"))
        self._undo.callback(follower.stop)
        follower.start()

        def settle(welcome: Welcome) -> None:
            attachment.settle(welcome)
            _go_on(follower)

        self._undo.callback(line.stop)
        line.start(attachment.news, settle)
        return attachment.runtime()

    def _read(self, settings: Settings, logs: LogPipe) -> Runtime:
        from botops.parts import Parts

        parts = Parts(self._home, settings, reads_only=True)
        self._undo.callback(parts.close)
        return parts.runtime(health=list, logs=logs.ring)


def refuse_without_engine(home: Home) -> None:
    """Let nobody attach to nothing.

    Raises:
        Unreachable: No engine runs on this home.
    """
    if running_engine(home.lock) is None:
        raise Unreachable(
            f"No engine runs on the home {home.root}.",
            hint="Start one: `botops`, or `botops serve`.",
        )


def is_in_browser() -> bool:
    """Tell whether what is drawn goes to a browser, by way of the process that started this one."""
    return bool(os.environ.get(WEB_DRIVER))


def when_hung_up(call: Callable[[], object]) -> None:
    """Call something when the process that gives us keys is gone: a browser closes no terminal."""
    if hasattr(select, "poll"):  # not on Windows
        threading.Thread(target=_watch_stdin, args=(call,), name="tab", daemon=True).start()


def _watch_stdin(call: Callable[[], object]) -> None:
    watched = select.poll()
    watched.register(sys.__stdin__ or 0, 0)  # nothing but the end of it
    watched.poll()
    call()


def _go_on(follower: Follower) -> None:
    if not follower.is_alive():
        follower.start()
