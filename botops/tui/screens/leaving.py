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

    def compose(self) -> ComposeResult:
        """Say what is going on."""
        yield Static(contents([
            line(Cell("Stopping BotOps.", Tone.STRONG)),
            line(Cell("What is running is finished or put back; nothing is lost.", Tone.MUTED)),
        ]), markup=False)  # fmt: skip
