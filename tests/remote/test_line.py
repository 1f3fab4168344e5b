"""Line: connects when the engine is ready, and again after it was away; silence is noticed."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from botops.kernel.errors import Conflict, NotFound, Refused, Unreachable
from botops.kernel.events import Changed
from botops.kernel.health import PartView
from botops.kernel.paths import Home
from botops.kernel.platform import EngineInfo, InstanceLock
from botops.remote import line as line_module
from botops.remote import server as server_module
from botops.remote.line import AWAY, Line, Welcome
from botops.remote.operations import OPERATIONS, Operation
from botops.remote.server import Server
from botops.runtime import LinkView, Runtime
from botops.settings import load
from tests.program import wait_for
from tests.remote.conftest import PARTS


class FakeEngine:
    """A home that runs as far as the line can see, and can be away for a while."""

    def __init__(self, home: Home, runtime: Runtime) -> None:
        self.home, self.runtime = home, runtime
        self.lock = InstanceLock(home.lock)
        self.server: Server | None = None

    def start(self) -> None:
        """Take the lock, and get ready."""
        self.lock.take(EngineInfo(pid=os.getpid()))
        self.get_ready()

    def get_ready(self) -> None:
        """Let others in, and say so."""
        self.server = Server(self.runtime, self.home.socket)
        address = self.server.start()
        self.lock.write(EngineInfo(pid=os.getpid(), ready=True, socket=address))

    def stop(self) -> None:
        """Let go."""
        if self.server is not None:
            self.server.stop()
        self.lock.release()


@pytest.fixture
def engine(home: Home, runtime: Runtime) -> Iterator[FakeEngine]:
    """An engine that the test starts."""
    engine = FakeEngine(home, runtime)
    yield engine
    engine.stop()


@pytest.fixture
def line(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """A line that is quick to look again."""
    monkeypatch.setattr(line_module, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(line_module, "LOOK_AGAIN", 0.02)
    line = Line(home.lock)
    yield line
    line.stop()


class Ears:
    """Notes what a line says."""

    def __init__(self) -> None:
        self.news: list[str] = []
        self.returns: list[Welcome] = []
        self.trouble: Exception | None = None

    def hear(self, topic: str) -> None:
        """Note news."""
        self.news.append(topic)

    def returned(self, welcome: Welcome) -> None:
        """Note that the engine is back, or fail."""
        if self.trouble is not None:
            raise self.trouble
        self.returns.append(welcome)


@pytest.fixture
def ears(engine: FakeEngine, line: Line) -> Ears:
    """A line that has been opened and is listened to."""
    engine.start()
    line.open()
    ears = Ears()
    line.start(ears.hear, ears.returned)
    return ears


def test_without_an_engine_there_is_nothing_to_attach_to(line: Line) -> None:
    """The sentence says what to start."""
    with pytest.raises(Unreachable, match="No engine runs") as caught:
        line.open()
    assert "botops serve" in caught.value.hint
    assert caught.value.exit_code == 6


def test_an_engine_that_starts_is_waited_for(engine: FakeEngine, line: Line) -> None:
    """While it is not ready yet, opening waits; what it then says is understood."""
    engine.lock.take(EngineInfo(pid=os.getpid()))
    got: list[Welcome] = []
    opening = threading.Thread(target=lambda: got.append(line.open()))
    opening.start()
    engine.get_ready()
    opening.join(20)
    assert got[0].settings.model_dump() == engine.runtime.settings.model_dump()
    assert got[0].settings.shop.name == "Casa Flora"
    assert line.view() == LinkView(os.getpid())


def test_an_engine_that_never_gets_ready_is_given_up(
    engine: FakeEngine, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting has an end."""
    monkeypatch.setattr(line_module, "READY_SECONDS", 0.05)
    engine.lock.take(EngineInfo(pid=os.getpid()))
    with pytest.raises(Unreachable, match="not ready"):
        line.open()


def test_what_is_asked_is_answered_as_it_was_meant(ears: Ears, line: Line) -> None:
    """Values come back as objects, errors as themselves."""
    assert line.ask("health", {}) == PARTS
    with pytest.raises(NotFound, match="no job 4711"):
        line.ask("jobs.retry", {"job_ids": ["4711"]})


def test_an_engine_that_was_away_comes_back_by_itself(
    ears: Ears, line: Line, engine: FakeEngine
) -> None:
    """Meanwhile each order is answered with the reason; both moments are news."""
    engine.stop()
    wait_for(lambda: line.view() == LinkView(None, AWAY), "the end of the line")
    with pytest.raises(Unreachable, match="away") as caught:
        line.ask("media.rescan", {})
    assert "comes back by itself" in caught.value.hint
    assert ears.news == ["*"]
    engine.start()
    wait_for(lambda: len(ears.news) == 2, "the news of its return")
    assert line.ask("health", {}) == PARTS
    assert len(ears.returns) == 1


