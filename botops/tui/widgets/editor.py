"""Editor: a field in the place of a value, with a sentence below it while it is typed."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from botops.tui.presenters.cells import Line
from botops.tui.text import clean
from botops.tui.widgets.words import Words

HEIGHT = 3


class Editor(Vertical):
    """A field over a list; enter gives its text, esc leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Keep", show=False)]
    DEFAULT_CSS = """
    Editor {
        layer: over;
        height: 3;
        display: none;
        background: $background;
        & > Input {
            width: 1fr;
            height: 1;
            padding: 0 1;
            &, &:focus { border: none; }
            background: $panel;
        }
        & > Words {
            height: 2;
            padding: 0 1;
        }
    }
    """

    class Typed(Message):
        """The text is another than before."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Given(Message):
        """Somebody is done, and wants the text to be taken."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """Somebody leaves the field, and what was there stays."""

    begun_with = ""
    """What stood in the field when it was opened."""

    def compose(self) -> ComposeResult:
        """Make field and sentence."""
        yield Input(compact=True, select_on_focus=False)
        yield Words()

    def open(self, text: str, *, hidden: bool) -> None:
        """Show the field with a text; one that is `hidden` is typed as dots."""
        field = self.query_one(Input)
        field.password = hidden
        field.placeholder = "type or paste it here" if hidden else ""
        self.begun_with = field.value = clean(text)
        field.cursor_position = len(field.value)
        self.display = True
        field.focus()

    def close(self) -> None:
        """Hide the field, and forget what was typed."""
        self.display = False
        self.query_one(Input).value = ""

    def tell(self, line: Line) -> None:
        """Say something about what is typed."""
        self.query_one(Words).tell([line])

    def place(self, x: int, y: int, *, width: int) -> None:
        """Put the field at a place of the box that it is in."""
        self.styles.offset = (x, y)
        self.styles.width = width

    def on_input_changed(self, event: Input.Changed) -> None:
        """Let it be looked at while it is typed."""
        event.stop()
        if self.display:
            self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the text."""
        event.stop()
        self.post_message(self.Given(event.value))

    def action_leave(self) -> None:
        """Leave it."""
        self.post_message(self.Left())
