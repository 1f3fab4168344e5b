"""Filter bar: what the list shows, how much of it, and the field to narrow it down."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Key
from textual.message import Message
from textual.widgets import Input, Static

from botops.tui.presenters.cells import Cell, Line, Tone
from botops.tui.widgets.words import Words


class FilterBar(Horizontal):
    """A line above a list; `/` turns its left half into a field."""

    DEFAULT_CSS = """
    FilterBar {
        height: 1;
        padding: 0 1;
        & > #told { width: 1fr; height: 1; }
        & > #told, & > #summary { text-wrap: nowrap; text-overflow: ellipsis; }
        & > #summary { width: 1fr; height: 1; text-align: right; }
        & > #slash {
            width: auto;
            display: none;
            color: $accent;
            text-style: bold;
        }
        & > Input {
            width: 1fr;
            height: 1;
            display: none;
            background: $panel;
            padding: 0;
            border: none;
            margin-right: 2;
        }
        &.-typing > Input, &.-typing > #slash { display: block; }
        &.-typing > #told { display: none; }
    }
    """

    class Changed(Message):
        """The words of the filter are others than before."""

        def __init__(self, typed: str) -> None:
            super().__init__()
            self.typed = typed

    class Left(Message):
        """Somebody is done with the field."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self.typed = ""

    def compose(self) -> ComposeResult:
        """Make the line."""
        yield Static("/ ", id="slash", markup=False)
        yield Input(placeholder=self._hint, compact=True, select_on_focus=False)
        yield Words(id="told")
        yield Words(id="summary")

    def tell(self, shown: Line, summary: Line) -> None:
        """Say what is shown and how much of it."""
        self.query_one("#told", Words).tell([shown])
        self.query_one("#summary", Words).tell([summary])

    def open(self) -> None:
        """Show the field and give it the focus."""
        self.add_class("-typing")
        field = self.query_one(Input)
        field.focus()

    def put(self, typed: str) -> None:
        """Set the words as if they had been typed."""
        self.query_one(Input).value = typed

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while it is typed."""
        event.stop()
        if event.value != self.typed:
            self.typed = event.value
            self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go back to the list, with the filter kept."""
        event.stop()
        self._leave()

    def on_key(self, event: Key) -> None:
        """Let esc empty the field, and leave it when it is empty; let ↓ go to the list."""
        if event.key == "escape" and self.has_class("-typing"):
            event.stop()
            self.put("")
            self._leave()
        elif event.key == "down" and self.has_class("-typing"):
            event.stop()
            self._leave()

    def _leave(self) -> None:
        self.remove_class("-typing")
        self.post_message(self.Left())


def summary(*parts: str) -> Line:
    """Return the right half: figures apart by dots."""
    return (Cell(" · ".join(part for part in parts if part), Tone.MUTED),)
