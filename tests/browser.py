"""Browser: Chromium as a person meets it: an address opened, keys pressed, what is drawn seen."""

import asyncio
import base64
import json
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pyte

from tests.machine import find_browser
from tests.program import PATIENCE, wait_for
from tests.terminal import Paper

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-port=0", "--window-size=1280,800",
)  # fmt: skip
BINARY = 2  # frames that a terminal gets


class Screen:
    """What the bytes that a browser gets would draw in a terminal."""

    def __init__(self) -> None:
        self._paper = Paper(200, 80)
        self._stream = pyte.ByteStream(self._paper)

    def feed(self, data: bytes) -> None:
        """Draw."""
        self._stream.feed(data)

    def text(self) -> str:
        """What stands there, line by line."""
        return "\n".join(line.rstrip() for line in self._paper.display)


class Browser:
    """One page, and all that is heard of it."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self._line = line
        self._number = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._news = asyncio.Event()
        self.screen = Screen()
        self.asked: list[str] = []
        self.complaints: list[str] = []

    async def call(self, method: str, **given: Any) -> Any:
        """Return what the browser answers to a method of its protocol."""
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"id": self._number, "method": method, "params": given})
        async with asyncio.timeout(PATIENCE):
            return await answer

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self.call("Page.navigate", url=url)

    async def press(self, key: str) -> None:
        """Press a key that types itself."""
        code = ord(key.upper())
        for kind, text in (("keyDown", key), ("keyUp", "")):
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, text=text, windowsVirtualKeyCode=code
            )

    async def wait_for(self, words: str) -> str:
        """Wait until words stand on the screen; return all that stands there then."""
        try:
            async with asyncio.timeout(PATIENCE):
                while words not in self.screen.text():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{words!r} never came; there is:\n{self.screen.text()}") from None
        return self.screen.text()

    async def picture(self) -> bytes:
        """What the page looks like, as PNG."""
        shot = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])

    async def evaluate(self, script: str) -> Any:
        """What an expression is on the page."""
        return (await self.call("Runtime.evaluate", expression=script))["result"].get("value")

    async def listen(self) -> None:
        """Take in all that the browser says, until it ends."""
        async for message in self._line:
            told = json.loads(message.data)
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told.get("result", told))
            else:
                self._hear(told["method"], told["params"])
            self._news.set()

    def _hear(self, method: str, told: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.asked.append(told["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.asked.append(told["url"])
        elif method == "Network.webSocketFrameReceived":
            if told["response"]["opcode"] == BINARY:
                self.screen.feed(base64.b64decode(told["response"]["payloadData"]))
        elif method == "Log.entryAdded":
            self.complaints.append(told["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"]))


@asynccontextmanager
async def browsing(folder: Path) -> AsyncIterator[Browser]:
    """A browser that nobody has used, with one empty page."""
    port = folder / "DevToolsActivePort"
    process = await asyncio.create_subprocess_exec(
        str(find_browser()),
        *FLAGS,
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        text = await asyncio.to_thread(
            wait_for, lambda: port.read_text() if port.exists() else None, "the browser"
        )
        async with aiohttp.ClientSession(f"http://127.0.0.1:{text.split()[0]}") as http:
            async with http.get("/json/list") as answer:
                pages = json.loads(await answer.text())
            address = next(page for page in pages if page["type"] == "page")["webSocketDebuggerUrl"]
            async with http.ws_connect(address, max_msg_size=0) as line:
                browser = Browser(line)
                listening = asyncio.create_task(browser.listen())
                for domain in ("Network", "Page", "Runtime", "Log"):
                    await browser.call(f"{domain}.enable")
                yield browser
                listening.cancel()
    finally:
        process.terminate()
        await process.wait()
