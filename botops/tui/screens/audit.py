"""Audit: who did what about what, when and from where, and whether the trail is whole."""

from __future__ import annotations

import asyncio
import getpass
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from botops.kernel import clock
from botops.tui.asking import Option, lettered
from botops.tui.keymap import COPY, EVERYWHERE, FILTER, FOLLOW, OPEN, Fact, Group, Key
from botops.tui.places import Place
from botops.tui.presenters import audit as present
from botops.tui.presenters import chain, code
from botops.tui.presenters.cells import Cell, Line, Tone, line, plain
from botops.tui.presenters.changes import diff
from botops.tui.presenters.query import Asked
from botops.tui.presenters.words import count, plural, short_path
from botops.tui.screens.scrolling import Scrolling
from botops.tui.screens.section import bindings
from botops.tui.state import Desk, Latest
from botops.tui.widgets.box import Box
from botops.tui.widgets.choice import Choice
from botops.tui.widgets.code import Code
from botops.tui.widgets.filter_bar import FilterBar
from botops.tui.widgets.lines import Detail
from botops.tui.widgets.log import Log
from botops.tui.widgets.table import Column
from botops.tui.widgets.timeline import Timeline
from botops.tui.widgets.words import Words

if TYPE_CHECKING:
    from botops.audit import AuditQuery, EntryView, Scroll, Verdict
    from botops.audit.export import Form
    from botops.runtime import Runtime

WHO = Key("who", ("w",), "Who", "Show only what somebody did", Group.BOX)
ABOUT = Key("about", ("a",), "About", "Show only what was done to a kind of thing", Group.BOX)
WHEN = Key("when", ("t",), "When", "Show only what was done at some time", Group.BOX)
VERIFY = Key(
    "verify", ("v",), "Verify chain", "Check that no entry was changed or removed", Group.BOX,
    (Fact.READY,),
)  # fmt: skip
EXPORT = Key(
    "export", ("x",), "Export", "Write what is shown into a file", Group.BOX, (Fact.READY,)
)
THING = Key(
    OPEN.id, OPEN.keys, "Open thing", "Go to what it is about", Group.ROW, (Fact.ROW, Fact.THING)
)
LIVELY = 0.25  # seconds between two signs that a check goes on
HISTORY = 50


class Stopped(Exception):
    """Somebody has stopped the check of the chain."""


