"""Guard: without the token nothing is served, whoever asks and by whatever way."""

import re
from http.cookies import SimpleCookie

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError

from botops.web import pages
from tests.web.conftest import Client

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE")


@pytest.mark.parametrize("method", METHODS)
async def test_without_the_token_nothing_is_served(stranger: Client, method: str) -> None:
    """Every path answers 403, whether there is something or not."""
    place = stranger.server._guard.place
    inside = [f"{place}{name}" for name in ("", "ws", "screen.js", "static/js/textual.js")]
    for path in ("/", "/favicon.ico", "/enter", "/static/js/textual.js", "/s/", "/no", *inside):
        answer = await stranger.http.request(method, path)
        assert answer.status == 403, path
        assert "Set-Cookie" not in answer.headers


async def test_the_door_tells_nothing(stranger: Client) -> None:
    """The first page has neither token nor folder in it."""
    text = await (await stranger.http.get("/")).text()
    assert stranger.token not in text
    assert stranger.server._guard.place not in text


async def test_the_token_opens(stranger: Client) -> None:
    """It is traded for a cookie that no script reads, no other site sends, no other path gets."""
    answer = await stranger.enter()
    assert answer.status == 200
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["botops"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert cookie["path"] == stranger.place
    assert len(stranger.place) > 32
    assert cookie.value not in (stranger.token, "")
    page = await stranger.http.get(stranger.place)
    assert page.status == 200
    assert "textual-terminal" in await page.text()


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"token":""}', b'{"token":null}', b'{"token":"\\ud800"}', b"x",
             b'{"token":"' + b"x" * 5_000 + b'"}'],
)  # fmt: skip
async def test_anything_else_does_not(stranger: Client, body: bytes) -> None:
    """No, half, wrong or too much of a token is refused."""
    headers = {"Origin": stranger.address}
    answer = await stranger.http.post("/enter", data=body, headers=headers)
    assert answer.status in (403, 413)
    assert "Set-Cookie" not in answer.headers


async def test_a_cookie_of_another_start_does_not(client: Client, stranger: Client) -> None:
    """What was given by another server is worth nothing."""
    jar = {"botops": "guess"}
    async with aiohttp.ClientSession(client.address, cookies=jar) as other:
        assert (await other.get(client.place)).status == 403


@pytest.mark.parametrize("host", ["evil.test", "evil.test:{port}", "127.0.0.1", "", "localhost:1"])
async def test_another_name_is_refused(client: Client, host: str) -> None:
    """A name that leads here by DNS alone gets nothing, with the cookie and the token too."""
    headers = {"Host": host.format(port=client.address.rpartition(":")[2])}
    assert (await client.http.get(client.place, headers=headers)).status in (400, 403)
    assert (await client.http.get("/", headers=headers)).status in (400, 403)
    assert (await client.enter(**headers)).status in (400, 403)


async def test_localhost_is_the_same(client: Client) -> None:
    """By its other name this computer is served too."""
    host = client.address.removeprefix("http://").replace("127.0.0.1", "localhost")
    answer = await client.enter(Host=host, Origin=f"http://{host}")
    assert answer.status == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.test", "null", "http://127.0.0.1", "https://{here}", "http://{here}.evil"],
)
async def test_another_page_is_refused(client: Client, origin: str) -> None:
    """A page of another origin, even of another port, can neither enter nor open a screen."""
    named = origin.format(here=client.address.removeprefix("http://"))
    assert (await client.enter(Origin=named)).status == 403
    assert (await client.http.get(client.place, headers={"Origin": named})).status == 403
    with pytest.raises(WSServerHandshakeError) as caught:
        await client.http.ws_connect(f"{client.place}ws", origin=named)
    assert caught.value.status == 403


async def test_a_screen_needs_an_origin_and_the_cookie(client: Client) -> None:
    """What no browser would ask is refused as well."""
    with pytest.raises(WSServerHandshakeError) as caught:
        await client.http.ws_connect(f"{client.place}ws")
    assert caught.value.status == 403
    async with aiohttp.ClientSession(client.address) as other:
        with pytest.raises(WSServerHandshakeError) as caught:
            await other.ws_connect(f"{client.place}ws", origin=client.address)
        assert caught.value.status == 403


async def test_every_answer_says_what_a_page_may_do(client: Client) -> None:
    """Policy and the other headers stand on pages, files and refusals alike."""
    for path in ("/", client.place, f"{client.place}static/js/textual.js", "/nothing"):
        headers = (await client.http.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert pages.DOOR_SCRIPT_HASH in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"


async def test_nothing_comes_from_elsewhere(client: Client) -> None:
    """No page, script or style names another host, comments aside: it works without a network."""
    paths = ["/", client.place, f"{client.place}screen.js"]
    static = [path for path in pages.STATIC.rglob("*") if path.suffix in (".js", ".css", ".html")]
    assert static
    paths += [f"{client.place}static/{path.relative_to(pages.STATIC)}" for path in static]
    for path in paths:
        text = await (await client.http.get(path)).text()
        assert len(text) > 50
        spoken = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        hosts = re.findall(r"\b(?:https?|wss?)://([^\s\"'/)<]+)", spoken)
        assert set(hosts) <= {client.address.removeprefix("http://")}, path


async def test_files_of_others_are_out_of_reach(client: Client) -> None:
    """No way around leads out of the folder."""
    for path in ("static/../../server.py", "static/%2e%2e/%2e%2e/server.py", "static/", "static"):
        answer = await client.http.get(f"{client.place}{path}")
        assert answer.status in (403, 404)
