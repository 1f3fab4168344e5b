"""Detail: everything about one row, as lines, with the long part folded."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from botops.tui.presenters.cells import Cell, Line, Tone
from botops.tui.text import content, contents


class Fold(Static, can_focus=True):
    """A line that opens into many: `▸ full error (18 lines)`."""

    DEFAULT_CSS = """
    Fold { height: auto; &:focus { background: $row-held; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "unfold", "Unfold", show=False)]

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._title = ""
        self._lines: Sequence[Line] = ()
        self._is_open = False
        self.display = False

    def fold(self, title: str, lines: Sequence[Line]) -> None:
        """Set what is folded; no lines hide the fold."""
        if (title, lines) == (self._title, self._lines):
            return
        self._title, self._lines = title, lines
        self.display = bool(lines)
        self._show()

    def action_unfold(self) -> None:
        """Open what is folded, or fold it again."""
        self._is_open = not self._is_open
        self._show()

    def on_click(self) -> None:
        """Do as the key does."""
        self.action_unfold()

    def _show(self) -> None:
        arrow = "▾" if self._is_open else "▸"
        title = (Cell(f"{arrow} ", Tone.KEY), Cell(self._title, Tone.MUTED))
        self.update(contents([title, *self._lines]) if self._is_open else content(*title))


class Detail(VerticalScroll, can_focus=True):
    """A pane of lines about one thing."""

    DEFAULT_CSS = """
    Detail {
        height: 1fr;
        padding: 0 1;
        background: $background;
        scrollbar-size-vertical: 1;
        & > Static { height: auto; }
        & > #facts { text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def compose(self) -> ComposeResult:
        """Make the lines and the fold."""
        yield Static(id="facts", markup=False)
        yield Static(id="words", markup=False)
        yield Fold()

    def show(self, facts: Sequence[Line] = (), *, words: Sequence[Line] = ()) -> None:
        """Show facts, a line each, and below them words, which wrap."""
        self._put("#facts", facts)
        self._put("#words", words)

    def fold(self, title: str, lines: Sequence[Line]) -> None:
        """Fold these lines below the words."""
        self.query_one(Fold).fold(title, lines)

    def _put(self, where: str, lines: Sequence[Line]) -> None:
        static = self.query_one(where, Static)
        static.display = bool(lines)
        static.update(contents(lines))
