"""Server: one process for each tab, as long as the tab, whatever either of them does."""

import asyncio
import json
import re
import socket
from typing import Any

import psutil
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from botops.kernel.errors import BotOpsError, UsageProblem
from botops.web import server as server_module
from botops.web import tab as tab_module
from botops.web.server import WebServer
from botops.web.tab import COLUMNS, within
from tests.program import wait_for
from tests.web.conftest import Client, serving

DEADLINE = 20


async def read(tab: ClientWebSocketResponse) -> str:
    """What is drawn next, or nothing at the end."""
    async with asyncio.timeout(DEADLINE):
        message = await tab.receive()
    if message.type is WSMsgType.BINARY:
        return bytes(message.data).decode()
    return str(message.data) if message.type is WSMsgType.TEXT else ""


async def pid_of(tab: ClientWebSocketResponse) -> int:
    """The process that draws a tab."""
    found = re.match(r"pid (\d+)", await read(tab))
    assert found
    return int(found[1])


async def ended(pid: int) -> None:
    """Wait until a process is gone."""
    await asyncio.to_thread(wait_for, lambda: not psutil.pid_exists(pid), f"the end of {pid}")


async def test_a_tab_draws_what_its_process_draws(client: Client) -> None:
    """Its size, keys, and the focus go there; pings are answered."""
    tab = await client.tab("width=100&height=30")
    assert "size 100x30" in await read(tab)
    await tab.send_json(["stdin", "é6"])
    assert await read(tab) == "D é6\n"
    await tab.send_json(["resize", {"width": 90, "height": 20}])
    assert json.loads((await read(tab))[2:]) == {"type": "resize", "width": 90, "height": 20}
    await tab.send_json(["blur"])
    assert json.loads((await read(tab))[2:]) == {"type": "blur"}
    await tab.send_json(["ping", "17"])
    assert json.loads(await read(tab)) == ["pong", "17"]


@pytest.mark.parametrize(
    "said",
    ["", "x", "{}", "[]", '["stdin"]', '["stdin", 7]', '["resize", {"width": 9}]', "[" * 100_000,
     '["quit"]', '["open_url", {"url": "http://evil.test"}]', '["ping", {}]'],
    ids=range(11),
)  # fmt: skip
async def test_what_no_terminal_says_is_passed_over(client: Client, said: str) -> None:
    """Whatever a page sends, the process gets nothing but keys, sizes and the focus."""
    tab = await client.tab()
    await read(tab)
    await tab.send_str(said)
    await tab.send_bytes(b"\x00\x01")
    await tab.send_json(["stdin", "6"])
    assert await read(tab) == "D 6\n"


async def test_what_a_process_says_beside_is_passed_over(client: Client) -> None:
    """Its talk fills no pipe, and it can't make the browser open anything."""
    tab = await client.tab()
    await read(tab)
    await tab.send_json(["stdin", "noise"])
    assert await read(tab) == "still here\n"


@pytest.mark.parametrize(
    ("wanted", "cells"),
    [("80", 80), (80.0, 80), ("1", 20), ("1e9", 500), ("-5", 20), ("inf", 20), ("nan", 20),
     ("x", 20), (None, 20), ({}, 20), ("9" * 5_000, 20)],
)  # fmt: skip
def test_a_size_is_a_sane_one(wanted: Any, cells: int) -> None:
    """A page can't ask for a screen that would fill the memory."""
    assert within(wanted, COLUMNS) == cells


async def test_a_process_ends_with_its_tab(client: Client) -> None:
    """Each tab has its own, and closing one leaves the others."""
    first, second = await client.tab(), await client.tab()
    pids = [await pid_of(each) for each in (first, second)]
    await first.close()
    await ended(pids[0])
    await second.send_json(["stdin", "6"])
    assert await read(second) == "D 6\n"


async def test_a_tab_ends_with_its_process(client: Client) -> None:
    """When the screen is left by its own key, or dies, the tab is told."""
    tab = await client.tab()
    pid = await pid_of(tab)
    await tab.send_json(["stdin", "q"])
    assert await read(tab) == ""
    await ended(pid)
    tab = await client.tab()
    psutil.Process(await pid_of(tab)).kill()
    assert await read(tab) == ""


async def test_a_process_that_would_not_end_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not hear that its tab is gone is told, then killed."""
    monkeypatch.setattr(tab_module, "LEAVE_SECONDS", 0.2)
    async with serving("deaf") as client:
        await client.enter()
        tab = await client.tab()
        pid = await pid_of(tab)
        await tab.close()
        await ended(pid)


async def test_why_a_screen_did_not_start_is_shown() -> None:
    """What the process says before it draws anything stands in the tab."""
    async with serving("fail") as client:
        await client.enter()
        tab = await client.tab()
        assert "No engine runs" in await read(tab)
        assert await read(tab) == ""


async def test_there_is_room_for_so_many_tabs(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One too many is told so, and gets no process."""
    monkeypatch.setattr(server_module, "TABS", 1)
    first = await client.tab()
    await pid_of(first)
    second = await client.tab()
    assert "Close one" in await read(second)
    assert await read(second) == ""


async def test_the_end_of_the_server_ends_all_tabs() -> None:
    """No process is left behind."""
    async with serving() as client:
        await client.enter()
        tabs = [await client.tab() for _ in range(3)]
        pids = [await pid_of(tab) for tab in tabs]
    for pid in pids:
        assert not psutil.pid_exists(pid)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.test", "", "127.0.0.1.x"])
def test_only_this_computer_is_served(host: str) -> None:
    """An address that others reach is refused, with the way to do it safely."""
    with pytest.raises(UsageProblem, match="loopback") as caught:
        WebServer(["x"], host=host, port=0)
    assert "ssh -L" in caught.value.hint


def test_a_port_that_is_taken_is_told() -> None:
    """The sentence says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BotOpsError, match=f"Port {port} is taken") as caught:
            WebServer(["x"], host="127.0.0.1", port=port)
    assert "--port" in caught.value.hint
