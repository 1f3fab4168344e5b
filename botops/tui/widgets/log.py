"""Log: a list of any length, of which only the pages that are looked at are there."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Leave, MouseMove
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from typing_extensions import override

from botops.tui.presenters.cells import Cell, Tone
from botops.tui.text import fit
from botops.tui.widgets.lines import QuietView
from botops.tui.widgets.table import GUTTER, Column, fitting, gap, tone_style

T = TypeVar("T")
PAGE = 256
KEPT = 24
"""Pages that are kept; whoever scrolls back further waits for a read."""
AHEAD = 64
"""Rows before the end of a page from which the next one is fetched already."""


class Log(QuietView, Generic[T], can_focus=True):
    """Rows by their place, newest first; it asks for the pages that it lacks with `Wanted`.

    Rows never change, and none goes; new ones come in above, which moves every place. So a log
    shows a list as it was at one moment, until it is given another.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log--head", "log--cursor", "log--held", "log--hover",
    }  # fmt: skip
    DEFAULT_CSS = """
    Log {
        height: 1fr;
        & > .log--head { color: $tone-muted; }
        & > .log--cursor { background: $row-live; }
        & > .log--held { background: $row-held; }
        & > .log--hover { background: $row-hover; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False),
        Binding("home,g", "edge(0)", "First", show=False),
        Binding("end,G", "edge(-1)", "Last", show=False),
    ]
    cursor: reactive[int] = reactive(0, repaint=False)

    class Wanted(Message):
        """A page is in sight, or soon will be, and is not there."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class Moved(Message):
        """The cursor is on another row, or its row has come."""

    class Opened(Message):
        """Somebody pressed or clicked the row under the cursor."""

    def __init__(
        self, columns: Sequence[Column], *, present: Callable[[T], Sequence[Cell]]
    ) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.total = 0
        self.is_following = True
        self._present = present
        self._pages: OrderedDict[int, Sequence[T]] = OrderedDict()
        self._asked: set[int] = set()
        self._drawn: dict[int, tuple[str, Strip]] = {}
        self._hovered: int | None = None
        self._held: tuple[int, T | None] = (0, None)

    # What others ask and tell.

    @property
    def row(self) -> T | None:
        """The row under the cursor, if it is there yet."""
        return self.at(self.cursor)

    def at(self, place: int) -> T | None:
        """Return the row at a place, if it is there."""
        number, offset = divmod(place, PAGE)
        page = self._pages.get(number)
        if page is None:
            return self._held[1] if place == self._held[0] else None
        return page[offset] if offset < len(page) else None

    def sampled(self, word: Callable[[T], str], most: int = 12) -> list[str]:
        """Return what some of the rows that are there have in a field, each word once."""
        words = dict.fromkeys(word(row) for page in self._pages.values() for row in page)
        return list(words)[:most]

    def start(self, total: int, pages: Mapping[int, Sequence[T]], *, moved: int | None) -> None:
        """Show a list; `moved` rows have come in above those of the one before, if it is the same.

        What is read stays where it is, unless the newest are followed.
        """
        held = self.row if moved is not None else None
        self.total = total
        self._pages = OrderedDict(pages)
        self._asked.clear()
        self._drawn.clear()
        place = 0 if moved is None else self.cursor + moved
        self.set_reactive(Log.cursor, max(min(place, total - 1), 0))
        self._held = (self.cursor, held)
        self.grow(total + 1)
        is_at_top = moved is None or self.is_following
        self.scroll_to(y=0 if is_at_top else self.scroll_offset.y + (moved or 0), animate=False)
        self._want(self.cursor)
        self.refresh()
        self.post_message(self.Moved())

    def stretch(self, total: int) -> None:
        """Take note of how many rows there are, once they are counted."""
        self.total = total
        self.grow(total + 1)
        self.refresh()

    def put(self, number: int, rows: Sequence[T]) -> None:
        """Take a page that was wanted."""
        self._asked.discard(number)
        self._pages[number] = rows
        while len(self._pages) > KEPT:
            self._forget(next(iter(self._pages)))
        self.refresh()
        if self.cursor // PAGE == number:
            self.post_message(self.Moved())

    def give_up(self, number: int) -> None:
        """Take note that a page could not be read; it is asked for again when it is next needed."""
        self._asked.discard(number)

    def go(self, place: int) -> None:
        """Put the cursor on a place and bring it into sight."""
        if not self.total:
            return
        place = max(0, min(place, self.total - 1))
        self.is_following = self.is_following and place == 0
        self.cursor = place

    def follow(self) -> None:
        """Show the newest, and let new rows come in from above."""
        self.is_following = True
        self.scroll_to(y=0, animate=False)

    def tick(self) -> None:
        """Draw anew what tells the time."""
        self._drawn.clear()
        self.refresh()

    # Moving.

    def action_move(self, by: int) -> None:
        """Move the cursor by some rows."""
        self.go(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by some pages."""
        self.go(self.cursor + by * max(self._rows_seen - 1, 1))

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first (0) or the last (-1) row."""
        self.go(place if place >= 0 else self.total - 1)

    def watch_cursor(self, before: int, now: int) -> None:
        """Bring the cursor into sight and say where it is."""
        top = self.scroll_offset.y
        if now < top:
            self.scroll_to(y=now, animate=False)
        elif now >= top + self._rows_seen:
            self.scroll_to(y=now - self._rows_seen + 1, animate=False)
        for place in (before, now):
            self._redraw(place)
        self._want(now)
        self.post_message(self.Moved())

    def _redraw(self, place: int) -> None:
        self.refresh(Region(0, place - self.scroll_offset.y + 1, self.size.width, 1))

    @property
    def _rows_seen(self) -> int:
        """How many rows are in sight below the head."""
        return max(self.size.height - 1, 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Hold still as soon as somebody scrolls away from the newest."""
        super().watch_scroll_y(old_value, new_value)
        if new_value > 0:
            self.is_following = False
        self._want(int(new_value))
        self._want(int(new_value) + self._rows_seen)

    def on_focus(self) -> None:
        """Show the cursor as the one that keys act on."""
        self.tick()

    def on_blur(self) -> None:
        """Show the cursor as one that only remembers its place."""
        self.tick()

    # Pages.

    def _want(self, place: int) -> None:
        """Ask for the page of a place, and for one that is close to it."""
        for near in (place, place - AHEAD, place + AHEAD):
            number = near // PAGE
            if not 0 <= near < self.total or number in self._asked:
                continue
            if number in self._pages:
                self._pages.move_to_end(number)
                continue
            self._asked.add(number)
            self.post_message(self.Wanted(number))

    def _forget(self, number: int) -> None:
        del self._pages[number]
        first = number * PAGE
        for place in [place for place in self._drawn if first <= place < first + PAGE]:
            del self._drawn[place]

    # The mouse.

    def on_mouse_move(self, event: MouseMove) -> None:
        """Show which row a click would take."""
        self._hover(event.y - 1 + self.scroll_offset.y if event.y >= 1 else None)

    def on_leave(self, _event: Leave) -> None:
        """Forget the mouse."""
        self._hover(None)

    def on_click(self, event: Click) -> None:
        """Put the cursor on the row that was clicked; a second click opens it."""
        place = event.y - 1 + self.scroll_offset.y
        if event.y < 1 or place >= self.total:
            return
        self.go(place)
        if event.chain > 1:
            self.post_message(self.Opened())

    def _hover(self, place: int | None) -> None:
        before, self._hovered = self._hovered, place
        for each in (before, place):
            if before != place and each is not None:
                self._redraw(each)

    # Drawing.

    def on_resize(self) -> None:
        """Make room for as many columns as fit."""
        self._drawn.clear()
        self.grow(self.total + 1)
        self._want(self.scroll_offset.y + self._rows_seen)

    def notify_style_update(self) -> None:
        """Forget drawn rows: the theme or a class has changed."""
        super().notify_style_update()
        self._drawn.clear()

    @override
    def render_line(self, y: int) -> Strip:
        if y == 0:
            style = self.get_component_rich_style("log--head")
            cells = [Cell(column.title) for column in self.columns]
            return self._joined(cells, lead=" " * GUTTER, base=style)
        place = y - 1 + self.scroll_offset.y
        if place >= self.total:
            return Strip.blank(self.room, self.base)
        look = self._look(place)
        drawn = self._drawn.get(place)
        if drawn is None or drawn[0] != look:
            drawn = (look, self._line(place, look))
            if self.at(place) is not None:
                self._drawn[place] = drawn
        return drawn[1]

    def _look(self, place: int) -> str:
        if place == self.cursor:
            return "log--cursor" if self.has_focus else "log--held"
        return "log--hover" if place == self._hovered else ""

    def _line(self, place: int, look: str) -> Strip:
        base = self.base
        if look:
            base += Style(bgcolor=self.get_component_rich_style(look).bgcolor)
        lead = "▸ " if place == self.cursor else "  "
        row = self.at(place)
        if row is None:
            self._want(place)
            blank = [Segment(lead, base + tone_style(self, Tone.ACCENT)), Segment("·", base)]
            return Strip(blank).adjust_cell_length(self.room, base)
        return self._joined(self._present(row), lead=lead, base=base)

    def _joined(self, cells: Sequence[Cell], *, lead: str, base: Style) -> Strip:
        width = self.room
        space = " " * gap(width)
        segments = [Segment(lead, base + tone_style(self, Tone.ACCENT))]
        at = [index for index, column in enumerate(self.columns) if column.from_width <= width]
        for index, (column, room) in zip(at, fitting(self.columns, width), strict=True):
            style = base + tone_style(self, cells[index].tone)
            text = fit(cells[index].text, room, right=column.right) + space
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, base)
