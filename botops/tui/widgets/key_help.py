"""Key help: what every key does here, and why some are off, made from the records."""

from collections.abc import Collection, Sequence
from textwrap import wrap
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

    def __init__(self, section: str, keys: Sequence[Key], *, facts: Collection[Fact]) -> None:
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

    def on_resize(self) -> None:
        """Wrap the words anew."""
        self._show(self.query_one(Input).value)

    def _show(self, wanted: str) -> None:
        room = self.query_one("#here", Static).size.width or _KEY_WIDTH * 4
        found = [key for key in self._keys if wanted.casefold() in _words(key)]
        here = [key for key in found if key.group is not Group.EVERYWHERE]
        away = [key for key in found if key.group is Group.EVERYWHERE]
        for where, keys in (("#here", here), ("#everywhere", away)):
            lines = groups(keys, self._facts, width=room - 1)
            self.query_one(where, Static).update(contents(lines))


def groups(keys: Sequence[Key], facts: Collection[Fact], *, width: int) -> list[Line]:
    """Return the lines for some keys below the names of their groups."""
    lines: list[Line] = []
    for group in Group:
        members = [key for key in keys if key.group is group]
        if members:
            lines.append(line(Cell(group.value, Tone.STRONG)))
            lines += [told for key in members for told in _told(key, facts, width=width)]
            lines.append(line(""))
    return lines[:-1]


def _told(key: Key, facts: Collection[Fact], *, width: int) -> list[Line]:
    reason = key.reason_off(facts)
    names = " ".join(key_name(name) for name in key.keys) or "—"
    words = f"{key.label}: {reason}" if reason else key.tooltip
    wrapped = wrap(words, max(width - _KEY_WIDTH, _KEY_WIDTH))
    tones = (Tone.OFF, Tone.FAINT) if reason else (Tone.PLAIN, Tone.KEY)
    return [
        line(Cell(f"{names if at == 0 else '':<{_KEY_WIDTH}}", tones[1]), Cell(text, tones[0]))
        for at, text in enumerate(wrapped)
    ]


def _words(key: Key) -> str:
    return f"{key.label} {key.tooltip} {' '.join(map(key_name, key.keys))}".casefold()
