"""Guard: who may talk to the web server: only who has the token that is printed once.

The token comes in the fragment of an address, which no browser sends and no log sees. A first
page trades it for a cookie that is bound to a folder with a name that nobody can guess: cookies
know no ports, and another server on this computer would be told of one for the whole of it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import web

from botops.web import pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

COOKIE = "botops"
DOOR, ENTER = "/", "/enter"
NOBODY = "This page is for whoever has the address that `botops web` has printed."
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# No page loads anything from elsewhere, and runs no other script than ours and textual-serve's.
_POLICY = (
    "default-src 'none'; script-src 'self' {script}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self' ws://{host}; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class Guard:
    """Knows the token, the cookie, and by which names this server may be called."""

    def __init__(self, hosts: Collection[str]) -> None:
        """Make a guard; `hosts` are what the Host header may say: a name, and the port."""
        self._hosts = frozenset(hosts)
        self._cookie = secrets.token_urlsafe(32)
        self.token = secrets.token_urlsafe(32)
        self.place = f"/s/{secrets.token_hex(16)}/"

    def middleware(self) -> Any:
        """Return what stands before each request."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if self._may_pass(request):
                return await handler(request)
            return web.Response(status=403, text=NOBODY)

        return guard

    async def enter(self, request: web.Request) -> web.Response:
        """Trade the token for the cookie, and tell where to go."""
        try:
            told = json.loads(await request.text())
            token = str(told["token"])
        except (ValueError, TypeError, KeyError):
            return web.Response(status=403, text=NOBODY)
        if not _is_same(token, self.token):
            return web.Response(status=403, text=NOBODY)
        response = web.json_response({"place": self.place})
        response.set_cookie(COOKIE, self._cookie, path=self.place, httponly=True, samesite="Strict")
        return response

    async def dress(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers that keep others out of what is sent."""
        response.headers.update(_HEADERS)
        if request.host in self._hosts:
            policy = _POLICY.format(host=request.host, script=pages.DOOR_SCRIPT_HASH)
            response.headers["Content-Security-Policy"] = policy

    def _may_pass(self, request: web.Request) -> bool:
        # A name that leads here by DNS alone (rebinding) stands in Host; another page in Origin.
        if request.host not in self._hosts:
            return False
        origin = request.headers.get("Origin")
        is_upgrade = "Upgrade" in request.headers
        if origin != f"http://{request.host}" and (
            origin is not None or is_upgrade or request.method != "GET"
        ):
            return False
        if (request.method, request.path) in (("GET", DOOR), ("POST", ENTER)):
            return True
        return _is_same(request.cookies.get(COOKIE, ""), self._cookie)


def _is_same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), known.encode())
