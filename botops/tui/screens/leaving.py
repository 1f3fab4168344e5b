"""Leaving: what is shown while the engine finishes what it has begun."""

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from botops.tui.presenters.cells import Cell, Tone, line
from botops.tui.text import contents


class Leaving(ModalScreen[None]):
    """A line in the middle of a dimmed screen."""

    DEFAULT_CSS = """
    Leaving {
        align: center middle;
        background: $background 70%;
        & > Static {
            width: auto;
            height: auto;
            padding: 1 3;
            background: $surface;
            border: round $frame-live;
        }
    }
    """

    def __init__(self, *, is_attached: bool) -> None:
        super().__init__()
        self._is_attached = is_attached

    def compose(self) -> ComposeResult:
        """Say what is going on."""
        if self._is_attached:
            head, more = "Closing this screen.", "The engine goes on."
        else:
            head = "Stopping BotOps."
            more = "What is running is finished or put back; nothing is lost."
        words = [line(Cell(head, Tone.STRONG)), line(Cell(more, Tone.MUTED))]
        yield Static(contents(words), markup=False)
