"""Scrolling: a section that is a list of any length: filter, follow, pages as they are needed."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical

from botops.tui.keymap import Fact
from botops.tui.places import Place
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.query import Asked, understand
from botops.tui.presenters.words import count
from botops.tui.screens.section import Section, told
from botops.tui.state import Desk, EngineGone
from botops.tui.widgets.box import Box
from botops.tui.widgets.empty import Empty
from botops.tui.widgets.filter_bar import FilterBar, summary
from botops.tui.widgets.lines import Detail
from botops.tui.widgets.log import PAGE, Log
from botops.tui.widgets.table import Column

if TYPE_CHECKING:
    from botops.runtime import Runtime

log = logging.getLogger(__name__)
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Source(Protocol[T_co]):
    """A list as it was at one moment, newest first; asked in threads."""

    @property
    def total(self) -> int | None:
        """How many rows there are, or None where that has to be counted first."""

    def count(self) -> int:
        """Return how many rows there are."""

    def read(self, first: int, count: int) -> Sequence[T_co]:
        """Return so many rows from a place on."""

    def newer(self) -> int:
        """Return how many rows have come since."""

    def renewed(self) -> tuple[Source[T_co], int]:
        """Return the list as it is now, and how many rows have come in above."""


class Scrolling(Section, Generic[T]):
    """A filter bar, a log and a detail; subclasses say where rows come from and how they look."""

    AUTO_FOCUS = "#list Log"
    columns: ClassVar[Sequence[Column]]
    fields: ClassVar[Mapping[str, Sequence[str]]]
    noun: ClassVar[tuple[str, str]]
    """What one row is, and what several are."""
    list_title: ClassVar[str]
    filter_hint: ClassVar[str]

    def __init__(self, desk: Desk, places: tuple[Place, ...]) -> None:
        super().__init__(desk, places)
        self.asked = Asked()
        self._source: Source[T] | None = None
        self._shown: Asked | None = None
        self._newer = 0
        self._is_counted = True

    # What a subclass says.

    @abstractmethod
    def present(self, row: T) -> Sequence[Cell]:
        """Return the cells of a row."""

    @abstractmethod
    def source(self, runtime: Runtime, asked: Asked) -> Source[T]:
        """Return the list that is meant, as it is now; called in a thread."""

    @abstractmethod
    def show_detail(self, row: T | None) -> None:
        """Show everything about a row."""

    @abstractmethod
    def why_empty(self) -> Sequence[Line]:
        """Return why there are no rows although nothing is filtered, and what fills the list."""

    # The pieces.

    def body(self) -> ComposeResult:
        """Make filter, list and detail."""
        yield FilterBar(self.filter_hint)
        with Container(id="panes"):
            with Box(self.list_title, id="list"):
                yield Log[T](self.columns, present=self.present)
                yield Empty()
            with Vertical(id="side"):
                yield from self.side()
        yield from self.foot()

    def side(self) -> ComposeResult:
        """Make what lies beside or below the list."""
        with Box("", id="detail"):
            yield Detail()

    def foot(self) -> ComposeResult:
        """Make what lies below all of it."""
        yield from ()

    @property
    def rows(self) -> Log[T]:
        """The list."""
        return self.query_one("#list Log", Log)

    def on_mount(self) -> None:
        """Say that the engine is on its way."""
        self._tell()

    # Reading.

    async def read(self) -> None:
        """Read what is newest, or how much is newer than what is read."""
        source = self._source
        if source is None or self._shown != self.asked:
            await self._open()
            return
        self._newer = await self.desk.ask(lambda _: source.newer())
        if self._newer and self.rows.is_following:
            await self._renew(source)
        self._tell()

    async def _open(self) -> None:
        asked = self.asked
        source, rows = await self.desk.ask(lambda rt: _top(self.source(rt, asked)))
        self._source, self._shown, self._newer = source, asked, 0
        self.rows.is_following = True
        total = source.total
        if total is None and len(rows) < PAGE:
            total = len(rows)
        self.rows.start(len(rows) if total is None else total, {0: rows}, moved=None)
        self._is_counted = total is not None
        self._tell()
        if total is None:
            self._count(source)

    async def _renew(self, before: Source[T]) -> None:
        (source, rows), moved = await self.desk.ask(lambda _: _renewed(before))
        self._source, self._newer = source, 0
        self.rows.start(self.rows.total + moved, {0: rows}, moved=moved)

    @work
    async def _count(self, source: Source[T]) -> None:
        """Count what is found, while its first page is looked at already."""
        with self.telling_trouble():
            total = await self.desk.ask(lambda _: source.count())
            if source is self._source:
                self._is_counted = True
                self.rows.stretch(total)
                self._tell()

    @on(Log.Wanted)
    def _wanted(self, event: Log.Wanted) -> None:
        event.stop()
        self._fetch(event.number)

    @work
    async def _fetch(self, number: int) -> None:
        source = self._source
        if source is None:
            return
        self.rows.give_up(number)  # Until it is there: what fails is asked for again.
        with self.telling_trouble():
            rows = await self.desk.ask(lambda _: source.read(number * PAGE, PAGE))
            if source is self._source:
                self.rows.put(number, rows)

    @contextmanager
    def telling_trouble(self) -> Iterator[None]:
        """Tell what goes wrong in the block, but not that the program is ending."""
        try:
            yield
        except EngineGone:
            pass  # The program is ending, and there is nobody to tell.
        except Exception as error:  # Whatever it is, it is told; a later look asks again.
            log.exception("a part of %s could not be read", self.place.name)
            super().broken(error)

    # Telling.

    def _tell(self) -> None:
        empty = () if self.rows.total else self._why_empty()
        self.query_one(Empty).tell(empty)
        self.rows.display = not empty
        self.query_one(FilterBar).tell(self.shown(), self.summary())
        newer = f"{count(self._newer)} newer above · f to follow" if self._newer else ""
        self.query_one("#list", Box).head(note=newer)

    def _why_empty(self) -> Sequence[Line]:
        if not self.desk.is_running or self._source is None:
            return (line(Cell("starting…", Tone.MUTED)),)
        if self.asked != Asked():
            return (
                line(Cell(f"No {self.noun[1]} match this filter.", Tone.STRONG)),
                line(""),
                line(Cell("esc", Tone.KEY), Cell("  show all again", Tone.MUTED)),
            )
        return self.why_empty()

    def broken(self, error: Exception) -> None:
        """Show in the place of the rows that they can't be read, or as a toast above them."""
        if self.rows.total:
            super().broken(error)
            return
        self.rows.display = False
        gone = Cell("Nothing was lost. BotOps looks again when something changes.", Tone.MUTED)
        first = line(Cell("This list can't be read.", Tone.BAD))
        self.query_one(Empty).tell([first, line(told(error)), line(gone)])

    def shown(self) -> Line:
        """Return what is shown, in words."""
        if self.asked.problem:
            return line(Cell(f"! {self.asked.problem}", Tone.WARN))
        return self.chips()

    def chips(self) -> Line:
        """Return the filter, in words."""
        typed = self.query_one(FilterBar).typed
        return line(Cell("/ ", Tone.KEY), Cell(typed)) if typed else line(f"all {self.noun[1]}")

    def summary(self) -> Line:
        """Return how much is shown."""
        place = f"{count(self.rows.cursor + 1)} of " if self.rows.cursor else ""
        total = count(self.rows.total) if self._is_counted else "…"
        return summary(f"{place}{total} {self.noun[self.rows.total != 1]}")

    def facts(self) -> set[Fact]:
        """Return what is true of the row under the cursor."""
        facts = super().facts()
        if not self.is_mounted:
            return facts
        if self.rows.row is not None:
            facts.add(Fact.ROW)
        if not self.rows.is_following:
            facts.add(Fact.HELD)
        return facts

    @on(Log.Moved)
    def _moved(self) -> None:
        self.show_detail(self.rows.row)
        self.query_one(FilterBar).tell(self.shown(), self.summary())
        self.tell_keys()

    # Verbs.

    @on(FilterBar.Changed)
    def _filtered(self, event: FilterBar.Changed) -> None:
        self.asked = understand(event.typed, self.fields)
        self._tell()
        self.want()

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.rows.focus()

    def filter(self, typed: str) -> None:
        """Show only the rows that match, as if it had been typed."""
        self.query_one(FilterBar).put(typed)

    def do_filter(self) -> None:
        """Open the field for words."""
        self.query_one(FilterBar).open()

    def show_page(self) -> None:
        """Show the detail as a page where there is no room for it beside the list."""
        self.add_class("-open")
        self.query_one(Detail).focus()

    def do_back(self) -> None:
        """Close the page, the zoom or the filter, whatever was last."""
        if self.maximized is not None:
            self.minimize()
        elif self.has_class("-open"):
            self.remove_class("-open")
        elif self.query_one(FilterBar).typed:
            self.filter("")
        self.rows.focus()

    def do_follow(self) -> None:
        """Take in what is new, and what comes."""
        self.rows.follow()
        self.want()


def _top(source: Source[T]) -> tuple[Source[T], Sequence[T]]:
    return source, source.read(0, PAGE)


def _renewed(source: Source[T]) -> tuple[tuple[Source[T], Sequence[T]], int]:
    fresh, moved = source.renewed()
    return _top(fresh), moved
