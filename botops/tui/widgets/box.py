"""Box: a frame with a title on the left and a note on the right of its upper edge."""

from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from botops.tui.presenters.cells import Cell, Tone
from botops.tui.text import content

_CORNERS = 6


class Box(Vertical):
    """A frame around widgets that lights up while one of them has the focus."""

    ALLOW_MAXIMIZE = True
    DEFAULT_CSS = """
    Box {
        border: round $frame;
        border-title-color: $foreground;
        border-title-style: bold;
        border-title-background: $background;
        background: $background;
        height: 1fr;
        &:focus-within { border: round $frame-live; border-title-color: $primary; }
    }
    """

    def __init__(self, title: str, *children: Widget, id: str | None = None) -> None:  # noqa: A002 - as every widget of Textual
        super().__init__(*children, id=id)
        self._title = title
        self._note = ""
        self._is_live = False

    def head(self, title: str | None = None, *, note: str | None = None) -> None:
        """Set the title, the note or both; nothing is drawn if they are as they were."""
        told = (self._title if title is None else title, self._note if note is None else note)
        if told != (self._title, self._note):
            self._title, self._note = told
            self._write()

    def on_mount(self) -> None:
        """Write the title."""
        self._write()

    def on_resize(self) -> None:
        """Write the title anew: the note sits at the right end."""
        self._write()

    def on_descendant_focus(self) -> None:
        """Light up the rule in the upper edge too."""
        self._is_live = True
        self._write()

    def on_descendant_blur(self) -> None:
        """Let the rule go dark again."""
        self._is_live = False
        self._write()

    def _write(self) -> None:
        title = content(self._title)
        room = self.outer_size.width - _CORNERS
        if not self._note or title.cell_length + len(self._note) + 3 > room:
            self.border_title = title.truncate(max(room, 1), ellipsis=True)
            return
        rule = "─" * (room - title.cell_length - len(self._note) - 2)
        note = content(Cell(self._note, Tone.MUTED))
        edge = "$frame-live" if self._is_live else "$frame"
        self.border_title = Content.assemble(title, " ", (rule, f"not bold {edge}"), " ", note)
