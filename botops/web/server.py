"""Server: a page with a screen for each tab that asks, on this computer only."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import socket
from typing import TYPE_CHECKING

from aiohttp import web

from botops.kernel.errors import BotOpsError, UsageProblem
from botops.web import pages
from botops.web.guard import DOOR, ENTER, Guard
from botops.web.tab import Tab

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)
TABS = 16
MESSAGE_BYTES = 256_000  # what somebody pastes at once
HEARTBEAT = 15.0  # seconds
CLOSE_SECONDS = 1.0  # until a browser has taken note of the end
HTTP_PORT = 80
LOCALHOST = "localhost"
ONLY_HERE = "Only this computer is served, and no password goes over a network."
TUNNEL = "From elsewhere: ssh -L 4002:127.0.0.1:4002 this-computer"


class WebServer:
    """Serves screens to those who know the token; what draws them is `argv`, once for each tab."""

    def __init__(self, argv: Sequence[str], *, host: str, port: int) -> None:
        """Take the port.

        Raises:
            UsageProblem: The host is not this computer's loopback.
            BotOpsError: The port is taken.
        """
        self._argv = argv
        self._socket = _listen(host, port)
        port = self._socket.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        self._address = name if port == HTTP_PORT else f"{name}:{port}"
        self._guard = Guard({self._address, self._address.replace(name, LOCALHOST)})
        self._tabs: set[asyncio.Task[object]] = set()

    @property
    def url(self) -> str:
        """The address that lets somebody in."""
        return f"http://{self._address}/#{self._guard.token}"

    async def serve(self, ending: asyncio.Event) -> None:
        """Serve until `ending` is set, then end every tab."""
        app = web.Application(middlewares=[self._guard.middleware()], client_max_size=1_024)
        app.on_response_prepare.append(self._guard.dress)
        place = self._guard.place
        app.add_routes(
            [
                web.get(DOOR, self._door),
                web.post(ENTER, self._guard.enter),
                web.get(place, self._page),
                web.get(f"{place}screen.js", self._script),
                web.get(f"{place}ws", self._tab),
                web.static(f"{place}static", pages.STATIC),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.SockSite(runner, self._socket).start()
            await ending.wait()
        finally:
            for tab in self._tabs:
                tab.cancel()
            await asyncio.gather(*self._tabs, return_exceptions=True)
            await runner.cleanup()

    async def _door(self, _request: web.Request) -> web.Response:
        return web.Response(status=403, text=pages.DOOR, content_type="text/html")

    async def _page(self, request: web.Request) -> web.Response:
        page = pages.screen(f"ws://{request.host}{self._guard.place}ws")
        return web.Response(text=page, content_type="text/html")

    async def _script(self, _request: web.Request) -> web.Response:
        return web.Response(text=pages.SCREEN_SCRIPT, content_type="text/javascript")

    async def _tab(self, request: web.Request) -> web.WebSocketResponse:
        browser = web.WebSocketResponse(
            heartbeat=HEARTBEAT, timeout=CLOSE_SECONDS, max_msg_size=MESSAGE_BYTES, compress=False
        )
        await browser.prepare(request)
        if len(self._tabs) >= TABS:
            await browser.send_bytes(f"{TABS} screens are open already. Close one.".encode())
            await browser.close()
            return browser
        task = asyncio.current_task()
        if task is not None:
            self._tabs.add(task)
            task.add_done_callback(self._tabs.discard)
        await Tab(self._argv, browser).run(request.query.get("width"), request.query.get("height"))
        return browser


def _listen(host: str, port: int) -> socket.socket:
    if not _is_loopback(host):
        raise UsageProblem(f"{host} is not this computer's loopback. {ONLY_HERE}", hint=TUNNEL)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BotOpsError(
                f"Port {port} is taken.", hint="Choose another with --port, or 0 for a free one."
            ) from error
        raise BotOpsError(
            f"Port {port} of {host} can't be used: {error.strerror}.",
            hint="Choose another with --port.",
        ) from error


def _is_loopback(host: str) -> bool:
    try:
        return host == LOCALHOST or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
