"""Pane: lines to look through, drawn only where they are seen."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.strip import Strip
from typing_extensions import override

from botops.tui.presenters.cells import Cell, Line
from botops.tui.text import clean
from botops.tui.widgets.lines import QuietView
from botops.tui.widgets.table import tone_style


class Pane(QuietView, can_focus=True):
    """Lines in tones; one that is too long is cut, or goes on below where the pane `wraps`."""

    DEFAULT_CSS = """
    Pane { height: 1fr; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", "Down", show=False),
        Binding("k,up", "scroll_up", "Up", show=False),
        Binding("pagedown,ctrl+d", "page_down", "Page down", show=False),
        Binding("pageup,ctrl+u", "page_up", "Page up", show=False),
        Binding("g,home", "scroll_home", "First", show=False),
        Binding("G,end", "scroll_end", "Last", show=False),
    ]
    wraps = False

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._rows: Sequence[Line] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines from the first on; nothing is drawn if they are as they were."""
        if lines != self._lines:
            self._lines = lines
            self.scroll_to(y=0, animate=False)
            self._arrange()

    def on_resize(self) -> None:
        """Make the lines fit anew."""
        self._arrange()

    def _arrange(self) -> None:
        width = self.room
        if width:
            rows = [wrapped(each, width) if self.wraps else [each] for each in self._lines]
            self._rows = [row for each in rows for row in each]
            self.grow(len(self._rows))
            self.refresh()

    @override
    def render_line(self, y: int) -> Strip:
        place = y + self.scroll_offset.y
        cells = self._rows[place] if place < len(self._rows) else ()
        base = self.base
        strip = Strip(
            [Segment(clean(cell.text), base + tone_style(self, cell.tone)) for cell in cells]
        )
        return strip.adjust_cell_length(self.room, base)


def wrapped(cells: Line, width: int) -> list[Line]:
    """Return a line as several of at most `width` cells, cut wherever they end."""
    clear = [Cell(clean(cell.text), cell.tone) for cell in cells]
    if sum(cell_len(cell.text) for cell in clear) <= width:
        return [tuple(clear)]
    rows: list[list[Cell]] = [[]]
    room = width
    for cell in clear:
        first = chop_cells(cell.text[:room], room)[0] if room and cell.text else ""
        pieces = [first, *chop_cells(cell.text[len(first) :], width)]
        for at, piece in enumerate(pieces):
            if at:
                rows.append([])
                room = width
            rows[-1].append(Cell(piece, cell.tone))
            room = max(room - cell_len(piece), 0)
    return [tuple(cell for cell in row if cell.text) for row in rows if any(c.text for c in row)]
