"""Table: rows by key, drawn only where they are seen, with cursor, marks and scroll kept."""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Leave, MouseMove
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from botops.tui.presenters.cells import Cell, Tone
from botops.tui.records import Records
from botops.tui.text import fit, shorten_name
from botops.tui.theme import STYLES
from botops.tui.widgets.lines import QuietView

T = TypeVar("T")
NEAR_END = 20
GUTTER = 2
ROOMY = 60


class Column(NamedTuple):
    """One column: its width in cells, or its share of what is left."""

    title: str
    width: int = 0
    share: int = 0
    right: bool = False
    is_name: bool = False
    """Cut in the middle, so that the end of a file name stays."""
    from_width: int = 0
    """Shown from this width of the table on."""


class RecordTable(QuietView, Generic[T], can_focus=True):
    """A table over `Records`; it asks `present` for the cells of the rows that are seen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--head", "table--cursor", "table--held", "table--hover", "table--marked",
    }  # fmt: skip
    DEFAULT_CSS = """
    RecordTable {
        height: 1fr;
        & > .table--head { color: $tone-muted; }
        & > .table--cursor { background: $row-live; }
        & > .table--held { background: $row-held; }
        & > .table--hover { background: $row-hover; }
        & > .table--marked { background: $row-marked; }
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
    cursor: reactive[Hashable | None] = reactive(None, repaint=False)

    class Moved(Message):
        """The cursor is on another row, or its row has changed."""

    class Opened(Message):
        """Somebody pressed or clicked the row under the cursor."""

    class NearEnd(Message):
        """The last rows are in sight: older ones are wanted."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        key: Callable[[T], Hashable],
        present: Callable[[T], Sequence[Cell]],
        has_head: bool = True,
        leads: bool = False,
    ) -> None:
        """Make a table; one that `leads` a detail shows its cursor without the focus, too."""
        super().__init__()
        self._leads = leads
        self.columns = tuple(columns)
        self.records: Records[T] = Records(key)
        self.marked: set[Hashable] = set()
        self._present = present
        self._top = int(has_head)
        self._hovered: int | None = None
        self._drawn: dict[Hashable, tuple[tuple[Any, ...], Strip]] = {}
        self._shown: tuple[list[T], frozenset[Hashable]] = ([], frozenset())

    # What others ask and tell.

    @property
    def row(self) -> T | None:
        """The row under the cursor."""
        return self.records.get(self.cursor)

    @property
    def chosen(self) -> list[T]:
        """The marked rows, or the one under the cursor."""
        marked = [row for row in self.records.rows if self.records.key(row) in self.marked]
        return marked or ([self.row] if self.row is not None else [])

    @property
    def seen(self) -> range:
        """The places of the rows that are in sight."""
        first = self.scroll_offset.y
        return range(min(first, len(self.records)), min(first + self._rows_seen, len(self.records)))

    def refreshed(self) -> None:
        """Draw anew after the records have changed; what is read stays where it is."""
        shown = (list(self.records.rows), frozenset(self.records.gone))
        if shown == self._shown:
            return
        self._shown = shown
        self.grow(len(self.records) + self._top)
        if self.records.place(self.cursor) is None:
            self._land()
        self.refresh()
        self.post_message(self.Moved())

    def tick(self) -> None:
        """Draw anew what tells the time."""
        self._drawn.clear()
        self.refresh()

    def toggle_mark(self) -> None:
        """Mark the row under the cursor or take its mark away, and go one down."""
        if self.cursor is None:
            return
        self.marked ^= {self.cursor}
        self.action_move(1)
        self.tick()

    def follow(self) -> None:
        """Let new rows come in from above, and show the newest."""
        self.records.is_following = True
        self.scroll_to(y=0, animate=False)

    def point_at(self, key: Hashable) -> None:
        """Put the cursor on a row and bring it into sight."""
        self.cursor = key

    # Moving.

    def action_move(self, by: int) -> None:
        """Move the cursor by some rows."""
        self._go((self.records.place(self.cursor) or 0) + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by some pages."""
        self.action_move(by * max(self._rows_seen - 1, 1))

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first (0) or the last (-1) row."""
        self._go(place if place >= 0 else len(self.records) - 1)

    def _go(self, place: int) -> None:
        if not self.records.rows:
            return
        place = max(0, min(place, len(self.records) - 1))
        self.records.is_following = self.records.is_following and place == 0
        self.cursor = self.records.key(self.records.rows[place])

    def _land(self) -> None:
        """Put the cursor on the row that now stands where the vanished one stood, or the first."""
        rows = self.records.rows
        place = min(self._last_place, len(rows) - 1)
        self.cursor = self.records.key(rows[place]) if rows else None

    _last_place = 0

    def watch_cursor(self, before: Hashable | None, now: Hashable | None) -> None:
        """Bring the cursor into sight and say where it is."""
        place = self.records.place(now)
        left = self.records.place(before)
        if left is not None:
            self._redraw(left)
        if place is not None:
            self._last_place = place
            self._bring_into_sight(place)
            if place >= len(self.records) - NEAR_END:
                self.post_message(self.NearEnd())
            self._redraw(place)
        self.post_message(self.Moved())

    def _redraw(self, place: int) -> None:
        """Draw one row; the whole table if it is not known where it stands."""
        self.refresh(Region(0, place - self.scroll_offset.y + self._top, self.size.width, 1))

    def _bring_into_sight(self, place: int) -> None:
        top = self.scroll_offset.y
        if place < top:
            self.scroll_to(y=place, animate=False)
        elif place >= top + self._rows_seen:
            self.scroll_to(y=place - self._rows_seen + 1, animate=False)

    @property
    def _rows_seen(self) -> int:
        """How many rows are in sight below the head."""
        return max(self.size.height - self._top, 1)

    def on_focus(self) -> None:
        """Show the cursor as the one that keys act on."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor as one that only remembers its place."""
        self.refresh()

    # The mouse.

    def on_mouse_move(self, event: MouseMove) -> None:
        """Show which row a click would take."""
        self._hover(event.y - self._top + self.scroll_offset.y if event.y >= self._top else None)

    def on_leave(self, _event: Leave) -> None:
        """Forget the mouse."""
        self._hover(None)

    def on_click(self, event: Click) -> None:
        """Put the cursor on the row that was clicked; a second click opens it."""
        place = event.y - self._top + self.scroll_offset.y
        if event.y < self._top or place >= len(self.records):
            return
        self._go(place)
        if event.chain > 1:
            self.post_message(self.Opened())

    def _hover(self, place: int | None) -> None:
        before, self._hovered = self._hovered, place
        for each in (before, place):
            if before != place and each is not None:
                self._redraw(each)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Hold still as soon as somebody scrolls away from the newest."""
        super().watch_scroll_y(old_value, new_value)
        if new_value > 0:
            self.records.is_following = False
        if new_value + self._rows_seen >= len(self.records) - NEAR_END:
            self.post_message(self.NearEnd())

    # Drawing.

    def on_resize(self) -> None:
        """Make room for as many columns as fit."""
        self._drawn.clear()
        self.grow(len(self.records) + self._top)

    def notify_style_update(self) -> None:
        """Forget drawn rows: the theme or a class has changed."""
        super().notify_style_update()
        self._drawn.clear()

    @override
    def render_line(self, y: int) -> Strip:
        width = self.room
        if y < self._top:
            return self._head(width)
        place = y - self._top + self.scroll_offset.y
        if place >= len(self.records):
            return Strip.blank(width, self.base)
        return self._line(place, width)

    def _head(self, width: int) -> Strip:
        style = self.get_component_rich_style("table--head")
        text = " " * GUTTER
        for column, cells in self._fitting(width):
            text += fit(column.title, cells, right=column.right) + self._gap(width)
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)

    def _line(self, place: int, width: int) -> Strip:
        row = self.records.rows[place]
        key = self.records.key(row)
        look = self._look(place, key)
        state = (row, width, look, key in self.marked, self.records.is_gone(key))
        drawn = self._drawn.get(key)
        if drawn is None or drawn[0] != state:
            drawn = (state, self._draw(row, width=width, look=look, key=key))
            self._drawn[key] = drawn
        return drawn[1]

    def _look(self, place: int, key: Hashable) -> str:
        if key == self.cursor and (self.has_focus or self._leads):
            return "table--cursor" if self.has_focus else "table--held"
        if key in self.marked:
            return "table--marked"
        return "table--hover" if place == self._hovered else ""

    def _draw(self, row: T, *, width: int, look: str, key: Hashable) -> Strip:
        base = self.base
        if look:
            base += Style(bgcolor=self.get_component_rich_style(look).bgcolor)
        if self.records.is_gone(key):
            base += Style(dim=True)
        lead = "▸" if look in {"table--cursor", "table--held"} else " "
        lead += "•" if key in self.marked else " "
        segments = [Segment(lead, base + self._tone(Tone.ACCENT))]
        cells = self._present(row)
        for (column, room), at in zip(self._fitting(width), self._indexes(width), strict=True):
            cell = cells[at]
            text = shorten_name(cell.text, room) if column.is_name else cell.text
            segments.append(
                Segment(
                    fit(text, room, right=column.right) + self._gap(width),
                    base + self._tone(cell.tone),
                )
            )
        return Strip(segments).adjust_cell_length(width, base)

    @staticmethod
    def _gap(width: int) -> str:
        return " " * gap(width)

    def _tone(self, tone: Tone) -> Style:
        return tone_style(self, tone)

    def _indexes(self, width: int) -> list[int]:
        return [at for at, column in enumerate(self.columns) if column.from_width <= width]

    def _fitting(self, width: int) -> list[tuple[Column, int]]:
        return list(fitting(self.columns, width))


def gap(width: int) -> int:
    """Return how many cells are between two columns of a table this wide."""
    return 1 if width < ROOMY else 2


@lru_cache(maxsize=64)
def fitting(columns: tuple[Column, ...], width: int) -> tuple[tuple[Column, int], ...]:
    """Return the columns that are shown at this width, each with its cells."""
    shown = [column for column in columns if column.from_width <= width]
    room = width - GUTTER - sum(column.width + gap(width) for column in shown)
    shares = sum(column.share for column in shown) or 1
    return tuple((column, column.width + max(room * column.share // shares, 0)) for column in shown)


def tone_style(widget: Widget, tone: Tone) -> Style:
    """Return how a tone looks in the theme of this moment, without a background."""
    return _style(STYLES[tone], (widget.app.theme, widget.app.stylesheet))


@lru_cache(maxsize=256)
def _style(words: str, looks: tuple[str, Any]) -> Style:
    _, sheet = looks  # The sheet stays one object when the theme changes; the name tells.
    return sheet.parse_style(words).rich_style if words else Style()
