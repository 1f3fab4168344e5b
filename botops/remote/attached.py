"""Attached: what an attached screen gets: it reads by itself, and the engine does the rest."""

from __future__ import annotations

import inspect
import logging
import threading
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import override

from botops.kernel.errors import BotOpsError, Refused, Unreachable
from botops.kernel.events import Bus, Changed
from botops.kernel.health import PartView
from botops.remote.line import read_settings
from botops.remote.operations import OPERATIONS
from botops.runtime import NeedView, Runtime

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.kernel.paths import Home
    from botops.remote.line import Line, Welcome
    from botops.settings import Settings

log = logging.getLogger(__name__)
# What neither goes over the line nor can be done here, and the command that does it.
ELSEWHERE = {"catalog.import_csv": "botops product import FILE"}


class _Current:
    """Something of the latest reads: they change when the engine comes back with other settings."""

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    def __getattr__(self, name: str) -> Any:
        return getattr(self._find(), name)


class _Service(_Current):
    """A service that looks things up here, and sends orders and questions to the engine."""

    def __init__(self, name: str, find: Callable[[], Any], *, line: Line) -> None:
        super().__init__(find)
        self._name = name
        self._line = line

    @override
    def __getattr__(self, name: str) -> Any:
        whole = f"{self._name}.{name}"
        if whole in ELSEWHERE:
            raise Refused("This can't be done from an attached screen.", hint=ELSEWHERE[whole])
        here = getattr(self._find(), name)
        if whole not in OPERATIONS:
            return here
        if callable(here):
            return lambda *args, **named: self._send(whole, here, *args, **named)
        return self._send(whole, lambda: here)

    def _send(self, whole: str, here: Callable[..., Any], *args: Any, **named: Any) -> Any:
        given = inspect.signature(here).bind(*args, **named).arguments
        try:
            return self._line.ask(whole, given)
        except Unreachable:
            if not OPERATIONS[whole].is_question:
                raise
            return here(*args, **named)


class AttachedRuntime(Runtime):
    """What the faces may use, while the engine runs in another process."""

    @override
    def needs(self) -> list[NeedView]:
        """Return what waits for a person, the link to the engine first."""
        link = self.link()
        trouble = link and (link.trouble or link.note)
        if not trouble:
            return super().needs()
        others = [need for need in super().needs() if need.detail != trouble]
        return [NeedView("!", "This screen and the engine", trouble, None, "", "home"), *others]


class Attachment:
    """Holds an attached screen's reads, and makes them anew when the engine comes back changed."""

    def __init__(self, home: Home, line: Line, *, read: Callable[[Settings], Runtime]) -> None:
        """Make the attachment; `read` gives what looks things up, under the engine's settings."""
        self.bus = Bus()
        self._home = home
        self._line = line
        self._read = read
        self._reads: Runtime | None = None
        self._settled: tuple[dict[str, Any], tuple[int, int]] | None = None

    def settle(self, welcome: Welcome) -> None:
        """Read as the engine's settings say, from the database that is there now.

        Raises:
            BotOpsError: The database is not one that this program can read.
        """
        found = self._home.database.stat()
        file = (found.st_dev, found.st_ino)
        now = (welcome.settings.model_dump(), file)
        if now != self._settled:
            self._reads, self._settled = self._read(welcome.settings), now

    def news(self, topic: str) -> None:
        """Let everybody here know what has changed; called by the thread that reads the line."""
        if topic == "settings":
            threading.Thread(target=self._follow, name="settings", daemon=True).start()
        else:
            self.bus.publish(Changed(topic))

    def _follow(self) -> None:
        """Take over those settings that the engine has taken over while it runs."""
        try:
            self.reads.settings.follow(read_settings(self._line.ask("settings", {})))
        except BotOpsError as error:
            log.warning("settings have changed, but are not known here: %s", error)
        self.bus.publish(Changed("settings"))

    def runtime(self) -> Runtime:
        """Return what the screen gets."""

        def service(name: str) -> Any:
            return _Service(name, lambda: getattr(self.reads, name), line=self._line)

        return AttachedRuntime(
            home=self._home,
            settings=cast("Settings", _Current(lambda: self.reads.settings)),
            bus=self.bus,
            jobs=service("jobs"),
            media=service("media"),
            catalog=service("catalog"),
            history=service("history"),
            merchants=service("merchants"),
            trail=service("trail"),
            preferences=service("preferences"),
            health=self._health,
            logs=service("logs"),
            link=self._line.view,
        )

    @property
    def reads(self) -> Runtime:
        """What looks things up here."""
        if self._reads is None:
            raise Unreachable("This screen is not attached.")
        return self._reads

    def _health(self) -> list[PartView]:
        try:
            parts: list[PartView] = self._line.ask("health", {})
        except Unreachable as error:
            return [PartView("engine", "down", error.message)]
        return parts
