"""Key help: what every key does here, and why some are off, made from the records."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from botops.tui.keymap import Fact, Group, Key, key_name
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.text import contents
from botops.tui.widgets.box import Box

_KEY_WIDTH = 9


class KeyHelp(ModalScreen[None]):
    """The panel behind `?`; typing finds a key by what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1", "dismiss", "Close", show=False)
    ]
    DEFAULT_CSS = """
    KeyHelp {
        align: center middle;
        background: $background 60%;
        & > Box {
            width: 92;
            max-width: 96%;
            height: auto;
            max-height: 92%;
            padding: 0 1;
            background: $surface;
            border-title-background: $surface;
        }
        & Input {
            height: 1;
            border: none;
            padding: 0;
            background: $surface;
            margin-bottom: 1;
        }
        & VerticalScroll {
            height: auto;
            max-height: 100%;
            background: $surface;
            scrollbar-size-vertical: 1;
        }
        & Horizontal { height: auto; background: $surface; }
        & Static {
            width: 1fr;
            height: auto;
            background: $surface;
        }
    }
    """

    def __init__(self, section: str, keys: Sequence[Key], facts: Collection[Fact]) -> None:
        super().__init__()
        self._section = section
        self._keys = tuple(keys)
        self._facts = frozenset(facts)

    def compose(self) -> ComposeResult:
        """Make the panel."""
        with Box(f"Keys · {self._section}"):
            yield Input(placeholder="type to find", compact=True)
            with VerticalScroll(can_focus=False), Horizontal():
                yield Static(id="here", markup=False)
                yield Static(id="everywhere", markup=False)

    def on_mount(self) -> None:
        """Show all keys."""
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the keys that do what is typed."""
        self._show(event.value)

    def _show(self, wanted: str) -> None:
        found = [key for key in self._keys if wanted.casefold() in _words(key)]
        here = [key for key in found if key.group is not Group.EVERYWHERE]
        away = [key for key in found if key.group is Group.EVERYWHERE]
        self.query_one("#here", Static).update(contents(groups(here, self._facts)))
        self.query_one("#everywhere", Static).update(contents(groups(away, self._facts)))


def groups(keys: Sequence[Key], facts: Collection[Fact]) -> list[Line]:
    """Return the lines for some keys below the names of their groups."""
    lines: list[Line] = []
    for group in Group:
        members = [key for key in keys if key.group is group]
        if members:
            lines += [line(Cell(group.value, Tone.STRONG)), *(_told(key, facts) for key in members)]
            lines.append(line(""))
    return lines[:-1]


def _told(key: Key, facts: Collection[Fact]) -> Line:
    reason = key.reason_off(facts)
    names = " ".join(key_name(name) for name in key.keys)
    if reason is None:
        return line(Cell(f"{names:<{_KEY_WIDTH}}", Tone.KEY), Cell(key.tooltip, Tone.PLAIN))
    return line(
        Cell(f"{names:<{_KEY_WIDTH}}", Tone.FAINT), Cell(f"{key.label}: {reason}", Tone.OFF)
    )


def _words(key: Key) -> str:
    return f"{key.label} {key.tooltip} {' '.join(map(key_name, key.keys))}".casefold()
