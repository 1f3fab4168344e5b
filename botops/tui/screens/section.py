"""Section: what all full screens share: header, key bar, verbs, and news only while visible."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import ScreenResume
from textual.screen import Screen
from textual.widget import Widget

from botops.kernel.errors import BotOpsError
from botops.tui.asking import Option, Question
from botops.tui.keymap import Fact, Key
from botops.tui.places import Place
from botops.tui.presenters.cells import Cell, Tone, line
from botops.tui.presenters.frame import Health, health_of
from botops.tui.presenters.words import plural
from botops.tui.state import Desk, EngineGone, Latest, Undo
from botops.tui.text import clean
from botops.tui.widgets.header import Header
from botops.tui.widgets.key_bar import KeyBar

log = logging.getLogger(__name__)
R = TypeVar("R")

if TYPE_CHECKING:
    from botops.jobs.views import QueueView
    from botops.runtime import Runtime
    from botops.tui.app import BotOpsApp


def bindings(keys: tuple[Key, ...]) -> list[BindingType]:
    """Return what Textual binds for some records; all go through `action_key`."""
    return [
        Binding(",".join(key.keys), f"key('{key.id}')", key.label, show=False, id=key.id,
                tooltip=key.tooltip)
        for key in keys
        if key.keys
    ]  # fmt: skip


class Section(Screen[None]):
    """One of the nine full screens."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it without ClassVar
        (0, "-narrow"),
        (90, "-medium"),
        (130, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - as above
    AUTO_FOCUS = "RecordTable"

    place: ClassVar[Place]
    keys: ClassVar[tuple[Key, ...]] = ()
    topics: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, desk: Desk, places: tuple[Place, ...]) -> None:
        super().__init__()
        self.desk = desk
        self._places = places
        self._latest = Latest(desk, self._read_safely)
        self._records = {key.id: key for key in self.keys}
        self.queue_views: list[QueueView] = []
        self._was_shown = False

    # What a section is made of.

    def compose(self) -> ComposeResult:
        """Make the frame around the section's own body."""
        yield Header(self._places, self.place.name)
        yield from self.body()
        yield KeyBar(self.keys)

    def body(self) -> ComposeResult:
        """Make what lies between header and keys."""
        yield from ()

    async def read(self) -> None:
        """Read from the engine what is shown, and show it."""

    def filter(self, typed: str) -> None:
        """Show only what matches, where there is something to filter."""

    def facts(self) -> set[Fact]:
        """Return what is true now, for the keys that need it."""
        facts = {Fact.READY} if self.desk.is_running else set()
        return facts | ({Fact.UNDO} if self.desk.undo else set())

    def boxes(self) -> list[Widget]:
        """Return what the focus can go to, for `;`."""
        return [widget for widget in self.focus_chain if widget.region]

    @property
    def shell(self) -> BotOpsApp:
        """The app, which leads from section to section."""
        return cast("BotOpsApp", self.app)

    # News.

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Catch up with what changed while another section was shown."""
        # Styles hold while a section is hidden; a new sheet, and the first time, do all of them.
        event.refresh_styles = not self._was_shown
        self._was_shown = True
        self.want()

    def hear(self, topics: set[str]) -> None:
        """Read again if the news is about this section."""
        if topics & (self.topics | {"*", "health"}):
            self.want()

    def want(self) -> None:
        """Read soon, if the engine runs."""
        self.tell_keys()
        if self.desk.is_running:
            self._latest.want()

    async def _read_safely(self) -> None:
        if not self.is_current or not self.is_running or not self.desk.is_running:
            return
        try:
            await self._read_frame()
            await self.read()
        except EngineGone:
            return  # The program is ending, and there is nobody to tell.
        except Exception as error:
            log.exception("the page %s could not be read", self.place.name)
            self.broken(error)
        self.tell_keys()

    def broken(self, error: Exception) -> None:
        """Show that the page could not be read."""
        self.say(told(error), severity="error")

    async def _read_frame(self) -> None:
        shop, health, self.queue_views = await self.desk.ask(_frame)
        queued = sum(queue.waiting + queue.active for queue in self.queue_views)
        self.query_one(Header).tell(shop, health=health, queued=queued)

    # Verbs.

    async def action_key(self, key_id: str) -> None:
        """Do what a key stands for, or say why not."""
        key = self._records[key_id]
        reason = key.reason_off(self.facts())
        if reason is not None:
            self.say(f"{key.label}: {reason}.", severity="warning")
            return
        section = key_id.removeprefix("go.")
        if section != key_id:
            self.shell.go(section)
            return
        verb = getattr(self, f"do_{key_id}", None) or getattr(self.shell, f"do_{key_id}")
        verb()

    def tell_keys(self) -> None:
        """Let the key bar know which keys work."""
        if self.is_mounted:
            self.query_one(KeyBar).tell(self.facts())

    def say(self, words: str, *, severity: Any = "information") -> None:
        """Show a toast; the words may come from outside."""
        self.app.notify(clean(words, 400), severity=severity, markup=False)

    def order(self, call: Callable[[Runtime], R], done: Callable[[R], str]) -> None:
        """Let the engine do something, and say what `done` returns, or why it was not done."""
        self._order(call, done)

    @work
    async def _order(self, call: Callable[[Runtime], R], done: Callable[[R], str]) -> None:
        try:
            outcome = await self.desk.ask(call)
        except Exception as error:
            log.exception("an order from the screen failed")
            self.say(told(error), severity="error")
        else:
            if words := done(outcome):
                self.say(words)
        self.want()

    def ask_first(self, question: Question, then: Callable[[], None]) -> None:
        """Ask, and go on only after a yes."""
        from botops.tui.widgets.confirm import Confirm

        self.app.push_screen(Confirm(question), lambda yes: then() if yes else None)

    def toggle_queue(self, queue: QueueView) -> None:
        """Pause a queue, or let it go on."""
        name = queue.name
        if queue.paused:
            self.order(lambda rt: rt.jobs.resume(name), lambda _: f"{name} goes on.")
        else:
            self.order(
                lambda rt: rt.jobs.pause(name), lambda _: f"{name} is paused. p lets it go on."
            )

    def open_outside(self, path: Path | str) -> None:
        """Open a file or folder as the system does it, where there is one to show it."""
        if self.app.is_web:
            self.say(f"It lies on the computer that runs BotOps: {path}", severity="warning")
            return
        self.app.open_url(Path(path).expanduser().resolve().as_uri())

    def copy_menu(self, things: Sequence[tuple[str, str, str]]) -> None:
        """Ask which of (letter, what, text) to copy; the text goes to the terminal's clipboard."""
        from botops.tui.widgets.choice import Choice

        texts = {letter: (what, text) for letter, what, text in things if text}
        options = [Option(letter, letter, what) for letter, (what, _) in texts.items()]

        def copy(chosen: Option | None) -> None:
            if chosen is not None:
                what, text = texts[chosen.id]
                self.app.copy_to_clipboard(text)
                self.say(f"Copied: {what}.")

        self.app.push_screen(Choice("Copy", options), copy)

    def do_help(self) -> None:
        """Show the panel of keys."""
        from botops.tui.widgets.key_help import KeyHelp

        self.app.push_screen(KeyHelp(self.place.name, self.keys, facts=self.facts()))

    def do_jump(self) -> None:
        """Show letters on the boxes."""
        from botops.tui.widgets.jump import Jump, lettered

        targets = lettered(self.boxes())
        self.app.push_screen(Jump(targets), lambda widget: widget.focus() if widget else None)

    def do_next_box(self) -> None:
        """Give the focus to the next box."""
        self.focus_next()

    def do_zoom(self) -> None:
        """Give the box with the focus the whole screen, or take it back."""
        if self.maximized is not None:
            self.minimize()
        elif self.focused is not None:
            self.maximize(self.focused)

    def do_back(self) -> None:
        """Close what is open over the section."""
        if self.maximized is not None:
            self.minimize()

    def do_pause_all(self) -> None:
        """Pause every queue after a yes, or let all go on that are paused."""
        queues = self.queue_views
        paused = [queue.name for queue in queues if queue.paused]
        if paused:
            self.order(
                lambda rt: [rt.jobs.resume(name) for name in paused],
                lambda done: f"{plural(len(done), 'queue')} went on.",
            )
            return
        waiting = sum(queue.waiting + queue.delayed for queue in queues)
        words = [
            line(f"{plural(waiting, 'job')} will wait. What runs is finished."),
            line(Cell("P lets them go on.", Tone.MUTED)),
        ]
        names = [queue.name for queue in queues]
        self.ask_first(
            Question("Pause all queues?", words, "Pause all"),
            lambda: self.order(
                lambda rt: [rt.jobs.pause(name) for name in names],
                lambda done: f"{plural(len(done), 'queue')} paused. P lets them go on.",
            ),
        )

    def do_quit(self) -> None:
        """Ask, then end BotOps; a screen whose engine runs elsewhere just closes."""
        if self.desk.is_attached:
            self.shell.leave()
            return
        words = [
            line("Photos and messages wait until you start it again."),
            line(Cell("What is running is finished or put back. Nothing is lost.", Tone.MUTED)),
        ]
        self.ask_first(Question("Stop BotOps?", words, "Stop"), self.shell.leave)

    def do_quit_now(self) -> None:
        """End BotOps without asking."""
        self.shell.leave()

    def do_undo(self) -> None:
        """Take back what was done last."""
        last: Undo = self.desk.undo.pop()
        self.order(last.restore, lambda _: last.said)


def told(error: Exception) -> str:
    """Return what went wrong and what to do about it, in words."""
    if isinstance(error, BotOpsError):
        return f"{error.message} {error.hint}".strip()
    return f"That did not work: {str(error) or type(error).__name__}. Nothing was lost; try again."


def _frame(runtime: Runtime) -> tuple[str, Health, list[QueueView]]:
    states = [part.state for part in runtime.health()]
    return runtime.shop_name, health_of(states, runtime.link()), runtime.jobs.queues()
