"""Settings: one is found, changed where it stands, and taken back."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import SuspendNotSupported
from textual.binding import BindingType

from botops.kernel import clock
from botops.kernel.errors import UsageProblem
from botops.tui.asking import Option, Question, lettered
from botops.tui.keymap import COPY, EVERYWHERE, FILTER, UNDO, Fact, Group, Key
from botops.tui.places import Place
from botops.tui.presenters import settings as present
from botops.tui.screens.finding import Finding
from botops.tui.screens.section import bindings
from botops.tui.state import Desk, Undo
from botops.tui.widgets.blocks import Blocks
from botops.tui.widgets.choice import Choice
from botops.tui.widgets.editor import HEIGHT, Editor
from botops.tui.widgets.words import Words

if TYPE_CHECKING:
    from botops.preferences.views import Change
    from botops.runtime import Runtime
    from botops.settings import SettingView

EDIT = Key("edit", ("enter", "e"), "Edit", "Change its value", Group.ROW, (Fact.ROW,))
TOGGLE = Key(
    "toggle", ("space",), "Toggle", "Turn yes into no, and no into yes", Group.ROW,
    (Fact.ROW, Fact.YES_NO),
)  # fmt: skip
DEFAULT = Key(
    "default", ("D",), "Back to default", "Take it out of the settings file; u puts it back",
    Group.ROW, (Fact.ROW, Fact.CHANGED),
)  # fmt: skip
ONLY = Key("only", ("c",), "Only changed", "Show only what was changed, or all", Group.BOX)
FILE = Key("file", ("E",), "Open file", "Open the settings file in your editor", Group.BOX,
           (Fact.READY,))  # fmt: skip
FIND = Key(FILTER.id, FILTER.keys, "Find", "Find a setting by a word of its meaning", Group.BOX)
EDITORS = ("sensible-editor", "nano", "vim", "vi", "notepad")


class Settings(Finding):
    """The section of everything that a merchant may change."""

    place = Place("9", "Settings")
    keys = (EDIT, TOGGLE, UNDO, DEFAULT, ONLY, FIND, FILE, COPY,
            *(key for key in EVERYWHERE if key is not UNDO))  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(keys),
        ("left", "focus_parts"),
        ("right", "focus_list"),
    ]

    def __init__(self, desk: Desk, places: tuple[Place, ...]) -> None:
        super().__init__(desk, places)
        self._edited: SettingView | None = None

    def arranged(self) -> None:
        """Let the field go along with what it belongs to."""
        super().arranged()
        self._place_editor()

    def do_undo(self) -> None:
        """Take back the last change."""
        self.query_one("#saved", Words).tell([])
        super().do_undo()

    # Changing.

    @on(Blocks.Opened)
    def do_edit(self) -> None:
        """Change the setting where it stands; one of a few values is chosen from a menu."""
        if self.parts.has_focus:
            self.blocks.focus()
            return
        view = self.view
        if view is None:
            return
        if view.choices:
            self._choose(view)
            return
        self._edited = view
        self.blocks.opening = HEIGHT
        self.blocks.lay_out()
        self.blocks.bring_into_sight()
        editor = self.query_one(Editor)
        editor.tell(present.prompt(view))
        editor.open(present.editable(view), hidden=view.secret)
        self.call_after_refresh(self._place_editor)

    @on(Blocks.Scrolled)
    def _place_editor(self) -> None:
        view = self._edited
        if view is not None:
            blocks = self.blocks
            top = blocks.top_of(view.key) + 1
            self.query_one(Editor).place(2, top, width=max(blocks.size.width - 3, 1))

    @on(Editor.Typed)
    def _typed_value(self, event: Editor.Typed) -> None:
        view = self._edited
        if view is not None:
            problem = "" if view.secret and not event.text else _problem(view.key, event.text)
            shown = present.wrong(problem, view.key) if problem else present.prompt(view)
            self.query_one(Editor).tell(shown)

    @on(Editor.Given)
    def _given(self, event: Editor.Given) -> None:
        view, text = self._edited, event.text
        if view is None:
            return
        problem = _problem(view.key, text) if text or not view.secret else ""
        if problem:
            self.query_one(Editor).tell(present.wrong(problem, view.key))
            return
        is_same = text == self.query_one(Editor).begun_with
        self._close_editor()
        if not is_same:
            self._save(lambda rt: rt.preferences.set(view.key, text))

    @on(Blocks.Moved)
    def _left_behind(self) -> None:
        if self._edited is not None and self.blocks.cursor != self._edited.key:
            self._close_editor()

    @on(Editor.Left)
    def _close_editor(self) -> None:
        self._edited = None
        self.blocks.opening = 0
        self.query_one(Editor).close()
        self.blocks.lay_out()
        self.blocks.focus()

    def _choose(self, view: SettingView) -> None:
        words = present.choice_words(view)
        values = {word: value for value, word in words}
        menu = [Option(values[each.id], each.letter, each.label) for each in lettered(list(values))]

        def take(chosen: Option | None) -> None:
            if chosen is not None and chosen.id != view.text:
                self._save(lambda rt: rt.preferences.set(view.key, chosen.id))

        self.app.push_screen(Choice(view.title, menu), take)

    def do_toggle(self) -> None:
        """Turn yes into no, and no into yes."""
        view = self.view
        if view is not None:
            text = "false" if view.text == "true" else "true"
            self._save(lambda rt: rt.preferences.set(view.key, text))

    def do_default(self) -> None:
        """Take the setting out of the file, or forget the secret."""
        view = self.view
        if view is not None:
            self._save(lambda rt: rt.preferences.unset(view.key))

    def _save(self, change: Callable[[Runtime], Change]) -> None:
        def told(done: Change) -> str:
            if done.before != done.after or done.notice:
                words = present.told(done.before, done.before.value)
                said = f"{done.after.title}: {words} is back."
                self.desk.undo.append(Undo(said, lambda rt: rt.preferences.undo()))
            self.query_one("#saved", Words).tell([present.saved(done, clock.epoch())])
            if done.recovery_key:
                self._show_key(done.recovery_key)
            return ""

        self.order(change, told)

    def _show_key(self, recovery_key: str) -> None:
        question = Question("Keep this key", present.key_words(recovery_key), "Copy it")
        self.ask_first(question, lambda: self.app.copy_to_clipboard(recovery_key))

    # The file.

    def do_file(self) -> None:
        """Open the settings file in the person's editor, and read it again afterwards."""
        runtime = self.desk.runtime
        if runtime is None:
            return
        path, command = runtime.home.config, editor_command()
        if not command:
            self.open_outside(path)
            return
        try:
            with self.app.suspend():
                subprocess.run([*command, str(path)], check=False)
        except SuspendNotSupported:
            self.say(f"There is no terminal to open it in: {path}", severity="warning")
        self.want()

    def do_copy(self) -> None:
        """Ask what to copy; never a secret."""
        view = self.view
        if view is not None:
            section, _, name = view.key.partition(".")
            self.copy_menu([
                ("k", "name", view.key),
                ("v", "value", "" if view.secret else view.text),
                ("e", "variable of the environment", f"BOTOPS_{section}__{name}".upper()),
                ("m", "meaning", view.description),
            ])  # fmt: skip


def _problem(key: str, text: str) -> str:
    """Return why a setting can't be this, or nothing."""
    from botops.settings.reading import read_value

    try:
        read_value(key, text)
    except UsageProblem as error:
        return error.message
    return ""


def editor_command() -> list[str]:
    """Return the person's editor of text files, or the first that there is, or nothing."""
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if chosen:
        return shlex.split(chosen)
    found = next((path for name in EDITORS if (path := shutil.which(name))), None)
    return [found] if found else []
