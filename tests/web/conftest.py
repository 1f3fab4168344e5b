"""Fixtures: a web server whose screens are a small fake, and a browser that has been let in."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse

from botops.web.server import WebServer

FAKE = Path(__file__).parent / "fake_screen.py"


class Client:
    """A browser that knows the address, and maybe the token."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.address, self.token = server.url.split("/#")
        # Cookies of an address in numbers are forgotten otherwise.
        jar = aiohttp.CookieJar(unsafe=True)
        self.http = aiohttp.ClientSession(self.address, cookie_jar=jar)
        self.place = ""

    async def enter(self, **headers: str) -> aiohttp.ClientResponse:
        """Trade the token for the cookie."""
        headers = {"Origin": self.address} | headers
        answer = await self.http.post("/enter", json={"token": self.token}, headers=headers)
        if answer.ok:
            self.place = (await answer.json())["place"]
        return answer

    async def tab(self, query: str = "width=100&height=30") -> ClientWebSocketResponse:
        """Open a screen."""
        return await self.http.ws_connect(f"{self.place}ws?{query}", origin=self.address)


@asynccontextmanager
async def serving(how: str = "echo") -> AsyncIterator[Client]:
    """A server for the block, and a browser that has not been let in yet."""
    server = WebServer([sys.executable, str(FAKE), how], host="127.0.0.1", port=0)
    ending = asyncio.Event()
    running = asyncio.create_task(server.serve(ending))
    client = Client(server)
    try:
        yield client
    finally:
        await client.http.close()
        ending.set()
        await running


@pytest.fixture
async def stranger() -> AsyncIterator[Client]:
    """A browser that has not been let in."""
    async with serving() as client:
        yield client


@pytest.fixture
async def client(stranger: Client) -> Client:
    """A browser that has been let in."""
    await stranger.enter()
    return stranger
