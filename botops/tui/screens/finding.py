"""Finding: the settings by section or by words, and where each has its value from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from botops.kernel.errors import UsageProblem
from botops.tui.keymap import Fact
from botops.tui.places import Place
from botops.tui.presenters import settings as present
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.settings import Part
from botops.tui.presenters.words import count, plural
from botops.tui.screens.section import Section, told
from botops.tui.state import Desk, Latest
from botops.tui.widgets.blocks import Block, Blocks
from botops.tui.widgets.box import Box
from botops.tui.widgets.editor import Editor
from botops.tui.widgets.empty import Empty
from botops.tui.widgets.filter_bar import FilterBar, summary
from botops.tui.widgets.table import Column, RecordTable
from botops.tui.widgets.words import Words

if TYPE_CHECKING:
    from botops.preferences.views import SourceView
    from botops.settings import SettingView

PART_COLUMNS = (Column("", share=1), Column("", width=2, right=True))


class Finding(Section):
    """The list of what may be set: by section, or all that has some words."""

    topics = frozenset({"settings"})
    AUTO_FOCUS = "Blocks"
    columns = (Column("", share=5), Column("", share=4), Column("", width=12, from_width=46))

    def __init__(self, desk: Desk, places: tuple[Place, ...]) -> None:
        super().__init__(desk, places)
        self._views: list[SettingView] = []
        self._typed = ""
        self._only_changed = False
        self._trouble: list[Line] = []
        self._where = Latest(desk, self._read_where)

    # The pieces.

    def body(self) -> ComposeResult:
        """Make the search, the sections, the settings, and where a value comes from."""
        yield FilterBar("a word: photo, size, token, media")
        with Horizontal(id="panes"):
            with Box("Sections", id="parts"):
                yield RecordTable[Part](
                    PART_COLUMNS, key=lambda part: part.name, present=present.part_row,
                    has_head=False, leads=True,
                )  # fmt: skip
            with Vertical(id="side"):
                with Box("Settings", id="list"):
                    yield Blocks(self.columns)
                    yield Empty()
                    yield Editor()
                with Box("Where this value comes from", id="where"):
                    yield Words()
        yield Words(id="saved")

    @property
    def blocks(self) -> Blocks:
        """The settings."""
        return self.query_one(Blocks)

    @property
    def parts(self) -> RecordTable[Part]:
        """The sections."""
        return self.query_one("#parts RecordTable", RecordTable)

    @property
    def view(self) -> SettingView | None:
        """The setting under the cursor."""
        key = self.blocks.cursor
        return next((view for view in self._views if view.key == key), None)

    def on_mount(self) -> None:
        """Say that the engine is on its way."""
        self._show()

    # Reading.

    async def read(self) -> None:
        """Read all settings: there are few."""
        self._views = await self.desk.ask(lambda rt: rt.preferences.views())
        self._trouble = []
        self._show()
        self._where.want()

    async def _read_where(self) -> None:
        view = self.view
        if view is None or not self.desk.is_running:
            return
        try:
            places = await self.desk.ask(lambda rt: rt.preferences.where(view.key))
        except UsageProblem:  # A mistake in the file, of which the list tells.
            return
        if self.view == view:
            self._show_where(view, places)

    # Showing.

    @property
    def _is_searching(self) -> bool:
        return bool(self._typed or self._only_changed)

    def _show(self) -> None:
        views = [] if self._trouble else self._views
        found = present.found(views, self._typed, only_changed=self._only_changed)
        self.parts.records.start(present.parts(found))
        self.parts.refreshed()
        is_narrow = self.has_class("-narrow")
        self.blocks.terse = is_narrow or self.has_class("-short")
        part = self.parts.row
        if part is None or self._is_searching or is_narrow:
            self._show_blocks(_in_parts(found))
            head = "Found" if self._is_searching else "Settings"
        else:
            self._show_blocks([_block(view) for view in found if view.section == part.name])
            head = present.title(part.name)
        self.query_one("#list", Box).head(head)
        self._tell(len(found))

    def _show_blocks(self, blocks: list[Block]) -> None:
        empty = () if blocks else self._why_empty()
        self.query_one(Empty).tell(empty)
        self.blocks.display = not empty
        self.blocks.show(blocks)
        self.tell_keys()

    def _why_empty(self) -> list[Line]:
        if self._trouble:
            return self._trouble
        if not self._views:
            return [line(Cell("starting…", Tone.MUTED))]
        if self._typed:
            first = line(Cell("No setting has these words.", Tone.STRONG))
        else:
            first = line(Cell("Every setting is at its default.", Tone.STRONG))
        return [first, line(""), line(Cell("esc", Tone.KEY), Cell("  show all", Tone.MUTED))]

    def _tell(self, found: int) -> None:
        changed = sum(map(present.is_changed, self._views))
        shown = f"{found} of {len(self._views)}" if self._is_searching else ""
        total = shown or plural(len(self._views), "setting")
        told = [Cell("/ ", Tone.KEY), Cell(self._typed, Tone.STRONG)] if self._typed else []
        if self._only_changed:
            told.append(Cell("   only changed" if told else "only changed", Tone.STRONG))
        hint = [Cell("/", Tone.KEY), Cell(" finds a setting", Tone.MUTED)]
        back = [Cell("   esc shows all", Tone.FAINT)]
        self.query_one(FilterBar).tell(
            line(*([*told, *back] if told else hint)), summary(total, f"{count(changed)} changed")
        )

    def _show_where(self, view: SettingView, places: list[SourceView]) -> None:
        lines = [] if self.blocks.cursor is None else present.sources(places, view)
        self.query_one("#where Words", Words).tell(lines)
        self.query_one("#where", Box).head(note=view.key)

    def broken(self, error: Exception) -> None:
        """Show in the place of the settings that somebody has made a mistake in the file."""
        first = line(Cell("The settings can't be read.", Tone.BAD))
        key = line(Cell("E", Tone.KEY), Cell("  open the settings file", Tone.MUTED))
        self._trouble = [first, line(told(error)), line(""), key]
        self._show()

    def facts(self) -> set[Fact]:
        """Return what may be done with the setting under the cursor."""
        facts = super().facts()
        view = self.view if self.is_mounted else None
        if view is not None and self.blocks.display:
            facts.add(Fact.ROW)
            facts |= {Fact.YES_NO} if present.is_yes_no(view) else set()
            facts |= {Fact.CHANGED} if present.is_changed(view) else set()
        return facts

    @on(Blocks.Moved)
    def _moved(self) -> None:
        self._where.want()
        self.tell_keys()

    @on(RecordTable.Moved)
    def _part_moved(self) -> None:
        self._show()

    def on_resize(self) -> None:
        """Arrange anew: a small terminal has no room for sections."""
        self.call_after_refresh(self.arranged)

    def arranged(self) -> None:
        """Show what there is room for."""
        self._show()
        self.blocks.lay_out()

    # Finding.

    @on(FilterBar.Changed)
    def _searched(self, event: FilterBar.Changed) -> None:
        self._typed = event.typed
        self._show()

    @on(FilterBar.Left)
    def _search_left(self) -> None:
        self.blocks.focus()

    def filter(self, typed: str) -> None:
        """Show only the settings that have these words."""
        self.query_one(FilterBar).put(typed)

    def do_filter(self) -> None:
        """Open the search."""
        self.query_one(FilterBar).open()

    def do_only(self) -> None:
        """Show only what was changed, or all again."""
        self._only_changed = not self._only_changed
        self._show()

    def do_back(self) -> None:
        """Close the zoom or the search, whatever was last."""
        if self.maximized is not None:
            self.minimize()
        elif self._is_searching:
            self._only_changed = False
            self.filter("")
            self._show()
        self.blocks.focus()

    def action_focus_parts(self) -> None:
        """Go to the sections."""
        if not self.has_class("-narrow"):
            self.parts.focus()

    def action_focus_list(self) -> None:
        """Go to the settings."""
        self.blocks.focus()

    @on(RecordTable.Opened)
    def _part_opened(self) -> None:
        self.blocks.focus()


def _block(view: SettingView) -> Block:
    return Block(view.key, present.head(view), tuple(present.body(view)))


def _in_parts(views: list[SettingView]) -> list[Block]:
    """Return settings below the names of their sections."""
    blocks: list[Block] = []
    section = ""
    for view in views:
        if view.section != section:
            section = view.section
            name = Cell(present.title(section))
            blocks.append(Block(f"/{section}", (name,), is_heading=True))
        blocks.append(_block(view))
    return blocks