def test_an_engine_that_this_screen_can_not_follow_is_said_to_be(
    ears: Ears, line: Line, engine: FakeEngine
) -> None:
    """When it is back as another version, the reason is told, until it fits again."""
    engine.stop()
    ears.trouble = Conflict("The engine is newer.", hint="Start this screen again.")
    engine.start()
    wait_for(lambda: "newer" in line.view().trouble, "the reason")
    with pytest.raises(Unreachable, match=r"newer\. Start this screen again"):
        line.ask("media.rescan", {})
    ears.trouble = RuntimeError("what?")
    wait_for(lambda: "what?" in line.view().trouble, "the other reason")
    ears.trouble = None
    wait_for(lambda: line.view().pid, "its return")


def test_what_was_under_way_when_the_line_broke_is_told(
    ears: Ears, line: Line, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits is told at once, and that it may have been done."""
    begun, release = threading.Event(), threading.Event()

    def rescan() -> int:
        begun.set()
        release.wait(20)
        return 1

    monkeypatch.setattr(engine.runtime.media, "rescan", rescan)
    caught: list[Exception] = []

    def ask() -> None:
        try:
            line.ask("media.rescan", {})
        except Unreachable as error:
            caught.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(20)
    monkeypatch.setattr(server_module, "STOP_SECONDS", 0.5)
    engine.stop()
    asking.join(20)
    release.set()
    assert "broke" in str(caught[0])


def test_a_silent_engine_is_not_waited_for_twice(
    ears: Ears, line: Line, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one question without an answer the next are refused at once, until it speaks again."""
    release = threading.Event()

    def health() -> list[PartView]:
        release.wait(20)
        return PARTS

    object.__setattr__(engine.runtime, "health", health)
    impatient = replace(OPERATIONS["health"], seconds=0.05)
    with monkeypatch.context() as soon:
        soon.setitem(cast("dict[str, Operation]", OPERATIONS), "health", impatient)
        with pytest.raises(Unreachable, match="does not answer"):
            line.ask("health", {})
    assert "does not answer" in line.view().trouble
    with pytest.raises(Unreachable, match="does not answer"):
        line.ask("health", {})
    release.set()
    wait_for(lambda: not line.view().trouble, "its late answer")
    assert line.ask("health", {}) == PARTS


def test_too_much_for_one_line_is_refused_here(ears: Ears, line: Line) -> None:
    """What the engine would hang up on is not sent."""
    with pytest.raises(Refused, match="too much"):
        line.ask("jobs.retry", {"job_ids": ["1"] * 100_000})
    assert line.ask("health", {}) == PARTS


@pytest.mark.parametrize(
    ("welcome", "sentence"),
    [
        ({"version": "9.9.9"}, ""),
        (
            {"version": "9.9.9", "settings": {"moon": {"phase": 1}}},
            "does not understand",
        ),
        ({"pid": "many"}, "does not understand"),
    ],
)
def test_another_version_is_told(
    engine: FakeEngine,
    line: Line,
    monkeypatch: pytest.MonkeyPatch,
    *,
    welcome: dict[str, Any],
    sentence: str,
) -> None:
    """One that can be understood is noted, one that can't is refused with what to do."""
    engine.start()
    assert engine.server is not None
    told = engine.server.welcome() | welcome
    monkeypatch.setattr(engine.server, "welcome", lambda: told)
    if sentence:
        with pytest.raises(Conflict, match=sentence):
            line.open()
    else:
        line.open()
        assert "BotOps 9.9.9, and this screen" in line.view().note


def test_news_is_passed_on(ears: Ears, engine: FakeEngine) -> None:
    """What the engine tells comes as topics."""
    engine.runtime.bus.publish(Changed("media"))
    wait_for(lambda: ears.news == ["media"], "the news")


def test_no_secret_goes_over_the_line(
    engine: FakeEngine, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret of the engine's environment is hidden in its greeting, which is still understood."""
    monkeypatch.setenv("BOTOPS_WHATSAPP__ACCESS_TOKEN", "EAAGm0PX4ZCpsBAKZA8f2c")
    secretive = load(engine.home.config)
    assert secretive.whatsapp.access_token is not None
    object.__setattr__(engine.runtime, "settings", secretive)
    engine.start()
    assert engine.server is not None
    assert "EAAG" not in json.dumps(engine.server.welcome())
    given = line.open().settings.whatsapp.access_token
    assert given is None or "EAAG" not in given.get_secret_value()
