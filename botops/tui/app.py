"""App: paints the first frame, starts the engine behind it, and leads from section to section."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import work
from textual.command import Provider
from textual.notifications import Notification, Notify, SeverityLevel
from typing_extensions import override

from botops.kernel.events import Changed
from botops.tui.bridge import FRAME, Bridge
from botops.tui.places import PLACES, Place
from botops.tui.screens.section import Section
from botops.tui.state import Desk
from botops.tui.switching import Switching
from botops.tui.terminal import lasting_driver
from botops.tui.theme import THEMES, defaults
from botops.tui.toasts import Toasts
from botops.tui.widgets.header import Header
from botops.tui.widgets.picture import ask_terminal

if TYPE_CHECKING:
    from botops.runtime import Runtime

log = logging.getLogger(__name__)


def _commands() -> type[Provider]:
    from botops.tui.commands import Commands

    return Commands


class BotOpsApp(Switching):
    """The screen of one home; it is given the engine's start and stop, and knows no more of it."""

    TITLE = "BotOps"
    DEFAULT_MODE = "home"
    # All at once: a style sheet that comes later has every rule read anew, before the eyes.
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "app.tcss",
        *(f"screens/{place.id}.tcss" for place in PLACES),
    ]
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}
    NOTIFICATION_TIMEOUT = 6

    def __init__(
        self,
        start: Callable[[], Runtime],
        stop: Callable[[], None],
        *,
        home_name: str = "",
        frame: float = FRAME,
    ) -> None:
        super().__init__(driver_class=lasting_driver())
        self.desk = Desk(frame=frame)
        self.home_name = home_name
        self._start = start
        self._stop = stop
        self._bridge: Bridge | None = None
        self._has_failed = False
        self._toasts = Toasts()
        for place in PLACES:
            self.add_mode(place.id, partial(self._section, place))
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def on_mount(self) -> None:
        """Start the engine once the first frame is painted."""
        self.call_after_refresh(self._start_engine)

    @work
    async def _start_engine(self) -> None:
        try:
            runtime = await asyncio.to_thread(self._start)
        except Exception as error:  # Whatever it is, it is told on the screen.
            log.exception("the engine did not start")
            self._tell_failure(error)
            return
        self.desk.runtime = runtime
        self._bridge = Bridge(asyncio.get_running_loop(), self._hear, frame=self.desk.frame)
        runtime.bus.subscribe(Changed, lambda changed: self._push(changed.topic))
        self._hear({"*"})
        self.warm_up_soon()

    def _tell_failure(self, error: Exception) -> None:
        from botops.tui.screens.start_failed import StartFailed

        self._has_failed = True
        self.push_screen(StartFailed(error, self.home_name))

    def _push(self, topic: str) -> None:
        if self._bridge is not None:
            self._bridge.push(topic)

    def _hear(self, topics: set[str]) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Section):
                screen.hear(topics)

    def leave(self, code: int = 0) -> None:
        """End the screen after the engine has stopped; may be called from a signal handler."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._leave, code)

    def _leave(self, code: int) -> None:
        if not self._is_leaving:
            self._is_leaving = True
            self._stop_engine(code)

    @work
    async def _stop_engine(self, code: int) -> None:
        from botops.tui.screens.leaving import Leaving

        self.push_screen(Leaving(is_attached=self.desk.is_attached))
        if self._bridge is not None:
            self._bridge.close()
        self.desk.close()
        try:
            await asyncio.to_thread(self._stop)
        finally:
            self.exit(code, return_code=code)

    async def action_quit(self) -> None:
        """End BotOps without asking; the exit code says whether the engine had started."""
        self._leave(int(self._has_failed))

    def action_help_quit(self) -> None:
        """Say how to end BotOps: ctrl+c is for copying."""
        self.notify("q ends BotOps, ctrl+q at once.")

    def run(self, **how: Any) -> int | None:
        """Ask the terminal about pictures while it still answers, run, and stop the engine."""
        ask_terminal()
        try:
            return super().run(**how)
        finally:
            self._stop()  # Whatever ended the screen: the engine is not left running.

    def _section(self, place: Place) -> Section:
        module = import_module(f"botops.tui.screens.{place.id}")  # when it is first opened
        return cast("Section", getattr(module, place.name)(self.desk, PLACES))

    def go(self, name: str, typed: str = "") -> None:
        """Open a section, and filter its list if words are given."""
        self.switch_mode(name)
        section = self.screen_stack[0]
        if typed and isinstance(section, Section):
            section.call_after_refresh(section.filter, typed)

    def on_header_chosen(self, event: Header.Chosen) -> None:
        """Open the section that was clicked."""
        self.go(next(place.id for place in PLACES if place.digit == event.digit))

    def do_palette(self) -> None:
        """Open the palette."""
        self.action_command_palette()

    @override
    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a toast; the same one again becomes ×2 instead of a second."""
        seconds = timeout or self.NOTIFICATION_TIMEOUT
        note, before = self._toasts.take(Notification(message, title, severity, seconds))
        if before is not None:
            self._unnotify(before)
        self.post_message(Notify(note))

    @override
    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return what a theme that is not ours draws our own names with."""
        return defaults(self.current_theme)
