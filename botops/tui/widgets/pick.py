"""Pick: a box that finds one thing among many while its name is typed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList

from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.text import content
from botops.tui.widgets.box import Box
from botops.tui.widgets.words import Words

Found = tuple[str, Line]
Search = Callable[[str], Awaitable[Sequence[Found]]]


class Pick(ModalScreen[str | None]):
    """A field and what is found; enter takes the line under the cursor, esc none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]
    DEFAULT_CSS = """
    Pick {
        align: center middle;
        background: $background 60%;
        & > Box {
            width: 64;
            max-width: 96%;
            height: auto;
            padding: 0 1;
            background: $surface;
            border-title-background: $surface;
        }
        & Input { height: 1; border: none; padding: 0 1; background: $panel; }
        & OptionList {
            height: auto;
            max-height: 10;
            border: none;
            padding: 0;
            background: $surface;
        }
        & Words { background: $surface; padding: 0 1; }
    }
    """

    def __init__(self, title: str, search: Search, *, nothing: str) -> None:
        super().__init__()
        self._title = title
        self._search = search
        self._nothing = nothing
        self._found: Sequence[Found] = ()

    def compose(self) -> ComposeResult:
        """Make the box."""
        with Box(self._title):
            yield Input(compact=True, placeholder="type to find")
            yield OptionList()
            yield Words()

    def on_mount(self) -> None:
        """Show what there is before anything is typed."""
        self._find("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find what is typed."""
        self._find(event.value)

    @work(exclusive=True)
    async def _find(self, typed: str) -> None:
        self._found = await self._search(typed)
        menu = self.query_one(OptionList)
        menu.set_options([content(*cells) for _, cells in self._found])
        menu.highlighted = 0 if self._found else None
        told = () if self._found else (line(Cell(self._nothing, Tone.MUTED)),)
        self.query_one(Words).tell(told)

    def action_move(self, by: int) -> None:
        """Move the cursor while the field keeps the focus."""
        menu = self.query_one(OptionList)
        if by > 0:
            menu.action_cursor_down()
        else:
            menu.action_cursor_up()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line under the cursor."""
        event.stop()
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self.dismiss(self._found[at][0])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the line that was clicked."""
        self.dismiss(self._found[event.option_index][0])
