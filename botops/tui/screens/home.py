"""Home: does anything need me, is business normal, is the machine well, what just happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from botops.kernel import clock
from botops.tui.keymap import EVERYWHERE, FOLLOW, OPEN, Fact, Group, Key
from botops.tui.places import Place
from botops.tui.presenters import home as present
from botops.tui.presenters import queues
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import short_path
from botops.tui.screens.section import Section, bindings
from botops.tui.widgets.box import Box
from botops.tui.widgets.empty import Empty
from botops.tui.widgets.picture import Picture
from botops.tui.widgets.table import Column, RecordTable
from botops.tui.widgets.words import Words

if TYPE_CHECKING:
    from botops.events.views import EventView
    from botops.jobs.views import QueueView
    from botops.kernel.health import PartView
    from botops.media.views import PendingView
    from botops.runtime import NeedView, Runtime

EVENTS = 60
PAUSE = Key(
    "pause",
    ("p",),
    "Pause queue",
    "Let no more jobs of this queue begin, or go on",
    Group.ROW,
    (Fact.QUEUE,),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What Home reads in one go."""

    needs: list[NeedView]
    parts: list[PartView]
    events: list[EventView]
    counts: Mapping[str, int]
    pending: list[PendingView]
    hours: Mapping[str, tuple[int, ...]]
    inbox: str
    newest: str
    picture: Path | None


def look(runtime: Runtime) -> Seen:
    """Return what Home shows; called in a thread."""
    from botops.media.library import MediaQuery  # brings the tables with it: not before the engine

    ready = runtime.media.page(MediaQuery(status="ready", limit=1)).items
    return Seen(
        needs=runtime.needs(),
        parts=runtime.health(),
        events=runtime.history.recent(EVENTS),
        counts=runtime.media.counts(),
        pending=runtime.media.pending(),
        hours=runtime.activity(),
        inbox=short_path(runtime.media.inbox),
        newest=ready[0].original_name if ready else "",
        picture=runtime.media.thumbnail(ready[0].id) if ready else None,
    )


