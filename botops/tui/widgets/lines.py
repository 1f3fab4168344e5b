"""Lines: a view whose content changes without a new arrangement of the whole screen."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget
from typing_extensions import override

from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.text import content


class QuietView(ScrollView):
    """A scroll view that grows and shrinks by itself, at the cost of its scroll bar only."""

    DEFAULT_CSS = """
    QuietView {
        background: $background;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    """

    base = Style()
    """The style of what has none of its own; found out once for all lines that are drawn."""

    @property
    def room(self) -> int:
        """How many cells a line has beside the scroll bar, which has its place always."""
        return self.scrollable_content_region.width

    @override
    def render_lines(self, crop: Region) -> list[Strip]:
        self.base = self.rich_style
        return super().render_lines(crop)

    def grow(self, height: int) -> None:
        """Have this many lines."""
        size = Size(self.room, height)
        if size != self.virtual_size:
            # The public way arranges the whole screen anew, for a change inside one box.
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
            if self.styles.height is not None and self.styles.height.is_auto:
                self.refresh(layout=True)


class Detail(QuietView, can_focus=True):
    """Facts, a line each; below them words, which wrap; and a fold that enter opens."""

    DEFAULT_CSS = """
    Detail { height: 1fr; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "unfold", "Unfold", show=False),
        Binding("j,down", "scroll_down", "Down", show=False),
        Binding("k,up", "scroll_up", "Up", show=False),
        Binding("g,home", "scroll_home", "First", show=False),
        Binding("G,end", "scroll_end", "Last", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._facts: Sequence[Line] = ()
        self._words: Sequence[Line] = ()
        self._fold: tuple[str, Sequence[Line]] = ("", ())
        self._is_open = False
        self._strips: list[Strip] = []
        self._fold_at = 0

    def show(
        self,
        facts: Sequence[Line],
        *,
        words: Sequence[Line] = (),
        fold: tuple[str, Sequence[Line]] = ("", ()),
    ) -> None:
        """Show these lines; nothing is drawn if they are as they were."""
        if (facts, words, fold) != (self._facts, self._words, self._fold):
            self._facts, self._words, self._fold = facts, words, fold
            self._arrange()

    def action_unfold(self) -> None:
        """Open what is folded, or fold it again."""
        self._is_open = not self._is_open
        self._arrange()
        self.scroll_to(y=self._fold_at if self._is_open else 0, animate=False)

    def on_click(self, event: Click) -> None:
        """Open the fold by its line."""
        if event.y + self.scroll_offset.y == self._fold_at and self._fold[1]:
            self.action_unfold()

    def on_resize(self) -> None:
        """Wrap the words anew."""
        self._arrange()

    @override
    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            self._arrange()

    def _arrange(self) -> None:
        if not self.room:
            return
        self._strips = self._drawn(self._facts, wraps=False) + self._drawn(self._words, wraps=True)
        self._fold_at = len(self._strips)
        title, lines = self._fold
        if lines:
            arrow = Cell("▾ " if self._is_open else "▸ ", Tone.KEY)
            self._strips += self._drawn([line(arrow, Cell(title, Tone.MUTED))], wraps=False)
            self._strips += self._drawn(lines, wraps=True) if self._is_open else []
        self.grow(len(self._strips))
        self.refresh()

    def _drawn(self, lines: Sequence[Line], *, wraps: bool) -> list[Strip]:
        width = self.room
        drawn: list[Strip] = []
        for cells in lines:
            words = content(*cells)
            shown = words if wraps else words.truncate(width, ellipsis=True)
            drawn += Visual.to_strips(self, shown, width, None, self.visual_style) or [Strip([])]
        return drawn

    @override
    def render_line(self, y: int) -> Strip:
        width = self.room
        place = y + self.scroll_offset.y
        strip = self._strips[place] if place < len(self._strips) else Strip([])
        return strip.adjust_cell_length(width, self.base).apply_style(self.base)
