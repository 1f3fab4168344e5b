"""Log: a list of any length, of which only what is looked at is read, kept and drawn."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from botops.tui.presenters.cells import Cell
from botops.tui.theme import DARK
from botops.tui.widgets.log import KEPT, PAGE, Log
from botops.tui.widgets.table import Column

MILLION = 1_000_000


class Reading(App[None]):
    """A log of numbers, whose pages are given when they are asked for."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total = total
        self.asked: list[int] = []
        self.gives = True
        self.opened = 0
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        """Make the log alone."""
        yield Log[int](
            (Column("number", width=10, right=True), Column("more", share=1, from_width=50)),
            present=lambda number: (Cell(str(number)), Cell("[b]more[/b]")),
        )

    def on_mount(self) -> None:
        """Begin with the first page."""
        self.list.start(self.total, {0: self.page(0)}, moved=None)

    @property
    def list(self) -> Log[int]:
        """The log."""
        return self.query_one(Log)

    def page(self, number: int) -> Sequence[int]:
        """The rows of a page: each is its place."""
        return range(number * PAGE, min((number + 1) * PAGE, self.total))

    @on(Log.Wanted)
    def give(self, event: Log.Wanted) -> None:
        """Give what is wanted, unless told otherwise."""
        self.asked.append(event.number)
        if self.gives:
            self.list.put(event.number, self.page(event.number))

    @on(Log.Opened)
    def count(self) -> None:
        """Count the rows that were opened."""
        self.opened += 1


@asynccontextmanager
async def reading(total: int = MILLION, size: tuple[int, int] = (60, 12)) -> AsyncIterator[Any]:
    """A running log, and what is on the screen."""
    app = Reading(total)
    async with app.run_test(size=size) as pilot:
        app.list.focus()
        await pilot.pause()
        yield app, pilot


def seen(app: Reading) -> list[str]:
    """What is on the screen, line by line."""
    return [
        "".join(segment.text for segment in app.list.render_line(y)).rstrip()
        for y in range(app.list.size.height)
    ]


