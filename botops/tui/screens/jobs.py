"""Jobs: what the queues do, what failed and why, and how to do it again."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from botops.jobs import states
from botops.jobs.desk import JobQuery
from botops.jobs.views import JobView, QueueView
from botops.kernel import clock
from botops.kernel.errors import NotFound
from botops.kernel.paging import Page
from botops.runtime import Runtime
from botops.tui.asking import Question
from botops.tui.keymap import (
    COPY,
    EVERYWHERE,
    FILTER,
    FOLLOW,
    MARK,
    OPEN,
    SORT,
    Fact,
    Group,
    Key,
)
from botops.tui.places import Place
from botops.tui.presenters import jobs as present
from botops.tui.presenters import logs, queues
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import count, plural
from botops.tui.screens.listing import PAGE, Listing
from botops.tui.screens.section import bindings
from botops.tui.state import Desk, Latest
from botops.tui.widgets.box import Box
from botops.tui.widgets.lines import Detail
from botops.tui.widgets.table import Column, RecordTable
from botops.tui.widgets.words import Words

RETRY = Key(
    "retry", ("r",), "Retry now", "Run it again at once", Group.ROW, (Fact.ROW, Fact.RETRYABLE)
)
CANCEL = Key("cancel", ("c",), "Cancel", "Stop it; a running one at its next safe point", Group.ROW,
             (Fact.ROW, Fact.CANCELLABLE))  # fmt: skip
PAUSE = Key(
    "pause",
    ("p",),
    "Pause queue",
    "Let no more jobs of this queue begin, or go on",
    Group.BOX,
    (Fact.QUEUE,),
)
RETRY_ALL = Key(
    "retry_all",
    ("R",),
    "Retry all",
    "Run everything again that failed",
    Group.BOX,
    (Fact.ANY_FAILED,),
)

LOG_LINES = 100


class Jobs(Listing[JobView]):
    """The section of the queues."""

    place = Place("6", "Jobs")
    keys = (OPEN, RETRY, CANCEL, PAUSE, MARK, COPY, FILTER, FOLLOW, RETRY_ALL, SORT, *EVERYWHERE)
    topics = frozenset({"jobs"})
    BINDINGS: ClassVar[list[BindingType]] = bindings(keys)
    noun = "jobs"
    filter_hint = "words, or state:failed queue:media"
    fields: ClassVar = {
        "state": tuple(present.STATE_WORDS), "queue": states.QUEUES, "kind": (),
    }  # fmt: skip
    columns = (
        Column("id", width=5, from_width=50),
        Column("what", share=3),
        Column("about", share=4, is_name=True),
        Column("state", width=12),
        Column("tries", width=5, right=True, from_width=44),
    )

    def __init__(self, desk: Desk, places: tuple[Place, ...]) -> None:
        super().__init__(desk, places)
        self._whole: JobView | None = None
        self._detail = Latest(desk, self._read_detail)

    def strip(self) -> ComposeResult:
        """Make the strip of queues."""
        with Box("Queues", id="queues"):
            yield RecordTable[QueueView](
                QUEUE_COLUMNS, key=lambda queue: queue.name, present=queues.strip_row,
                has_head=False,
            )  # fmt: skip

    def side(self) -> ComposeResult:
        """Make the detail, and beside it the log where there is room."""
        with Box("", id="detail"):
            yield Detail()
        with Box("Log", id="log"):
            yield Words()

    @property
    def queues(self) -> RecordTable[QueueView]:
        """The strip."""
        return self.query_one("#queues RecordTable", RecordTable)

    # Rows.

    def key_of(self, row: JobView) -> Hashable:
        """Return the id."""
        return row.id

    def present(self, row: JobView) -> Sequence[Cell]:
        """Return the cells of a job."""
        return present.row(row, clock.epoch())

    def page(self, runtime: Runtime, cursor: str | None) -> Page[JobView]:
        """Return a page of jobs."""
        return runtime.jobs.page(self._query(cursor))

    @staticmethod
    def tells_time(row: JobView) -> bool:
        """Tell whether the row counts seconds."""
        return row.state in ("running", "retryable", "scheduled")

    def why_empty(self) -> Sequence[Line]:
        """Return why there are no jobs."""
        return (
            line(Cell("No jobs yet.", Tone.STRONG)),
            line(Cell("They appear here when a photo comes in or a message goes out.", Tone.MUTED)),
        )

    def _query(self, cursor: str | None) -> JobQuery:
        asked = self.asked.fields
        words = [state for word in asked.get("state", ()) for state in present.STATE_WORDS[word]]
        return JobQuery(
            queue=self.asked.one("queue"),
            state=tuple(words) or None,
            kind=self.asked.one("kind"),
            text=self.asked.words,
            limit=PAGE,
            cursor=cursor,
            newest_first=self.sort.id == "newest",
        )

    # Reading.

    async def read(self) -> None:
        """Read the list, the queues, and what is shown of the log."""
        await super().read()
        self.queues.records.start(self.queue_views)
        self.queues.refreshed()
        if self.has_class("-wide"):
            await self._read_log()

    async def _read_log(self) -> None:
        lines = await self.desk.ask(lambda runtime: runtime.logs.tail(LOG_LINES))
        room = self.query_one("#log").content_size.height or LOG_LINES
        self.query_one("#log Words", Words).tell([logs.told(text) for text in lines[-room:]])

    def show_detail(self, row: JobView | None) -> None:
        """Show what is known at once, and soon what has to be read."""
        if row is not None and self._whole is not None and replace(self._whole, attempts=()) == row:
            self._draw_detail(self._whole)
            return
        self._draw_detail(row)
        if row is not None:
            self._detail.want()

    async def _read_detail(self) -> None:
        row = self.table.row
        if row is None or not self.desk.is_running:
            return
        try:
            job = await self.desk.ask(lambda runtime: runtime.jobs.show(row.id))
        except NotFound:  # Removed since it was listed; the list says so soon.
            return
        if self.table.row is not None and self.table.row.id == job.id:
            self._whole = job
            self._draw_detail(job)

    def _draw_detail(self, job: JobView | None) -> None:
        box, pane = self.query_one("#detail", Box), self.query_one("#detail Detail", Detail)
        if job is None:
            box.head("Job")
            pane.show([line(Cell("No job is selected.", Tone.MUTED))])
            return
        box.head(present.title(job))
        facts = present.detail(job, clock.epoch())
        pane.show(facts, words=present.words(job), fold=present.raw(job))

    # Verbs.

    def facts(self) -> set[Fact]:
        """Return what may be done with what is marked, or under the cursor."""
        facts = super().facts()
        if not self.is_mounted:
            return facts
        facts |= present.facts(self.table.chosen)
        if self._queue() is not None:
            facts.add(Fact.QUEUE)
        if any(queue.failed for queue in self.queue_views):
            facts.add(Fact.ANY_FAILED)
        return facts

    def do_retry(self) -> None:
        """Run the chosen jobs again."""
        ids = self.ids([job for job in self.table.chosen if job.state in present.AGAIN])
        self.order(lambda rt: rt.jobs.retry(ids), lambda n: f"{plural(n, 'job')} will run again.")

    def do_cancel(self) -> None:
        """Stop the chosen jobs."""
        ids = self.ids([job for job in self.table.chosen if job.state not in present.ENDED])
        self.order(
            lambda rt: rt.jobs.cancel(ids),
            lambda n: f"{plural(n, 'job')} stopped. r runs it again.",
        )

    def do_retry_all(self) -> None:
        """Ask, then run everything again that failed."""
        failed = sum(queue.failed for queue in self.queue_views)
        title = f"Run {plural(failed, 'failed job')} again?"
        question = Question(title, present.retry_lines(self.queue_views), f"Run {count(failed)}")
        query = JobQuery(state=(states.DISCARDED,))
        self.ask_first(question, lambda: self.order(
            lambda rt: rt.jobs.retry_where(query), lambda n: f"{plural(n, 'job')} will run again.",
        ))  # fmt: skip

    def do_pause(self) -> None:
        """Pause the queue that is meant, or let it go on."""
        queue = self._queue()
        if queue is not None:
            self.toggle_queue(queue)

    def _queue(self) -> QueueView | None:
        """Return the queue under the cursor of the strip, or the one of the job."""
        if self.queues.has_focus:
            return self.queues.row
        job = self.table.row
        return self.queues.records.get(job.queue) if job is not None else None

    def do_copy(self) -> None:
        """Ask what to copy."""
        job = self.table.row
        if job is not None:
            self.copy_menu([
                ("i", "id", job.id), ("a", "what it is about", job.about),
                ("e", "full error", job.error or ""), ("j", "arguments", present.arguments(job)),
            ])  # fmt: skip


QUEUE_COLUMNS = (
    Column("queue", width=17),
    Column("last 24 h", width=24, from_width=104),
    Column("wait", share=1, right=True),
    Column("run", share=1, right=True),
    Column("later", share=1, right=True, from_width=70),
    Column("failed", share=1, right=True),
    Column("/min", share=1, right=True, from_width=70),
    Column("", width=8),
)
