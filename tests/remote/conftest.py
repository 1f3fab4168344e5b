"""Fixtures: an engine's end of the line in this very process, and callers of all manners."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from botops.kernel.health import PartView
from botops.kernel.local_socket import connect
from botops.kernel.log import Ring
from botops.kernel.paths import Home
from botops.parts import Parts
from botops.remote.protocol import HELLO, PROTOCOL
from botops.remote.server import Server
from botops.runtime import Runtime
from botops.settings import load

PARTS = [PartView("watcher", "up", "watching"), PartView("disk", "degraded", "full")]


class Caller:
    """One who writes lines by hand."""

    def __init__(self, address: str, *, seconds: float = 20) -> None:
        self.socket, self.token = connect(address, seconds=seconds)
        self._file = self.socket.makefile("rb")

    def send(self, line: bytes) -> None:
        """Write as it is."""
        self.socket.sendall(line)

    def read(self) -> Any:
        """Return the next document, or None at the end of the line."""
        try:
            line = self._file.readline()
        except ConnectionError:
            return None
        return json.loads(line) if line else None

    def ask(self, do: str, **given: Any) -> Any:
        """Return the answer to a request; news that comes before it is passed over."""
        self.send(json.dumps({"id": 1, "do": do, "with": given}).encode() + b"\n")
        while (said := self.read()) and "changed" in said:
            pass
        return said

    def greet(self, **given: Any) -> Any:
        """Say hello as a screen of ours does, or otherwise."""
        told = {"protocol": PROTOCOL, "role": "screen", "token": self.token} | given
        return self.ask(HELLO, **told)

    def is_hung_up(self) -> bool:
        """Whether the engine has ended the line; waits for it."""
        while (said := self.read()) is not None:
            assert "error" in said or "changed" in said or "gives" in said
        return True

    def close(self) -> None:
        """End the line."""
        self._file.close()
        self.socket.close()


@pytest.fixture
def home(tmp_path: Path, template_database: Path) -> Home:
    """A home with a database."""
    home = Home(tmp_path / "home")
    home.make()
    copyfile(template_database, home.database)
    return home


@pytest.fixture
def runtime(home: Home) -> Iterator[Runtime]:
    """The parts of a home, none of which runs."""
    settings = load(home.config, ["shop.name=Casa Flora"])
    parts = Parts(home, settings)
    yield parts.runtime(lambda: PARTS, Ring())
    parts.close()


@pytest.fixture
def server(runtime: Runtime, home: Home) -> Iterator[Server]:
    """A server that is started by the test, or by asking for `address`."""
    before = threading.active_count()
    server = Server(runtime, home.socket)
    yield server
    server.stop()
    assert threading.active_count() <= before


@pytest.fixture
def address(server: Server) -> str:
    """Where the server listens."""
    return server.start()


@pytest.fixture
def call(address: str) -> Iterator[Callable[[], Caller]]:
    """Makes callers, and ends their lines at the end."""
    callers: list[Caller] = []

    def make() -> Caller:
        callers.append(Caller(address))
        return callers[-1]

    yield make
    for caller in callers:
        caller.close()


@pytest.fixture
def caller(call: Callable[[], Caller]) -> Caller:
    """A caller who has been let in."""
    caller = call()
    assert "gives" in caller.greet()
    return caller