class Home(Section):
    """The section that is shown first."""

    place = Place("1", "Home")
    keys = (OPEN, PAUSE, FOLLOW, *EVERYWHERE)
    topics = frozenset({"jobs", "media", "events", "health", "products"})
    BINDINGS: ClassVar[list[BindingType]] = bindings(keys)

    def body(self) -> ComposeResult:
        """Make the boxes."""
        with Box("Needs you", id="needs"):
            yield RecordTable(
                _NEED_COLUMNS, key=lambda need: (need.title, need.target), has_head=False,
                present=lambda need: present.need_row(need, clock.epoch()),
            )  # fmt: skip
            yield Empty()
        with Horizontal(id="halves"):
            with Vertical(id="left"):
                with Box("Photos", id="photos"):
                    yield Words()
                with Box("Work", id="work"):
                    yield RecordTable(
                        _WORK_COLUMNS, key=lambda queue: queue.name, present=queues.queue_row
                    )
                with Box("Parts", id="parts"):
                    yield Words()
                with Box("Newest photo", id="newest"):
                    yield Picture()
            with Vertical(id="right"):
                with Box("Last 24 h", id="chart"):
                    yield Words()
                with Box("Just now", id="events"):
                    yield RecordTable(
                        _EVENT_COLUMNS, key=lambda event: event.id, has_head=False,
                        present=present.event_row,
                    )  # fmt: skip
                    yield Empty()

    def on_mount(self) -> None:
        """Say that the engine is on its way."""
        self._empty("#needs", "starting…")
        self._empty("#events", "starting…")

    @property
    def work(self) -> RecordTable[QueueView]:
        """The queues."""
        return self.query_one("#work RecordTable", RecordTable)

    @property
    def needs(self) -> RecordTable[NeedView]:
        """What needs a person."""
        return self.query_one("#needs RecordTable", RecordTable)

    @property
    def events(self) -> RecordTable[EventView]:
        """What happened."""
        return self.query_one("#events RecordTable", RecordTable)

    def facts(self) -> set[Fact]:
        """Return what is true of the box that has the focus."""
        facts = super().facts()
        if not self.is_mounted:
            return facts
        table = self.focused
        if isinstance(table, RecordTable) and table.row is not None:
            facts.add(Fact.ROW)
        if self.work.has_focus and self.work.row is not None:
            facts.add(Fact.QUEUE)
        return facts if self.events.records.is_following else facts | {Fact.HELD}

    async def read(self) -> None:
        """Read everything in one go and show what has changed."""
        seen = await self.desk.ask(look)
        self._show_needs(seen)
        if self.focused is None:
            (self.needs if seen.needs else self.work).focus()
        self.work.records.start(self.queue_views)
        self.work.refreshed()
        self._show_lines(seen)
        self._show_events(seen.events)
        self.query_one("#newest", Box).head(
            f"Newest photo · {seen.newest}" if seen.newest else None
        )
        self.query_one(Picture).show(seen.picture)

    def _show_needs(self, seen: Seen) -> None:
        self.needs.records.start(seen.needs)
        self.needs.refreshed()
        self.needs.display = bool(seen.needs)
        self.query_one("#needs", Box).head(note=str(len(seen.needs)) if seen.needs else "")
        self.query_one("#needs Empty", Empty).tell(() if seen.needs else present.calm(seen.inbox))

    def _show_lines(self, seen: Seen) -> None:
        now = clock.local(clock.epoch())
        width = self.query_one("#chart").content_size.width or 60
        last = present.charts(seen.hours, width)
        photos = present.photos(seen.counts, seen.pending, inbox=seen.inbox)
        self._tell("#chart", [*last, present.hour_scale(now.hour, width)])
        self._tell("#photos", photos)
        self._tell("#parts", present.parts(seen.parts))

    def _tell(self, box: str, lines: list[Line]) -> None:
        self.query_one(f"{box} Words", Words).tell(lines)

    def _show_events(self, events: list[EventView]) -> None:
        table = self.events
        table.records.take(events)
        table.refreshed()
        table.display = bool(events)
        newer = table.records.newer
        self.query_one("#events", Box).head(
            note=f"{newer} newer above · f to follow" if newer else ""
        )
        self._empty("#events", "" if events else "Nothing has happened yet.")

    def _empty(self, box: str, words: str) -> None:
        told = (line(Cell(words, Tone.MUTED)),) if words else ()
        self.query_one(f"{box} Empty", Empty).tell(told)

    @on(RecordTable.Moved)
    def _moved(self) -> None:
        self.tell_keys()

    def on_descendant_focus(self) -> None:
        """Let the key bar know what the keys act on now."""
        self.tell_keys()

    @on(RecordTable.Opened)
    def do_open(self) -> None:
        """Go to the thing under the cursor."""
        if self.work.has_focus and self.work.row is not None:
            self.shell.go("jobs", f"queue:{self.work.row.name}")
        elif self.needs.has_focus and self.needs.row is not None:
            self.shell.go(*present.place_of(self.needs.row.target))
        elif self.events.has_focus and self.events.row is not None:
            self.shell.go(*present.place_of(present.target(self.events.row)))

    def do_pause(self) -> None:
        """Pause the queue under the cursor, or let it go on."""
        if self.work.row is not None:
            self.toggle_queue(self.work.row)

    def do_follow(self) -> None:
        """Show what happens as it happens."""
        self.events.follow()
        self.want()


_NEED_COLUMNS = (
    Column("", width=1),
    Column("", width=27),
    Column("", share=1),
    Column("", width=6, right=True),
    Column("", width=6, right=True),
)
_WORK_COLUMNS = (
    Column("queue", width=17),
    Column("last 24 h", width=12, from_width=66),
    Column("wait", width=6, right=True),
    Column("run", width=4, right=True),
    Column("failed", width=6, right=True),
    Column("/min", width=5, right=True),
    Column("", share=1),
)
_EVENT_COLUMNS = (Column("", width=8), Column("", width=14), Column("", share=1))
