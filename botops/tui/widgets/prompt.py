"""Prompt: a box that asks for one line of text."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from botops.tui.presenters.cells import Cell, Tone
from botops.tui.text import content
from botops.tui.widgets.box import Box


class Prompt(ModalScreen[str | None]):
    """A field with a sentence below it; enter gives the text, esc nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", show=False)]
    DEFAULT_CSS = """
    Prompt {
        align: center middle;
        background: $background 60%;
        & > Box {
            width: 60;
            max-width: 96%;
            height: auto;
            padding: 1 2;
            background: $surface;
            border-title-background: $surface;
        }
        & Input {
            height: 1;
            border: none;
            padding: 0 1;
            background: $panel;
        }
        & Static {
            height: auto;
            margin-top: 1;
            background: $surface;
        }
    }
    """

    def __init__(self, title: str, hint: str) -> None:
        super().__init__()
        self._title = title
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Box(self._title):
            yield Input(compact=True)
            yield Static(content(Cell(self._hint, Tone.MUTED)), markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the text."""
        self.dismiss(event.value.strip() or None)
