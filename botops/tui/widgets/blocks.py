"""Blocks: a list whose entries take several lines each, with a cursor that goes by entry."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.visual import Visual
from typing_extensions import override

from botops.tui.presenters.cells import Cell, Line, Tone
from botops.tui.text import content, fit, shorten
from botops.tui.widgets.lines import QuietView
from botops.tui.widgets.table import GUTTER, Column, fitting, gap, tone_style


class Block(NamedTuple):
    """One entry: the cells of its first line, and the lines below it, which wrap."""

    key: str
    head: tuple[Cell, ...]
    body: tuple[Line, ...] = ()
    is_heading: bool = False
    """A heading stands between entries; the cursor passes over it."""


class Blocks(QuietView, can_focus=True):
    """Entries below each other; where it is `terse`, only the one under the cursor is whole."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"blocks--cursor", "blocks--held"}
    DEFAULT_CSS = """
    Blocks {
        height: 1fr;
        & > .blocks--cursor { background: $row-live; }
        & > .blocks--held { background: $row-held; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown,ctrl+d", "move(5)", "Page down", show=False),
        Binding("pageup,ctrl+u", "move(-5)", "Page up", show=False),
        Binding("home,g", "edge(0)", "First", show=False),
        Binding("end,G", "edge(-1)", "Last", show=False),
    ]
    cursor: reactive[str | None] = reactive(None, repaint=False)

    class Moved(Message):
        """The cursor is on another entry."""

    class Opened(Message):
        """Somebody clicked the entry under the cursor twice."""

    class Scrolled(Message):
        """What is in sight is elsewhere than before."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.terse = False
        self.opening = 0
        """Lines kept free below the first line of the entry under the cursor."""
        self._blocks: Sequence[Block] = ()
        self._rows: list[tuple[Block, int]] = []
        self._tops: dict[str, int] = {}
        self._bodies: dict[tuple[Any, ...], list[Strip]] = {}

    def show(self, blocks: Sequence[Block]) -> None:
        """Show these entries; the cursor stays on its own, or goes to the first."""
        if blocks == self._blocks:
            return
        self._blocks = blocks
        keys = self._keys
        if self.cursor not in keys:
            self.set_reactive(Blocks.cursor, keys[0] if keys else None)
            self.scroll_to(y=0, animate=False)
            self.post_message(self.Moved())
        self.lay_out()

    @property
    def _keys(self) -> list[str]:
        return [block.key for block in self._blocks if not block.is_heading]

    def top_of(self, key: str) -> int:
        """Return the line, counted from the first that is in sight, on which an entry begins."""
        return self._tops.get(key, 0) - self.scroll_offset.y

    # Moving.

    def action_move(self, by: int) -> None:
        """Move the cursor by some entries."""
        keys = self._keys
        if keys:
            at = keys.index(self.cursor) if self.cursor in keys else 0
            self.cursor = keys[max(0, min(at + by, len(keys) - 1))]

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first (0) or the last (-1) entry."""
        keys = self._keys
        if keys:
            self.cursor = keys[place]

    def watch_cursor(self) -> None:
        """Bring the entry into sight and say which it is."""
        self.lay_out()
        self.bring_into_sight()
        self.post_message(self.Moved())

    def bring_into_sight(self) -> None:
        """Scroll such that the entry under the cursor is seen as a whole, or from its beginning."""
        if self.cursor is None:
            return
        top = self._tops.get(self.cursor, 0)
        height = sum(block.key == self.cursor for block, _ in self._rows)
        if self.cursor == next(iter(self._keys), None):
            top, height = 0, height + top
        seen, room = self.scroll_offset.y, max(self.size.height, 1)
        if top < seen or height >= room:
            self.scroll_to(y=top, animate=False)
        elif top + height > seen + room:
            self.scroll_to(y=top + height - room, animate=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say that what is in sight has moved."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Scrolled())

    def on_click(self, event: Click) -> None:
        """Put the cursor on the entry that was clicked; a second click opens it."""
        place = event.y + self.scroll_offset.y
        if place >= len(self._rows) or self._rows[place][0].is_heading:
            return
        self.cursor = self._rows[place][0].key
        if event.chain > 1:
            self.post_message(self.Opened())

    def on_focus(self) -> None:
        """Show the cursor as the one that keys act on."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor as one that only remembers its place."""
        self.refresh()

    # Drawing.

    def on_resize(self) -> None:
        """Wrap the words anew."""
        self.lay_out()

    @override
    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._bodies.clear()
        if self.is_mounted:
            self.refresh()

    def lay_out(self) -> None:
        """Lay the lines out anew: an entry, the width, or what is kept free has changed."""
        if not self.room:
            return
        self._rows.clear()
        self._tops.clear()
        for block in self._blocks:
            if self._rows and (not self.terse or block.is_heading):
                self._rows.append((Block("", ()), 0))
            self._tops[block.key] = len(self._rows)
            self._rows += [(block, line) for line in range(self._height(block))]
        self.grow(len(self._rows))
        self.refresh()

    def _height(self, block: Block) -> int:
        is_current = block.key == self.cursor and not block.is_heading
        if self.terse and not is_current:
            return 1
        return 1 + (self.opening if is_current else 0) + len(self._body(block))

    def _body(self, block: Block) -> list[Strip]:
        width = max(self.room - GUTTER - 1, 1)
        known = self._bodies.get((block, width))
        if known is None:
            known = [
                strip
                for cells in block.body
                for strip in Visual.to_strips(self, content(*cells), width, None, self.visual_style)
            ]
            if len(self._bodies) > len(self._blocks) * 4:
                self._bodies.clear()
            self._bodies[block, width] = known
        return known

    @override
    def render_line(self, y: int) -> Strip:
        width = self.room
        place = y + self.scroll_offset.y
        if place >= len(self._rows):
            return Strip.blank(width, self.base)
        block, line = self._rows[place]
        if line == 0:
            return self._head(block, width)
        opening = self.opening if block.key == self.cursor else 0
        if line <= opening:
            return Strip.blank(width, self.base)
        strip = self._body(block)[line - 1 - opening]
        lead = Strip([Segment(" " * GUTTER, self.base)])
        return Strip.join([lead, strip]).adjust_cell_length(width, self.base).apply_style(self.base)

    def _head(self, block: Block, width: int) -> Strip:
        base = self.base
        is_current = block.key == self.cursor and not block.is_heading
        if is_current:
            look = "blocks--cursor" if self.has_focus else "blocks--held"
            base += Style(bgcolor=self.get_component_rich_style(look).bgcolor)
        lead = "▸ " if is_current else "  "
        segments = [Segment(lead, base + tone_style(self, Tone.ACCENT))]
        if block.is_heading or not block.head:
            return self._heading(" ".join(cell.text for cell in block.head), width)
        for cell, (column, room) in zip(block.head, fitting(self.columns, width), strict=False):
            text = fit(cell.text, room, right=column.right) + " " * gap(width)
            segments.append(Segment(text, base + tone_style(self, cell.tone)))
        return Strip(segments).adjust_cell_length(width, base)

    def _heading(self, text: str, width: int) -> Strip:
        shown = f" {shorten(text, width - 2)} " if text else ""
        rule = "─" * (width - cell_len(shown)) if text else ""
        name = Segment(shown, self.base + tone_style(self, Tone.MUTED))
        line = Segment(rule, self.base + tone_style(self, Tone.FAINT))
        return Strip([name, line]).adjust_cell_length(width, self.base)
