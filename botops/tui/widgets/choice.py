"""Choice: a small menu where each line has its letter."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList

from botops.tui.asking import Option
from botops.tui.presenters.cells import Cell, Tone
from botops.tui.text import content
from botops.tui.widgets.box import Box


class Choice(ModalScreen[Option | None]):
    """A menu; a letter or enter takes a line, esc none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", show=False)]
    DEFAULT_CSS = """
    Choice {
        align: center middle;
        background: $background 60%;
        & > Box {
            width: 46;
            max-width: 96%;
            height: auto;
            background: $surface;
            border-title-background: $surface;
        }
        & OptionList {
            height: auto;
            max-height: 20;
            background: $surface;
            padding: 0 1;
            &, &:focus { border: none; }
        }
    }
    """

    def __init__(self, title: str, options: Sequence[Option]) -> None:
        super().__init__()
        self._title = title
        self._options = tuple(options)

    def compose(self) -> ComposeResult:
        """Make the menu."""
        with Box(self._title):
            yield OptionList(
                *(content(Cell(f"{each.letter}  ", Tone.KEY), each.label) for each in self._options)
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the line under the cursor."""
        self.dismiss(self._options[event.option_index])

    def on_key(self, event: Key) -> None:
        """Take the line of the letter."""
        chosen = next((each for each in self._options if each.letter == event.character), None)
        if chosen is not None:
            event.stop()
            self.dismiss(chosen)
