"""Attached: a screen whose engine runs in another process says so, and ends only itself."""

import asyncio
import getpass

import pytest

from botops.kernel.events import Changed
from botops.kernel.health import PartView
from botops.runtime import LinkView
from botops.store.actor import Actor, current_actor
from tests.tui import fake_runtime
from tests.tui.driving import MEDIUM, SMALL, Driver, Size, driving


def attached_shop() -> fake_runtime.Runtime:
    """A shop whose engine is process 1234."""
    shop = fake_runtime.Runtime()
    shop.attached = LinkView(1234)
    return shop


@pytest.mark.parametrize("size", [SMALL, MEDIUM])
async def test_line_1_says_where_the_engine_is(size: Size) -> None:
    """The number of its process stands before how it is, and the shop's name stays."""
    async with driving(size, attached_shop()) as driver:
        assert "Casa Flora" in driver.lines[0]
        assert "○ attached to process 1234   ● live   queue" in driver.lines[0]


async def test_line_1_says_when_the_engine_is_away_and_back() -> None:
    """While it is away nothing else about it is claimed, and it comes back by itself."""
    async with driving(MEDIUM, shop := attached_shop()) as driver:
        for link, words in (
            (LinkView(None, "The engine is away."), "✗ the engine is away   queue"),
            (LinkView(1234, "The engine does not answer."), "! the engine does not answer"),
            (LinkView(77), "○ attached to process 77   ● live"),
        ):
            shop.attached = link
            shop.bus.publish(Changed("*"))
            await driver.rest()
            assert words in driver.lines[0]


async def test_what_is_down_there_is_said_here() -> None:
    """A part in trouble is told as if it were in this process."""
    async with driving(MEDIUM, shop := attached_shop()) as driver:
        shop.parts = [PartView("watcher", "down", "gone")]
        shop.bus.publish(Changed("health"))
        await driver.rest()
        assert "○ attached to process 1234   ✗ 1 down" in driver.lines[0]


async def test_q_closes_an_attached_screen_without_asking() -> None:
    """Nothing is stopped, so that nobody has to be asked."""
    async with driving(MEDIUM, attached_shop()) as driver:
        await ended_after(driver, "q")
        assert driver.app.return_code == 0


async def ended_after(driver: Driver, key: str) -> None:
    """Press a key, and wait until the screen has ended."""
    await driver.pilot.press(key)
    async with asyncio.timeout(20):
        await driver.app.workers.wait_for_complete()


async def test_who_sits_before_the_screen_is_known() -> None:
    """What is done for a key is done in the name of the person, from the screen."""
    actors: list[Actor] = []
    async with driving() as driver:
        await driver.app.desk.ask(lambda _: actors.append(current_actor()))
    assert actors == [Actor(getpass.getuser(), "screen")]
