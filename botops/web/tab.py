"""Tab: one screen in a browser, and the process of its own that draws it.

The process talks as Textual's web driver does: packets of a letter, a length of four bytes and
a payload; `D` is what a terminal would get or send, `M` is JSON about it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from asyncio.subprocess import PIPE
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType

from botops.kernel.program import own_environment

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Sequence

    from aiohttp import web

log = logging.getLogger(__name__)
MOST_PACKET = 16_000_000
LEAVE_SECONDS = 4.0  # until a process is told to end, and again until it is made to
COLUMNS, ROWS = (20, 500), (5, 200)
_READY = b"__GANGLION__\n"
_DRIVER = {
    "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TERM_PROGRAM": "textual",
}


class Tab:
    """A process that draws, and the browser that shows it; each ends with the other."""

    def __init__(self, argv: Sequence[str], browser: web.WebSocketResponse) -> None:
        self._argv = argv
        self._browser = browser

    async def run(self, columns: object, rows: object) -> None:
        """Show a screen of that size until one side ends."""
        size = {"COLUMNS": str(within(columns, COLUMNS)), "ROWS": str(within(rows, ROWS))}
        process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={**own_environment(), **_DRIVER, **size},
            start_new_session=True,  # ctrl+c in the terminal is for the server, which tells it
        )
        sides = [
            asyncio.create_task(self._draw(process)),
            asyncio.create_task(self._listen(process)),
        ]
        try:
            await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for side in sides:
                side.cancel()
            await asyncio.gather(*sides, return_exceptions=True)
            await _end(process)
            await self._browser.close()

    async def _draw(self, process: Process) -> None:
        """Pass on what the process draws, or what it says about why it can't."""
        drawing, talk = _output(process)
        said = asyncio.create_task(_tail(talk))
        try:
            if await _is_ready(drawing):
                await self._pass_on(drawing)
            else:
                words = await said
                log.warning("a screen did not start: %s", words)
                await self._browser.send_bytes((words or "The screen did not start.").encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # one of both has ended
        finally:
            said.cancel()

    async def _pass_on(self, drawing: asyncio.StreamReader) -> None:
        while True:
            kind = await drawing.readexactly(1)
            length = int.from_bytes(await drawing.readexactly(4), "big")
            if length > MOST_PACKET:
                return
            payload = await drawing.readexactly(length)
            if kind == b"D":
                await self._browser.send_bytes(payload)
            elif kind == b"M" and _is_exit(payload):
                return

    async def _listen(self, process: Process) -> None:
        """Pass on keys and clicks."""
        async for message in self._browser:
            if message.type != WSMsgType.TEXT:
                continue
            match _parsed(message.data):
                case ["stdin", str(keys)]:
                    await _send(process, b"D", payload=keys.encode(errors="replace"))
                case ["resize", {"width": width, "height": height}]:
                    size = {"width": within(width, COLUMNS), "height": within(height, ROWS)}
                    await _send_meta(process, {"type": "resize", **size})
                case ["focus" | "blur" as what]:
                    await _send_meta(process, {"type": what})
                case ["ping", str(word)]:
                    await self._browser.send_str(json.dumps(["pong", word]))


def within(wanted: object, limits: tuple[int, int]) -> int:
    """Return a number of cells, whatever a browser says."""
    least, most = limits
    try:
        return max(least, min(most, int(float(str(wanted)))))
    except (ValueError, OverflowError):
        return least


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_exit(payload: bytes) -> bool:
    told = _parsed(payload)
    return isinstance(told, dict) and told.get("type") == "exit"


async def _is_ready(drawing: asyncio.StreamReader) -> bool:
    """Tell whether a process begins to draw, instead of ending."""
    with suppress(ValueError):  # a line without an end
        for _ in range(10):
            line = await drawing.readline()
            if line in (_READY, b""):
                return bool(line)
    return False


async def _tail(talk: asyncio.StreamReader) -> str:
    """Read all that a process says, so that it never waits for that; return the end of it."""
    said = b""
    while chunk := await talk.read(4_096):
        said = (said + chunk)[-4_096:]
    return said.decode(errors="replace").strip()


def _output(process: Process) -> tuple[asyncio.StreamReader, asyncio.StreamReader]:
    if process.stdout is None or process.stderr is None:
        raise RuntimeError("the process has no pipes")
    return process.stdout, process.stderr


async def _send_meta(process: Process, told: dict[str, object]) -> None:
    await _send(process, b"M", payload=json.dumps(told).encode())


async def _send(process: Process, kind: bytes, *, payload: bytes) -> None:
    if process.stdin is not None:
        process.stdin.write(kind + len(payload).to_bytes(4, "big") + payload)
        await process.stdin.drain()


async def _end(process: Process) -> None:
    """Let a process end by itself: what gives it keys is gone; or else make it."""
    if process.stdin is not None:
        process.stdin.close()
    for insist in (process.terminate, process.kill):
        with suppress(TimeoutError):
            await asyncio.wait_for(process.communicate(), LEAVE_SECONDS)
            return
        with suppress(ProcessLookupError):
            insist()
    await process.wait()
