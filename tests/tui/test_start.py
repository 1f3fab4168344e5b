"""Start and end: the first frame needs no engine, and what goes wrong is told calmly."""

import asyncio
import threading
from typing import cast

from botops.kernel.errors import StorageTrouble
from botops.runtime import Runtime
from botops.tui.app import BotOpsApp
from tests.tui import fake_runtime
from tests.tui.driving import MEDIUM, Driver, driving


async def test_the_first_frame_is_there_before_the_engine() -> None:
    """While the engine starts, Home is drawn, keys answer, and sections can be opened."""
    go = threading.Event()
    shop = fake_runtime.Runtime()

    def start() -> Runtime:
        assert go.wait(20)
        return cast("Runtime", shop)

    app = BotOpsApp(start, lambda: None, frame=0)
    async with app.run_test(size=MEDIUM, notifications=True) as pilot:
        driver = Driver(app, pilot, shop)
        await pilot.pause()
        assert "… starting" in driver.lines[0]
        assert "Needs you" in driver.text
        await pilot.press("6")
        await pilot.pause()
        assert "[6 Jobs]" in driver.text
        await pilot.press("P")
        assert driver.toasts == ["Pause all: BotOps is still starting."]
        go.set()
        await driver.rest()
        assert "● live" in driver.lines[0]
        assert "orquidea-1.jpg" in driver.text


async def test_a_start_that_fails_says_three_sentences_and_ends() -> None:
    """What happened, that nothing is lost, what to do; the details are folded; q ends with 1."""

    def start() -> Runtime:
        raise StorageTrouble("The folder /srv/x is read-only.", hint="Make it writable.")

    app = BotOpsApp(start, lambda: None, home_name="/srv/x", frame=0)
    async with app.run_test(size=MEDIUM, notifications=True) as pilot:
        driver = Driver(app, pilot, fake_runtime.Runtime())
        await driver.rest()
        for sentence in (
            "The folder /srv/x is read-only.",
            "Nothing was lost",
            "Make it writable.",
            "▸ details",
        ):
            assert sentence in driver.text
        assert "Traceback" not in driver.text
        await driver.press("enter")
        assert "StorageTrouble" in driver.text
        await pilot.press("q")
    assert app.return_code == 1


async def test_leaving_stops_the_engine_before_the_screen() -> None:
    """Q asks; after y the engine is stopped once, and the exit code is 0."""
    stopped: list[str] = []
    app = BotOpsApp(
        fake_runtime.start,  # type: ignore[arg-type]  # the double
        lambda: stopped.append("engine"),
        frame=0,
    )
    async with app.run_test(size=MEDIUM, notifications=True) as pilot:
        driver = Driver(app, pilot, fake_runtime.Runtime())
        await driver.rest()
        await driver.press("q", "n")
        assert app.is_running
        assert not stopped
        await pilot.press("q", "y")
        await _ended(app)
    assert stopped == ["engine"]
    assert app.return_code == 0


async def test_a_signal_ends_the_screen_in_order() -> None:
    """`leave` may be called from a signal handler or any thread, and twice."""
    stopped: list[str] = []
    app = BotOpsApp(
        fake_runtime.start,  # type: ignore[arg-type]  # the double
        lambda: stopped.append("engine"),
        frame=0,
    )
    async with app.run_test(size=MEDIUM) as pilot:
        await pilot.pause()
        await asyncio.to_thread(app.leave)
        await asyncio.to_thread(app.leave)
        await _ended(app)
    assert stopped == ["engine"]


async def _ended(app: BotOpsApp) -> None:
    async with asyncio.timeout(20):
        await app.workers.wait_for_complete()


async def test_news_that_comes_while_it_ends_does_no_harm() -> None:
    """The engine may still publish while it stops."""
    async with driving() as driver:
        driver.app.desk.close()
        driver.shop.jobs.enqueue("probe", {})
        await driver.rest()
        assert driver.app.is_running
