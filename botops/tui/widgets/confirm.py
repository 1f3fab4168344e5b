"""Confirm: the box that asks before something can't be called back."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from botops.tui.asking import Question
from botops.tui.text import content, contents
from botops.tui.widgets.box import Box


class Confirm(ModalScreen[bool]):
    """A question with the focus on Keep; `y` does it, `n` and esc keep."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,escape", "answer(False)", "Keep", show=False),
        Binding("y", "yes", "Do it", show=False),
        Binding("left,right", "app.focus_next", show=False),
    ]
    DEFAULT_CSS = """
    Confirm {
        align: center middle;
        background: $background 60%;
        & > Box {
            width: 66;
            max-width: 96%;
            height: auto;
            padding: 1 2;
            background: $surface;
            border: round $warning;
            border-title-background: $surface;
        }
        & #words { height: auto; background: $surface; }
        & #buttons {
            height: auto;
            margin-top: 1;
            align-horizontal: right;
            background: $surface;
        }
        & Button {
            margin-left: 2;
            background: $panel;
            &:focus {
                background: $primary;
                color: $background;
                text-style: bold;
            }
        }
        & Input {
            height: 1;
            border: none;
            margin-top: 1;
            padding: 0 1;
            background: $panel;
        }
    }
    """

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Make the box."""
        asked = self._question
        with Box(asked.title):
            yield Static(contents(asked.lines), id="words", markup=False)
            if asked.number is not None:
                yield Input(placeholder=f"type {asked.number} to go on", type="integer")
            with Horizontal(id="buttons"):
                yield Button(content("n  Keep"), id="keep", compact=True)
                yield Button(content(f"y  {asked.yes}"), id="yes", compact=True)

    def on_mount(self) -> None:
        """Put the focus where nothing happens."""
        self.query_one("#keep", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer as the button says."""
        if event.button.id == "yes":
            self.action_yes()
        else:
            self.dismiss(False)  # noqa: FBT003 - the answer itself

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - the answer itself
        """Close the box with an answer."""
        self.dismiss(answer)

    def action_yes(self) -> None:
        """Close the box with yes, if the number was typed where one is asked for."""
        number = self._question.number
        if number is not None and self.query_one(Input).value != str(number):
            self.query_one(Input).focus()
            return
        self.dismiss(True)  # noqa: FBT003 - the answer itself
