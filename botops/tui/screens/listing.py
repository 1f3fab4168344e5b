"""Listing: a section that is a list with a detail beside it: filter, sort, follow, marks."""

from abc import abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from botops.kernel import clock
from botops.kernel.paging import Page
from botops.runtime import Runtime
from botops.tui.asking import Option
from botops.tui.keymap import Fact
from botops.tui.places import Place
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.query import Asked, understand
from botops.tui.presenters.words import MINUTE, count
from botops.tui.screens.section import Section, told
from botops.tui.state import Desk
from botops.tui.widgets.box import Box
from botops.tui.widgets.choice import Choice
from botops.tui.widgets.empty import Empty
from botops.tui.widgets.filter_bar import FilterBar, summary
from botops.tui.widgets.lines import Detail
from botops.tui.widgets.table import Column, RecordTable

T = TypeVar("T")
PAGE = 100
TICK = 1.0


class Listing(Section, Generic[T]):
    """A filter bar, a table and a detail; subclasses say where rows come from and how they look."""

    columns: ClassVar[Sequence[Column]]
    AUTO_FOCUS = "#list RecordTable"
    fields: ClassVar[Mapping[str, Sequence[str]]]
    noun: ClassVar[str]
    filter_hint: ClassVar[str]
    sorts: ClassVar[Sequence[Option]] = (
        Option("newest", "n", "newest first"),
        Option("oldest", "o", "oldest first"),
    )

    def __init__(self, desk: Desk, places: tuple[Place, ...]) -> None:
        super().__init__(desk, places)
        self.asked = Asked()
        self.sort = self.sorts[0]
        self._loaded: tuple[Asked, Option] | None = None
        self._next: str | None = None
        self._pages: dict[str, list[Hashable]] = {}
        self._total = 0
        self._is_extending = False
        self._minute = 0.0

    # What a subclass says.

    @abstractmethod
    def key_of(self, row: T) -> Hashable:
        """Return what makes a row itself."""

    @abstractmethod
    def present(self, row: T) -> Sequence[Cell]:
        """Return the cells of a row."""

    @abstractmethod
    def page(self, runtime: Runtime, cursor: str | None) -> Page[T]:
        """Return a page of rows; called in a thread."""

    @abstractmethod
    def show_detail(self, row: T | None) -> None:
        """Show everything about a row."""

    @abstractmethod
    def why_empty(self) -> Sequence[Line]:
        """Return why there are no rows although nothing is filtered, and what fills the list."""

    def recognise(self, _fresh: Sequence[T]) -> None:
        """Swap rows for those that they have become under another key, before these are taken."""

    @staticmethod
    def tells_time(_row: T) -> bool:
        """Tell whether a row looks different each second."""
        return False

    # The pieces.

    def body(self) -> ComposeResult:
        """Make filter, strip, list and detail."""
        yield FilterBar(self.filter_hint)
        yield from self.strip()
        with Horizontal(id="panes"):
            with Box(self.place.name, id="list"):
                yield RecordTable(self.columns, key=self.key_of, present=self.present, leads=True)
                yield Empty()
            with Vertical(id="side"):
                yield from self.side()
        yield from self.foot()

    def strip(self) -> ComposeResult:
        """Make what lies between filter and list."""
        yield from ()

    def side(self) -> ComposeResult:
        """Make what lies beside the list."""
        with Box("", id="detail"):
            yield Detail()

    def foot(self) -> ComposeResult:
        """Make what lies below list and detail."""
        yield from ()

    @property
    def table(self) -> "RecordTable[T]":
        """The list."""
        return self.query_one("#list RecordTable", RecordTable)

    def on_mount(self) -> None:
        """Begin to tell the time, where a row does."""
        self.set_interval(TICK, self._tick)
        self._tell()

    def _tick(self) -> None:
        table = self.table
        is_new_minute = clock.epoch() // MINUTE != self._minute
        rows = (table.records.rows[at] for at in table.seen)
        if self.is_current and (is_new_minute or any(map(self.tells_time, rows))):
            self._minute = clock.epoch() // MINUTE
            table.tick()
            self.show_detail(table.row)

    # Reading.

    async def read(self) -> None:
        """Read the newest rows and those in sight, and put them where they belong."""
        if self._loaded != (self.asked, self.sort):
            await self._start()
            return
        top: Page[T] = await self.desk.ask(lambda runtime: self.page(runtime, None))
        self._total = top.total
        self.recognise(top.items)
        self.table.records.take(top.items, ends=top.next_cursor is None)
        await self._refresh_pages()
        self._show()

    async def _start(self) -> None:
        wanted = (self.asked, self.sort)
        top: Page[T] = await self.desk.ask(lambda runtime: self.page(runtime, None))
        self._loaded, self._next, self._total = wanted, top.next_cursor, top.total
        self._pages.clear()
        self.table.records.is_following = True
        self.table.records.start(top.items)
        self.table.scroll_to(y=0, animate=False)
        self._show()

    async def _refresh_pages(self) -> None:
        """Read the older pages again that are in sight; new rows don't move where they begin."""
        records = self.table.records
        seen = {records.key(records.rows[at]) for at in self.table.seen}
        for cursor, keys in self._pages.items():
            if seen.intersection(keys):
                page: Page[T] = await self.desk.ask(partial(self.page, cursor=cursor))
                fresh = {records.key(row) for row in page.items}
                records.update(page.items, [key for key in keys if key not in fresh])

    @on(RecordTable.NearEnd)
    def _more(self) -> None:
        if self._next is not None and not self._is_extending:
            self._is_extending = True
            self._extend()

    @work
    async def _extend(self) -> None:
        wanted, cursor = self._loaded, self._next
        try:
            page: Page[T] = await self.desk.ask(lambda runtime: self.page(runtime, cursor))
        finally:
            self._is_extending = False
        if wanted == self._loaded and cursor is not None:
            self._next = page.next_cursor
            self._pages[cursor] = [self.key_of(row) for row in page.items]
            self.table.records.extend(page.items)
            self._show()

    def _show(self) -> None:
        self.table.refreshed()
        self._tell()

    # Telling.

    def _tell(self) -> None:
        rows = self.table.records.rows
        empty = () if rows else self._why_empty()
        self.query_one(Empty).tell(empty)
        self.table.display = not empty
        self.query_one(FilterBar).tell(self.shown(), self.summary())
        newer = self.table.records.newer
        box = self.query_one("#list", Box)
        box.head(note=f"{count(newer)} newer above · f to follow" if newer else "")

    def _why_empty(self) -> Sequence[Line]:
        if not self.desk.is_running or self._loaded is None:
            return (line(Cell("starting…", Tone.MUTED)),)
        if self.asked != Asked():
            return (
                line(Cell(f"No {self.noun} match this filter.", Tone.STRONG)),
                line(""),
                line(Cell("esc", Tone.KEY), Cell("  show all again", Tone.MUTED)),
            )
        return self.why_empty()

    def broken(self, error: Exception) -> None:
        """Show in the place of the rows that they can't be read, or as a toast above them."""
        if self.table.records.rows:
            super().broken(error)
            return
        self.table.display = False
        gone = Cell("Nothing was lost. BotOps looks again when something changes.", Tone.MUTED)
        first = line(Cell("This list can't be read.", Tone.BAD))
        self.query_one(Empty).tell([first, line(told(error)), line(gone)])

    def shown(self) -> Line:
        """Return what is shown, in words."""
        if self.asked.problem:
            return line(Cell(f"! {self.asked.problem}", Tone.WARN))
        typed = self.query_one(FilterBar).typed
        if typed:
            return line(
                Cell("/ ", Tone.KEY), Cell(typed, Tone.STRONG), Cell("   esc shows all", Tone.FAINT)
            )
        return line(Cell(f"all {self.noun}", Tone.PLAIN))

    def summary(self) -> Line:
        """Return how much is shown."""
        marked = len(self.table.marked)
        return summary(
            f"{count(marked)} marked" if marked else "",
            f"{count(self._total)} {self.noun}",
            self.sort.label,
        )

    def facts(self) -> set[Fact]:
        """Return what is true of the row under the cursor."""
        facts = super().facts()
        if not self.is_mounted:
            return facts
        if self.table.row is not None:
            facts.add(Fact.ROW)
        if not self.table.records.is_following:
            facts.add(Fact.HELD)
        return facts

    @on(RecordTable.Moved)
    def _moved(self) -> None:
        self.show_detail(self.table.row)
        self.tell_keys()

    # Verbs.

    @on(FilterBar.Changed)
    def _filtered(self, event: FilterBar.Changed) -> None:
        self.asked = understand(event.typed, self.fields)
        self._tell()
        self.want()

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.table.focus()

    def filter(self, typed: str) -> None:
        """Show only the rows that match, as if it had been typed."""
        self.query_one(FilterBar).put(typed)

    def do_filter(self) -> None:
        """Open the field for words."""
        self.query_one(FilterBar).open()

    @on(RecordTable.Opened)
    def do_open(self) -> None:
        """Show the detail as a page where there is no room beside the list."""
        self.add_class("-open")
        self.query_one(Detail).focus()

    def do_back(self) -> None:
        """Close the page, the zoom, the marks or the filter, whatever was last."""
        if self.maximized is not None:
            self.minimize()
        elif self.has_class("-open"):
            self.remove_class("-open")
            self.table.focus()
        elif self.table.marked:
            self.table.marked.clear()
            self._show()
        elif self.query_one(FilterBar).typed:
            self.filter("")
        self.table.focus()

    def do_mark(self) -> None:
        """Mark the row."""
        self.table.toggle_mark()
        self._tell()
        self.tell_keys()

    def do_follow(self) -> None:
        """Take in what is new, and what comes."""
        self.table.follow()
        self.want()

    def do_sort(self) -> None:
        """Ask for the order."""
        self.app.push_screen(Choice("Sort", self.sorts), self._sorted)

    def _sorted(self, chosen: Option | None) -> None:
        if chosen is not None:
            self.sort = chosen
            self.want()

    def ids(self, rows: Sequence[Any]) -> list[str]:
        """Return the ids of rows; acted on, they lose their marks and stay where they are."""
        self.table.marked.clear()
        self.table.records.is_following = False
        return [row.id for row in rows]
