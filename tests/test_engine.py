"""Engine: starts in order, stops in reverse, and looks after what it has started."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.engine import Engine
from botops.kernel.errors import AlreadyRunning, UsageProblem
from botops.kernel.events import Changed
from botops.kernel.paths import Home
from botops.kernel.platform import read_lock, running_engine
from botops.media.watcher import InboxWatcher
from botops.runtime import Runtime
from tests.media import photos
from tests.program import drop, wait_for

QUICK = ("media.settle_seconds=0.1", "media.workers=1")


def _fail(_watcher: InboxWatcher) -> None:
    raise RuntimeError("the disk bit me")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that nobody has used."""
    return Home(tmp_path / "home")


@pytest.fixture
def runtime(home: Home) -> Iterator[Runtime]:
    """A home that runs, in this very process."""
    engine = Engine(home, QUICK)
    yield engine.start()
    engine.stop()


def test_a_running_home_says_so(home: Home) -> None:
    """The lock says ready once everything runs, and that nobody runs once it has stopped."""
    before = threading.active_count()
    engine = Engine(home, QUICK)
    engine.start()
    said = running_engine(home.lock)
    assert said is not None
    assert said.ready
    engine.stop()
    assert running_engine(home.lock) is None
    assert read_lock(home.lock).pid is None
    wait_for(lambda: threading.active_count() == before, "the end of all threads")


def test_all_parts_are_well(runtime: Runtime) -> None:
    """Each part is up soon after the start, and nothing needs a person."""
    wait_for(lambda: all(part.state == "up" for part in runtime.health()), "health")
    assert {part.name for part in runtime.health()} == {"queue", "database", "watcher", "disk"}
    assert runtime.needs() == []


def test_a_watcher_that_died_is_started_again_and_that_is_shown(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keeper mends a dead watcher, tells the screen, and photos come in again."""
    monkeypatch.setattr("botops.kernel.health.LOOK_EVERY", 0.02)
    engine = Engine(home, QUICK)
    runtime = engine.start()
    try:
        told = threading.Event()
        runtime.bus.subscribe(
            Changed, lambda changed: told.set() if changed.topic == "health" else None
        )
        wait_for(lambda: all(part.state == "up" for part in runtime.health()), "health")
        told.clear()
        watcher = next(thread for thread in threading.enumerate() if thread.name == "watcher")
        with monkeypatch.context() as broken:
            broken.setattr(InboxWatcher, "_round", _fail)
            wait_for(lambda: not watcher.is_alive(), "the end of the watcher")
        assert told.wait(10)
        drop(home.inbox, "rosa.jpg", photos.jpeg())
        wait_for(lambda: runtime.media.counts().get("ready"), "the photo")
    finally:
        engine.stop()


def test_a_start_that_fails_leaves_nothing_running(home: Home) -> None:
    """A bad setting stops the start: no thread, no lock, and the next start works."""
    before = threading.active_count()
    with pytest.raises(UsageProblem, match=r"jobs\.order_workers"):
        Engine(home, ["jobs.order_workers=none"]).start()
    wait_for(lambda: threading.active_count() == before, "the end of all threads")
    assert running_engine(home.lock) is None


def test_a_second_engine_is_refused_and_harms_nobody(runtime: Runtime) -> None:
    """The second start fails before it touches anything of the first."""
    with pytest.raises(AlreadyRunning):
        Engine(runtime.home, QUICK).start()
    drop(runtime.home.inbox, "rosa.jpg", photos.jpeg())
    wait_for(lambda: runtime.media.counts().get("ready"), "the photo")


def test_an_inbox_elsewhere_is_left_as_it_is(home: Home, tmp_path: Path) -> None:
    """Nothing in somebody's picture folder is moved, and it is not taken in again."""
    folder = tmp_path / "Pictures"
    folder.mkdir()
    good = drop(folder, "rosa.jpg", photos.jpeg())
    bad = drop(folder, "note.jpg", b"just words")
    for _ in range(2):
        engine = Engine(home, [*QUICK, f"media.inbox={folder}"])
        runtime = engine.start()
        try:
            wait_for(lambda: sum(runtime.media.counts().values()) == 2, "both files")  # noqa: B023 - waited for at once
        finally:
            engine.stop()
        assert good.exists()
        assert bad.exists()
    assert len(list(home.rejected.glob("*_note.jpg"))) == 1


def test_a_second_program_is_told_where_to_ask(runtime: Runtime) -> None:
    """The lock names the socket, which lies in a folder of this user alone."""
    said = running_engine(runtime.home.lock)
    assert said is not None
    assert said.socket == str(runtime.home.socket)
    assert stat.S_IMODE(runtime.home.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(runtime.home.socket.parent.stat().st_mode) == 0o700


def test_a_home_runs_without_a_socket_too(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there can be none, nobody can attach, and all else works."""

    def refuse(_path: Path) -> None:
        raise OSError("not here")

    monkeypatch.setattr("botops.remote.server.listen", refuse)
    engine = Engine(home, QUICK)
    runtime = engine.start()
    try:
        said = running_engine(home.lock)
        assert said is not None
        assert (said.ready, said.socket) == (True, None)
        drop(home.inbox, "rosa.jpg", photos.jpeg())
        wait_for(lambda: runtime.media.counts().get("ready"), "the photo")
    finally:
        engine.stop()