class Audit(Scrolling["EntryView"]):
    """The section of the trail."""

    place = Place("8", "Audit")
    keys = (THING, WHO, ABOUT, WHEN, EXPORT, VERIFY, COPY, FILTER, FOLLOW, *EVERYWHERE)
    topics = frozenset({"audit", "settings", "products", "merchants", "media"})
    BINDINGS: ClassVar[list[BindingType]] = bindings(keys)
    noun = ("entry", "entries")
    list_title = "History"
    filter_hint = "words, or who:you about:products what:removed when:today"
    fields: ClassVar = {
        "who": (),
        "about": tuple(present.ABOUT_WORDS),
        "what": tuple(present.WHAT_WORDS),
        "when": present.WHEN_WORDS,
        "from": tuple(present.WHERE),
    }
    columns = (
        Column("when", width=12),
        Column("who", width=10),
        Column("what", width=17),
        Column("about", share=1),
        Column("from", width=12, from_width=90),
    )

    def __init__(self, desk: Desk, places: tuple[Place, ...]) -> None:
        super().__init__(desk, places)
        self._me = getpass.getuser()
        self._verdict: Verdict | None = None
        self._checked: int | None = None
        self._stop = threading.Event()
        self._history = Latest(desk, self._read_history)

    def side(self) -> ComposeResult:
        """Make the change, and what else there is room for: all about the thing, and the entry."""
        with Box("Change", id="detail"):
            yield Detail()
        with Box("All about it", id="history"):
            yield Timeline()
        with Box("Entry", id="entry"):
            yield Code()

    def foot(self) -> ComposeResult:
        """Make the line about the chain."""
        yield Words(id="chain")

    def on_mount(self) -> None:
        """Say what the trail is."""
        super().on_mount()
        self._tell_chain()

    # Rows.

    def present(self, row: EntryView) -> Sequence[Cell]:
        """Return the cells of an entry."""
        return present.row(row, clock.epoch(), me=self._me)

    def source(self, runtime: Runtime, asked: Asked) -> Scroll:
        """Return the entries that are asked for."""
        return runtime.trail.scroll(self._query(asked))

    def _query(self, asked: Asked) -> AuditQuery:
        from botops.audit import AuditQuery

        name = (asked.one("who") or "").replace("_", " ")
        since, until = present.bounds(asked.one("when") or "", clock.epoch())
        return AuditQuery(
            actor=self._me if name == present.YOU else None,
            who="" if name == present.YOU else name,
            verb=present.WHAT_WORDS.get(asked.one("what") or ""),
            target_type=present.ABOUT_WORDS.get(asked.one("about") or ""),
            actor_role=asked.one("from"),
            text=asked.words,
            since=since,
            until=until,
        )

    def why_empty(self) -> Sequence[Line]:
        """Return why there are no entries."""
        return (
            line(Cell("Nothing was changed yet.", Tone.STRONG)),
            line(Cell("Every change of a setting, a product or a shop is kept here.", Tone.MUTED)),
        )

    def chips(self) -> Line:
        """Return who, about what and when, and the words."""
        fields = {name: ", ".join(values) for name, values in self.asked.fields.items()}
        return present.chips(fields, self.asked.words)

    # The entry under the cursor.

    def show_detail(self, row: EntryView | None) -> None:
        """Show what it changed, and all else that there is room for."""
        box, pane = self.query_one("#detail", Box), self.query_one("#detail Detail", Detail)
        if row is None:
            box.head("Change")
            pane.show([line(Cell("No entry is selected.", Tone.MUTED))])
            return
        box.head(present.title(row))
        facts = present.facts(row, me=self._me, chain=chain.mark(self._verdict, row))
        whole = code.document(row.document())
        words = [*diff(row), line(""), facts]
        if self.has_class("-wide"):
            pane.show((), words=words)
            self.query_one(Code).show(whole)
            self._history.want()
        else:
            pane.show((), words=words, fold=("whole entry", whole))

    async def _read_history(self) -> None:
        row = self.rows.row
        if row is None or not self.desk.is_running or row.target_id is None:
            return
        from botops.audit import AuditQuery

        query = AuditQuery(target_type=row.target_type, target_id=row.target_id, limit=HISTORY)
        page = await self.desk.ask(lambda rt: rt.trail.entries(query))
        if self.rows.row == row:
            now = clock.epoch()
            moments = [
                present.moment(each, now, me=self._me, is_current=each.id == row.id)
                for each in page.items
            ]
            self.query_one(Timeline).tell(moments)
            self.query_one("#history", Box).head(note=plural(page.total, "change"))

    # Verbs.

    def facts(self) -> set[Fact]:
        """Return whether the thing of the entry can be gone to."""
        facts = super().facts()
        row = self.rows.row if self.is_mounted else None
        if row is not None and (self._is_page_closed or self._thing(row) is not None):
            facts.add(Fact.THING)
        return facts

    @property
    def _is_page_closed(self) -> bool:
        return self.has_class("-narrow") and not self.has_class("-open")

    def _thing(self, row: EntryView) -> str | None:
        """Return the section that shows what an entry is about, if there is one."""
        section = present.SECTIONS.get(row.target_type)
        return section if any(place.name.lower() == section for place in self._places) else None

    @on(Log.Opened)
    async def _opened(self) -> None:
        await self.action_key(THING.id)

    def do_open(self) -> None:
        """Go to what the entry is about; where the detail is not in sight, show that first."""
        row = self.rows.row
        if row is None:
            return
        section = self._thing(row)
        if self._is_page_closed:
            self.show_page()
        elif section is not None:
            self.shell.go(section, row.target_id or "")

    def do_who(self) -> None:
        """Ask whose entries are meant, among those who did something lately."""
        lately = self.rows.sampled(lambda row: present.who_word(row, self._me))
        seen = [present.YOU, "botops", *lately]
        self._choose("who", anything="anyone", values=list(dict.fromkeys(seen)))

    def do_about(self) -> None:
        """Ask what the entries are to be about."""
        self._choose("about", anything="anything", values=list(present.ABOUT_WORDS))

    def do_when(self) -> None:
        """Ask from when the entries are to be."""
        self._choose("when", anything="ever", values=list(present.WHEN_WORDS))

    def _choose(self, field: str, *, anything: str, values: list[str]) -> None:
        options = lettered([anything, *values])

        def narrow(chosen: Option | None) -> None:
            if chosen is not None:
                value = "" if chosen.id == anything else chosen.id
                bar = self.query_one(FilterBar)
                self.filter(present.narrowed(bar.typed, field, value=value))

        self.app.push_screen(Choice(field.capitalize(), options), narrow)

    def do_copy(self) -> None:
        """Ask what to copy."""
        row = self.rows.row
        if row is not None:
            self.copy_menu([
                ("s", "sentence", present.sentence(row, self._me)),
                ("c", "what was changed", plain(diff(row))),
                ("i", "id of the thing", row.target_id or ""),
                ("j", "entry as JSON", plain(code.document(row.document()))),
                ("f", "fingerprint", row.fingerprint),
            ])  # fmt: skip

    def do_export(self) -> None:
        """Ask in which form to write what is shown, and say where it is."""
        forms = (
            Option("csv", "c", "CSV, for a spreadsheet"),
            Option("jsonl", "j", "JSON Lines, for another program"),
        )

        def export(chosen: Option | None) -> None:
            if chosen is not None:
                query = self._query(self.asked)
                form: Form = "csv" if chosen.id == "csv" else "jsonl"
                self.order(
                    lambda rt: rt.trail.export(query, rt.home.root / "exports", form=form),
                    lambda done: f"{count(done[1])} entries are in {short_path(done[0])}.",
                )

        self.app.push_screen(Choice("Export", forms), export)

    # The chain.

    def do_verify(self) -> None:
        """Check the chain, unless it is being checked."""
        if self._checked is None:
            self._stop.clear()
            self._checked = 0
            self._tell_chain()
            self._check()

    @work
    async def _check(self) -> None:
        told = clock.monotonic()
        loop = asyncio.get_running_loop()

        def go_on(checked: int) -> None:
            nonlocal told
            if self._stop.is_set() or not self.desk.is_running:
                raise Stopped
            if clock.monotonic() - told > LIVELY:
                told = clock.monotonic()
                loop.call_soon_threadsafe(self._tell_checked, checked)

        with self.telling_trouble():
            try:
                self._verdict = await self.desk.ask(lambda rt: rt.trail.verify(go_on))
            except Stopped:
                self.say("The check was stopped.")
        self._checked = None
        self._show_verdict()

    def _tell_checked(self, checked: int) -> None:
        if self._checked is not None:
            self._checked = checked
            self._tell_chain()

    def _show_verdict(self) -> None:
        if not self.is_mounted:
            return
        self._tell_chain()
        self.show_detail(self.rows.row)

    def _tell_chain(self) -> None:
        told = chain.told(self._verdict, checked=self._checked, total=self.rows.total)
        self.query_one("#chain", Words).tell([told])

    def do_back(self) -> None:
        """Stop the check, else close what was opened last."""
        if self._checked is None:
            super().do_back()
        self._stop.set()