def first(app: Reading) -> int:
    """The number in the first line below the head."""
    return int(seen(app)[1].strip("▸ ").split()[0])


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and wait until what they ask for is there."""
    await pilot.press(*keys)
    await pilot.pause()


async def test_the_end_of_a_million_rows_is_one_key_away() -> None:
    """Neither what lies between is read, nor more than the pages around it."""
    async with reading() as (app, pilot):
        assert seen(app)[0].split() == ["number", "more"]
        await press(pilot, "G")
        assert app.list.row == MILLION - 1
        assert seen(app)[-1].startswith("▸")
        assert seen(app)[-1].split()[1] == "999999"
        await press(pilot, "g")
        assert (app.list.row, first(app)) == (0, 0)
        assert len(app.asked) <= 3


async def test_whoever_reads_on_never_waits() -> None:
    """The next page is asked for before its first row is in sight."""
    async with reading() as (app, pilot):
        for _ in range(40):
            await press(pilot, "pagedown")
            assert all(line.strip("▸ ") != "·" for line in seen(app)[1:])
        assert app.asked == sorted(app.asked)


async def test_only_some_pages_are_kept() -> None:
    """However far somebody reads, memory stays what it was; what is gone is read again."""
    async with reading() as (app, pilot):
        for number in range(KEPT * 2):
            app.list.go(number * PAGE + PAGE // 2)
            await pilot.pause()
        assert len(app.list._pages) == KEPT
        assert len(app.list._drawn) <= KEPT * PAGE
        app.asked.clear()
        await press(pilot, "g")
        assert app.asked == [0]
        assert first(app) == 0


async def test_what_is_not_there_yet_is_a_dot() -> None:
    """A page under way is drawn without its rows, and then with them."""
    async with reading() as (app, pilot):
        app.gives = False
        await press(pilot, "G")
        assert {line.strip("▸ ") for line in seen(app)[1:]} == {"·"}
        assert app.list.at(MILLION - 1) is None
        for number in app.asked:
            app.list.put(number, app.page(number))
        await pilot.pause()
        assert app.list.row == MILLION - 1
        assert "·" not in "".join(seen(app))


async def test_a_page_that_failed_is_asked_for_again() -> None:
    """Whoever gives up says so; the next look asks once more."""
    async with reading() as (app, pilot):
        app.gives = False
        await press(pilot, "G")
        asked = list(app.asked)
        for number in asked:
            app.list.give_up(number)
        app.gives = True
        await press(pilot, "k", "j")
        assert app.list.row == MILLION - 1


async def test_rows_that_come_in_above_move_nothing() -> None:
    """The row under the cursor, and what is in sight around it, stay where they are."""
    async with reading() as (app, pilot):
        app.list.go(300)
        await pilot.pause()
        before = [int(line.strip("▸ ").split()[0]) for line in seen(app)[1:]]
        app.page = lambda number: range(number * PAGE - 5, (number + 1) * PAGE - 5)
        app.list.start(MILLION + 5, {0: app.page(0)}, moved=5)
        assert app.list.row == 300
        await pilot.pause()
        await pilot.pause()
        assert app.list.row == 300
        assert [int(line.strip("▸ ").split()[0]) for line in seen(app)[1:]] == before


async def test_at_the_top_rows_come_in() -> None:
    """Who looks at the newest sees new ones; the cursor stays on its row."""
    async with reading() as (app, pilot):
        assert app.list.is_following
        app.list.start(MILLION + 2, {0: range(-2, PAGE - 2)}, moved=2)
        await pilot.pause()
        assert (first(app), app.list.row, app.list.cursor) == (-2, 0, 2)


@pytest.mark.parametrize("move", ["j", "pagedown", "G"])
async def test_moving_away_holds_still(move: str) -> None:
    """Whoever moves down wants to read; f follows again."""
    async with reading() as (app, pilot):
        await press(pilot, move)
        assert not app.list.is_following
        app.list.follow()
        await pilot.pause()
        assert app.list.is_following
        assert app.list.scroll_offset.y == 0


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    """The mouse looks further, a click takes a row, a second one opens it."""
    async with reading() as (app, pilot):
        app.list.scroll_to(y=1000, animate=False)
        await pilot.pause()
        assert first(app) == 1000
        assert app.list.cursor == 0
        await pilot.click(Log, offset=(5, 3))
        assert app.list.row == 1002
        await pilot.click(Log, offset=(5, 3), times=2)
        assert app.opened == 1
        await pilot.click(Log, offset=(5, 0))
        assert app.list.row == 1002
        await pilot.hover(Log, offset=(5, 5))
        await pilot.hover(Log, offset=(5, 0))
        assert app.list._hovered is None


async def test_a_resize_finds_room_for_more_columns() -> None:
    """A wider terminal shows more, a sliver breaks nothing."""
    async with reading(size=(40, 12)) as (app, pilot):
        assert "more" not in seen(app)[0]
        await pilot.resize_terminal(80, 20)
        await pilot.pause()
        assert "more" in seen(app)[0]
        assert "[b]more[/b]" in seen(app)[1]
        for size in ((3, 2), (1, 1), (80, 12)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert first(app) == 0


async def test_a_list_grows_once_it_is_counted() -> None:
    """The first page is shown before anybody knows how long the list is."""
    async with reading() as (app, pilot):
        app.total = PAGE
        app.list.start(PAGE, {0: app.page(0)}, moved=None)
        app.total = 5_000
        app.list.stretch(5_000)
        await press(pilot, "G")
        assert app.list.row == 4_999


async def test_an_empty_list_bears_every_key() -> None:
    """Nothing is under the cursor, wherever it is sent."""
    async with reading(total=0) as (app, pilot):
        await press(pilot, "j", "k", "G", "g", "pagedown", "pageup")
        assert app.list.row is None
        await pilot.click(Log, offset=(5, 3))
        assert seen(app)[1] == ""
