"""Commands: what the palette finds: every key's verb, every section, every queue, and things."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Provider
from textual.content import Content

from botops.tui.keymap import Key
from botops.tui.presenters.cells import Cell, Tone
from botops.tui.screens.section import Section
from botops.tui.text import clean, content

if TYPE_CHECKING:
    from botops.tui.app import BotOpsApp

THINGS = 6
LETTERS = 2
THING_SCORE = 0.1
_UNLISTED = ("palette", "back", "next_box", "open")


class Command(NamedTuple):
    """One line of the palette."""

    label: str
    more: str
    run: Callable[[], object]
    key: str = ""


class Commands(Provider):
    """Searches commands and things."""

    @property
    def shell(self) -> "BotOpsApp":
        """The app."""
        return cast("BotOpsApp", self.app)

    async def discover(self) -> AsyncIterator[DiscoveryHit]:
        """Yield the commands, before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(_display(command), command.run, clean(command.label), command.more)

    async def search(self, query: str) -> AsyncIterator[Hit]:
        """Yield the commands that match, best first, then the things that have such a name."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.label)
            if score > 0:
                shown = matcher.highlight(clean(command.label))
                display = _with_key(shown, command.key)
                yield Hit(score, display, command.run, command.label, command.more)
        for command in await self._things(query):
            label = clean(command.label)
            yield Hit(THING_SCORE, _display(command), command.run, label, command.more)

    def _commands(self) -> list[Command]:
        section = self.screen
        if not isinstance(section, Section):
            return []
        own = [_of_key(section, key) for key in section.keys if key.id not in _UNLISTED]
        return [*own, *self._queues(section), *self._themes()]

    def _queues(self, section: Section) -> list[Command]:
        return [
            Command(
                f"{'Resume' if queue.paused else 'Pause'} queue: {queue.name}", "",
                partial(section.toggle_queue, queue),
            )
            for queue in section.queue_views
        ]  # fmt: skip

    def _themes(self) -> list[Command]:
        return [
            Command(f"Look: {name}", "", partial(setattr, self.app, "theme", name))
            for name in sorted(self.app.available_themes, key=lambda name: "botops" not in name)
        ]

    async def _things(self, query: str) -> list[Command]:
        """Return photos and jobs whose name has these words."""
        if not self.shell.desk.is_running or len(query) < LETTERS:
            return []
        from botops.jobs.desk import JobQuery
        from botops.media.library import MediaQuery

        photos = await self.shell.desk.ask(
            lambda rt: rt.media.page(MediaQuery(text=query, limit=THINGS)).items
        )
        jobs = await self.shell.desk.ask(
            lambda rt: rt.jobs.page(JobQuery(text=query, limit=THINGS)).items
        )
        found = [self._thing("Photo", item.original_name, section="media") for item in photos]
        return found + [self._thing("Job", job.about, section="jobs") for job in jobs if job.about]

    def _thing(self, kind: str, name: str, *, section: str) -> Command:
        return Command(
            f"{kind} {name}", f"Show it in {section}", partial(self.shell.go, section, name)
        )


def _of_key(section: Section, key: Key) -> Command:
    reason = key.reason_off(section.facts())
    label = f"Go to {key.label}" if key.id.startswith("go.") else key.label
    return Command(label, reason or key.tooltip, partial(section.action_key, key.id), key.shown)


def _display(command: Command) -> Content:
    return _with_key(content(command.label), command.key)


def _with_key(shown: Content, key: str) -> Content:
    return Content.assemble(shown, "  ", content(Cell(key, Tone.KEY))) if key else shown
