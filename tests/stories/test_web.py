"""Web: the attached screen in a browser: the same shop, live, and gone with its tab."""

import asyncio
import json
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.browser import Screen, browsing
from tests.program import PATIENCE, Program, wait_for

FAILING = ("job", "enqueue", "order_processing", "probe", "--max-attempts", "1", "--args")


class Web:
    """`botops web` on a home whose engine runs."""

    def __init__(self, program: Program) -> None:
        self.process = subprocess.Popen(
            program.argv("web", "--port", "0", "--json", "--quiet"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = str(json.loads(self.process.stdout.readline())["url"])
        self.address, self.token = self.url.split("/#")

    def screens(self) -> list[psutil.Process]:
        """The processes that draw tabs."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if child.status() != psutil.STATUS_ZOMBIE]

    def end(self, number: signal.Signals) -> int:
        """Send a signal; return how it ended."""
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


@pytest.fixture
def web(program: Program) -> Iterator[Web]:
    """A web server, and an engine."""
    program.serve()
    web = Web(program)
    yield web
    if web.process.poll() is None:
        web.end(signal.SIGKILL)


@asynccontextmanager
async def tab_of(web: Web) -> AsyncIterator[tuple[aiohttp.ClientWebSocketResponse, Screen]]:
    """A tab, without the browser around it."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(web.address, cookie_jar=jar) as http:
        headers = {"Origin": web.address}
        async with http.post("/enter", json={"token": web.token}, headers=headers) as answer:
            place = (await answer.json())["place"]
        socket = f"{place}ws?width=120&height=35"
        async with http.ws_connect(socket, origin=web.address) as line:
            yield line, Screen()


async def sees(line: aiohttp.ClientWebSocketResponse, screen: Screen, words: str) -> None:
    """Wait until words stand in a tab."""
    async with asyncio.timeout(PATIENCE):
        while words not in screen.text():
            message = await line.receive()
            assert message.type is aiohttp.WSMsgType.BINARY, screen.text()
            screen.feed(message.data)


@pytest.mark.browser
async def test_a_browser_shows_the_shop(program: Program, web: Web, tmp_path: Path) -> None:
    """Home is there, `6` leads to Jobs, news comes up by itself, and nothing is from outside."""
    async with browsing(tmp_path / "chromium") as browser:
        await browser.open(web.url)
        await browser.wait_for("● live")
        home = await browser.wait_for("[1 Home]")
        assert "○ attached to process" in home
        before = await browser.picture()
        await browser.press("6")
        await browser.wait_for("[6 Jobs]")
        await asyncio.to_thread(program.json, *FAILING, '{"fail_times": 9}')
        await browser.wait_for("✗ failed")
        assert await browser.picture() != before
        # The address no longer has the token, and the page is in a folder that nobody can guess.
        assert web.token not in await browser.evaluate("location.href")
        assert web.address in browser.asked[0]
        strangers = [url for url in browser.asked if web.address.split("//")[1] not in url]
        assert [url for url in strangers if not url.startswith("data:")] == []
        assert not [each for each in browser.complaints if "Content Security Policy" in each]
        assert len(web.screens()) == 1
        await browser.open("about:blank")
        await asyncio.to_thread(wait_for, lambda: not web.screens(), "the end of the screen")
    assert program.is_ready()


@pytest.mark.browser
async def test_a_browser_without_the_token_sees_nothing(web: Web, tmp_path: Path) -> None:
    """The address alone leads to a sentence, a wrong token too, and no screen is started."""
    async with browsing(tmp_path / "chromium") as browser:
        for fragment in ("", "#guess"):
            await browser.open(f"{web.address}/{fragment}")
            told = "document.getElementById('told').textContent"
            async with asyncio.timeout(PATIENCE):
                while "whoever has the address" not in (await browser.evaluate(told) or ""):
                    await browser.call("Page.enable")  # one more round, in which it may come
    assert not web.screens()


async def test_a_tab_outlives_the_engine(program: Program, web: Web) -> None:
    """As any attached screen does."""
    async with tab_of(web) as (line, screen):
        await sees(line, screen, "● live")
        await asyncio.to_thread(program.stop)
        await sees(line, screen, "the engine is away")
        await asyncio.to_thread(program.serve)
        await sees(line, screen, "○ attached to process")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_and_every_tab(
    program: Program, web: Web, number: signal.Signals
) -> None:
    """It ends with 0, no screen is left behind, and the engine goes on."""
    async with tab_of(web) as (line, screen):
        await sees(line, screen, "● live")
        screens = web.screens()
        assert screens
        assert await asyncio.to_thread(web.end, number) == 0
        assert not any(each.is_running() for each in screens)
    assert program.is_ready()


async def test_a_tab_notices_that_its_server_was_killed(program: Program, web: Web) -> None:
    """Nothing draws for nobody, even when nobody could say so."""
    async with tab_of(web) as (line, screen):
        await sees(line, screen, "● live")
        screens = web.screens()
        web.end(signal.SIGKILL)
        _, alive = await asyncio.to_thread(psutil.wait_procs, screens, timeout=PATIENCE)
        assert not alive
    assert program.is_ready()


async def test_a_screen_that_is_left_by_its_key_closes_its_tab(web: Web) -> None:
    """`q` ends the process, and the page is told."""
    async with tab_of(web) as (line, screen):
        await sees(line, screen, "● live")
        await line.send_json(["stdin", "q"])
        async with asyncio.timeout(PATIENCE):
            async for message in line:
                assert message.type is aiohttp.WSMsgType.BINARY
        await asyncio.to_thread(wait_for, lambda: not web.screens(), "the end of the screen")


def test_without_an_engine_there_is_nothing_to_show(program: Program) -> None:
    """It ends with 6 before it takes a port."""
    program.json("init")
    done = program.call("web", "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (6, "not_reachable")


def test_the_file_that_opens_the_browser_is_the_user_s_alone(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With `--open` the token is no word of a command, which everybody here could read."""
    opened = tmp_path / "opened"
    monkeypatch.setenv("BROWSER", f"{Path(__file__).parent / 'fake_browser.sh'} {opened} %s")
    program.serve()
    process = subprocess.Popen(
        program.argv("web", "--port", "0", "--open"), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        mode, address, page = wait_for(
            lambda: opened.read_text() if opened.exists() else None, "the browser"
        ).split("\n", 2)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert mode == "600"
    assert address.startswith("file://")
    assert url in page
    assert not Path(address.removeprefix("file://")).exists()
