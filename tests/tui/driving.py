"""Driving: presses keys, and waits until the screen is at rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from textual.pilot import Pilot

from botops.runtime import Runtime
from botops.tui.app import BotOpsApp
from tests.tui import fake_runtime

Size = tuple[int, int]
SMALL: Size = (80, 24)
MEDIUM: Size = (100, 30)
LARGE: Size = (140, 40)
DEADLINE = 20


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
        """Press keys, each after the screen has come to rest."""
        for key in keys:
            await self.pilot.press(key)
            await self.rest()

    async def type(self, text: str) -> None:
        """Type text letter by letter."""
        names = {":": "colon", " ": "space", "-": "minus", "_": "underscore", ".": "full_stop"}
        await self.pilot.press(*(names.get(letter, letter) for letter in text))
        await self.rest()

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        # No public way gives the drawn text with the screens behind a box.
        update = self.app.screen._compositor.render_update(
            full=True, screen_stack=self.app._background_screens
        )
        return ["".join(part.text for part in row).rstrip() for row in cast("Any", update).strips]

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines)

    @property
    def toasts(self) -> list[str]:
        """What the toasts say that are to be seen."""
        return [each.message for each in self.app._notifications]

    async def _rest(self) -> None:
        await self.pilot.pause()
        while self.app.desk.under_way or self._workers():
            if self.app.desk.under_way:
                await asyncio.wait(set(self.app.desk.under_way))
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()

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
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(app, pilot, shop)
        await driver.rest()
        yield driver
