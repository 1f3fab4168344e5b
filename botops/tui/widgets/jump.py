"""Jump: a letter on each box, and the box of the letter that is pressed gets the focus."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.events import Key
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from botops.tui.presenters.cells import Cell, Tone
from botops.tui.text import content
from botops.tui.widgets.box import Box

LETTERS = "asdfghjkl"


class Jump(ModalScreen[Widget | None]):
    """An overlay of letters; any other key closes it."""

    DEFAULT_CSS = """
    Jump {
        background: $background 40%;
        & > Static {
            width: auto;
            height: 1;
            background: $accent;
            color: $background;
            text-style: bold;
            position: absolute;
        }
    }
    """

    def __init__(self, targets: Mapping[str, tuple[Widget, Offset]]) -> None:
        super().__init__()
        self._targets = targets

    def compose(self) -> ComposeResult:
        """Put a letter on each box."""
        for letter, (_, offset) in self._targets.items():
            badge = Static(content(Cell(f" {letter} ", Tone.PLAIN)), markup=False)
            badge.styles.offset = (offset.x + 2, offset.y)
            yield badge

    def on_key(self, event: Key) -> None:
        """Go to the box of the letter."""
        event.stop()
        target = self._targets.get(event.key)
        self.dismiss(target[0] if target else None)


def lettered(widgets: list[Widget]) -> dict[str, tuple[Widget, Offset]]:
    """Return a letter for each widget, with the place where it is drawn."""
    places = [(widget, _frame(widget).region.offset) for widget in widgets]
    return dict(zip(LETTERS, places, strict=False))


def _frame(widget: Widget) -> Widget:
    """Return the box around a widget, in whose edge there is room for a letter."""
    return widget.parent if isinstance(widget.parent, Box) else widget
