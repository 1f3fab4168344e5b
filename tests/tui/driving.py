"""Driving: presses keys, and waits until the screen is at rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast

from rich.segment import Segment
from textual import events
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from botops.runtime import Runtime
from botops.tui.app import BotOpsApp
from tests.tui import fake_runtime

Size = tuple[int, int]
SMALL: Size = (80, 24)
MEDIUM: Size = (100, 30)
LARGE: Size = (140, 40)
DEADLINE = 20
QUIET = 4  # rounds in which all widgets had nothing to do: a refresh may cause a message
_NAMES = {":": "colon", " ": "space", "-": "minus", "_": "underscore", ".": "full_stop"}
_CHARACTERS = {name: letter for letter, name in _NAMES.items()} | {
    "slash": "/", "semicolon": ";", "question_mark": "?",
}  # fmt: skip


@dataclass
class Driver:
    """A running screen, and the shop behind it."""

    app: BotOpsApp
    pilot: Pilot[Any]
    shop: fake_runtime.Runtime

    async def rest(self) -> None:
        """Wait until nothing is read, ordered or drawn any more."""
        async with asyncio.timeout(DEADLINE):
            await self._rest()

    async def press(self, *keys: str) -> None:
        """Press keys, each after the screen has come to rest; a run of ↓ is one."""
        for at, key in enumerate(keys):
            self._send(key)
            if keys[at : at + 2] != ("down", "down"):
                await self.rest()

    async def until(self, words: str) -> None:
        """Wait until these words are on the screen, where a timer decides when."""
        async with asyncio.timeout(DEADLINE):
            while words not in self.text:
                await self.rest()

    async def type(self, text: str) -> None:
        """Type text into the field that has the focus."""
        for letter in text:
            self._send(_NAMES.get(letter, letter), letter)
        await self.rest()

    def _send(self, key: str, character: str | None = None) -> None:
        # As the terminal's driver does it. Pilot.press would wait for an idle processor, too,
        # which says nothing here: what is read and ordered is known.
        event = events.Key(key, character or (key if len(key) == 1 else _CHARACTERS.get(key)))
        event.set_sender(self.app)
        cast("Any", self.app._driver).send_message(event)

    @property
    def rows(self) -> list[list[Segment]]:
        """What is on the screen, with its colours."""
        # No public way gives what is drawn with the screens behind a box.
        update = self.app.screen._compositor.render_update(
            full=True, screen_stack=self.app._background_screens
        )
        return [[part for strip in row for part in strip] for row in cast("Any", update).strips]

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        return ["".join(segment.text for segment in row).rstrip() for row in self.rows]

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines)

    def words(self, selector: str) -> str:
        """What is drawn where a widget is, its lines joined, without what is beside it."""
        region = self.app.screen.query_one(selector).region
        rows = self.lines[region.y : region.bottom]
        return " ".join(" ".join(row[region.x + 1 : region.right - 1] for row in rows).split())

    @property
    def toasts(self) -> list[str]:
        """What the toasts say that are to be seen."""
        return [each.message for each in self.app._notifications]

    async def _rest(self) -> None:
        quiet = 0
        while quiet < QUIET:
            await self.pilot.pause(0)
            quiet += 1
            if self.app.desk.under_way:
                await asyncio.wait(set(self.app.desk.under_way))
                quiet = 0
            if self._workers():
                with suppress(WorkerCancelled):  # A picture of which nobody waits any more.
                    await self.app.workers.wait_for_complete()
                quiet = 0

    def _workers(self) -> bool:
        return any(not worker.is_finished for worker in self.app.workers)


@asynccontextmanager
async def driving(
    size: Size = MEDIUM, shop: fake_runtime.Runtime | None = None
) -> AsyncIterator[Driver]:
    """Run the screen on a shop that stands still."""
    shop = shop or fake_runtime.Runtime()
    app = BotOpsApp(
        lambda: cast("Runtime", shop), lambda: None, home_name="/srv/casa-flora", frame=0
    )
    app.WARM_UP = 3600  # What a test opens is made then.
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(app, pilot, shop)
        await driver.rest()
        yield driver
