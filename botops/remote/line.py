"""Line: the screen's end: connects to the engine, and again whenever it has been away."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from botops import __version__
from botops.kernel import clock
from botops.kernel.errors import BotOpsError, Conflict, Unreachable
from botops.kernel.platform import EngineInfo, running_engine
from botops.remote import operations
from botops.remote.connection import SILENT, Connection
from botops.runtime import LinkView
from botops.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)
READY_SECONDS = 30.0  # an engine that starts may have a database to bring up to date
LOOK_EVERY = 0.25
LOOK_AGAIN = 5.0  # after one that did not let us in
AWAY = "The engine is away."
COME_BACK = "Start it with `botops serve`; this screen comes back by itself."


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the engine says about itself."""

    version: str
    pid: int
    settings: Settings


class Line:
    """What an attached screen asks over; it holds as long as the screen does."""

    def __init__(self, lock: Path, *, role: str = "screen") -> None:
        """Make a line to the engine that holds `lock`; nothing is done before `open`."""
        self._lock = lock
        self._role = role
        self._connection: Connection | None = None
        self._welcome: Welcome | None = None
        self._trouble = AWAY
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> Welcome:
        """Connect for the first time, and return what the engine says about itself.

        Raises:
            Unreachable: No engine runs, or it is not ready in time.
            BotOpsError: It does not let us in.
        """
        deadline = clock.monotonic() + READY_SECONDS
        while True:
            info = running_engine(self._lock)
            if info is None:
                raise Unreachable(
                    "No engine runs on this home.", hint="Start one: `botops`, or `botops serve`."
                )
            try:
                return self._begin(*self._connect(info))
            except Unreachable:
                if clock.monotonic() > deadline:
                    raise
            self._stopping.wait(LOOK_EVERY)

    def start(self, on_news: Callable[[str], None], on_return: Callable[[Welcome], None]) -> None:
        """Listen for news from now on, and connect again whenever the line has ended.

        `on_news` gets the topic of what has changed, `on_return` what a returned engine says.
        """
        self._thread = threading.Thread(
            target=self._run, args=(on_news, on_return), name="line", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the line."""
        self._stopping.set()
        connection = self._connection
        if self._thread is not None:
            if connection is not None:
                connection.hang_up()
            self._thread.join(timeout=5)
        elif connection is not None:
            connection.end()

    def ask(self, name: str, given: dict[str, Any]) -> Any:
        """Return what the engine gives for an operation.

        Raises:
            Unreachable: It is away, or does not answer.
            BotOpsError: What the operation raises.
        """
        connection = self._connection
        if connection is None:
            raise Unreachable(self._trouble, hint=COME_BACK if self._trouble == AWAY else "")
        operation = operations.OPERATIONS[name]
        if connection.is_silent and operation.is_question:
            raise Unreachable(SILENT)
        value = connection.ask(name, operations.packed(name, given), seconds=operation.seconds)
        try:
            return operations.unpacked(name, value)
        except ValidationError as error:
            raise Conflict(
                f"The engine's answer to {name} can't be understood.",
                hint="Use the same version of BotOps on both sides.",
            ) from error

    def view(self) -> LinkView:
        """Return how the engine can be reached."""
        connection, welcome = self._connection, self._welcome
        if connection is None or welcome is None:
            return LinkView(None, self._trouble)
        trouble = SILENT if connection.is_silent else ""
        return LinkView(welcome.pid, trouble, _difference(welcome.version))

    def _run(self, on_news: Callable[[str], None], on_return: Callable[[Welcome], None]) -> None:
        while not self._stopping.is_set():
            if self._connection is not None:
                self._connection.read(on_news)
                self._connection, self._trouble = None, AWAY
                on_news("*")
            self._stopping.wait(LOOK_EVERY if self._trouble == AWAY else LOOK_AGAIN)
            if not self._stopping.is_set() and self._try_again(on_return):
                on_news("*")

    def _try_again(self, on_return: Callable[[Welcome], None]) -> bool:
        """Connect to an engine that is back; return whether there is something to be told."""
        before, self._trouble = self._trouble, AWAY
        if (info := running_engine(self._lock)) is None:
            return before != AWAY
        try:
            self._return(*self._connect(info), on_return=on_return)
        except Unreachable:
            return before != AWAY  # it is on its way up, or down
        except BotOpsError as error:
            self._trouble = f"{error.message} {error.hint}".strip()
        except Exception as error:
            log.exception("the engine is back, but this screen does not get on with it")
            self._trouble = f"The engine is back, but this screen can't follow: {error}."
        return self._connection is not None or self._trouble != before

    def _return(
        self, connection: Connection, welcome: Welcome, *, on_return: Callable[[Welcome], None]
    ) -> None:
        try:
            on_return(welcome)
        except BaseException:
            connection.end()
            raise
        self._begin(connection, welcome)  # only now: whoever sees it finds all as it should be

    def _begin(self, connection: Connection, welcome: Welcome) -> Welcome:
        self._connection, self._welcome = connection, welcome
        return welcome

    def _connect(self, info: EngineInfo) -> tuple[Connection, Welcome]:
        if not (info.ready and info.socket):
            raise Unreachable("The engine is not ready yet.")
        try:
            connection = Connection(info.socket)
        except OSError as error:
            raise Unreachable(f"The engine can't be reached: {error}.") from error
        try:
            return connection, _read(connection.greet(self._role))
        except BaseException:
            connection.end()
            raise


def read_settings(told: dict[str, Any]) -> Settings:
    """Return settings as the engine has told them.

    Raises:
        Conflict: They are those of another version.
    """
    try:
        return Settings(**told)
    except (TypeError, ValueError) as error:
        raise Conflict(
            f"This program ({__version__}) does not understand the engine's settings.",
            hint="Restart both with the same version.",
        ) from error


def _read(told: dict[str, Any]) -> Welcome:
    try:
        return Welcome(
            str(told["version"]), int(told["pid"]), settings=read_settings(told["settings"])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Conflict(
            f"This program ({__version__}) does not understand the engine's greeting.",
            hint="Restart both with the same version.",
        ) from error


def _difference(version: str) -> str:
    if version == __version__:
        return ""
    return f"The engine is BotOps {version}, and this screen {__version__}."
