"""Engine: starts in order, stops in reverse, and looks after what it has started."""

import logging
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
from botops.media.library import MediaQuery
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
    names = {part.name for part in runtime.health()}
    assert names == {"queue", "database", "watcher", "disk", "settings"}
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


def test_changed_settings_take_effect_at_once(runtime: Runtime, tmp_path: Path) -> None:
    """What says that it takes effect now does, everywhere that it counts, and is told."""
    told = threading.Event()
    runtime.bus.subscribe(
        Changed, lambda changed: told.set() if changed.topic == "settings" else None
    )
    photo = tmp_path / "noisy.jpg"
    photo.write_bytes(photos.jpeg(photos.noisy(400, 400)))
    assert photo.stat().st_size > 100_000
    runtime.preferences.set("media.max_size", "100 kB")
    assert told.wait(10)
    view, job = runtime.media.add(photo)
    assert (view.status, view.code, job) == ("failed", "too_large", None)
    runtime.preferences.undo()
    view, job = runtime.media.add(photo)
    assert (view.status, job is not None) == ("processing", True)
    runtime.preferences.set("shop.name", "Casa Flora")
    runtime.preferences.set("shop.currency", "PEN")
    assert (runtime.shop_name, runtime.catalog.currency) == ("Casa Flora", "PEN")
    runtime.preferences.set("log.level", "error")
    assert logging.getLogger().level == logging.ERROR
    runtime.preferences.set("media.workers", "7")
    assert runtime.settings.media.workers == 1
    assert [view.key for view in runtime.preferences.views() if view.waits] == []


def test_new_sizes_are_for_new_files(runtime: Runtime, home: Home) -> None:
    """A photo that comes after the sizes were changed has the new ones."""
    runtime.preferences.set("media.sizes", "{thumb = 32, whatsapp = 64}")
    drop(home.inbox, "rosas.jpg", photos.jpeg())
    wait_for(lambda: runtime.media.counts().get("ready"), "the photo")
    (view,) = runtime.media.page(MediaQuery()).items
    assert {name: max(each.width, each.height) for name, each in view.variants.items()} == {
        "thumb": 32, "whatsapp": 64,
    }  # fmt: skip


def test_a_file_that_is_edited_by_hand_takes_effect(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an editor writes is followed without any word; a mistake in it is told on Home."""
    monkeypatch.setattr("botops.kernel.health.LOOK_EVERY", 0.02)
    engine = Engine(home, QUICK)
    runtime = engine.start()
    try:
        home.config.write_text("[shop]\nname = 'Casa Flora'\n")
        wait_for(lambda: runtime.shop_name == "Casa Flora", "the new name")
        home.config.write_text("[shop]\nname = 5\n")
        wait_for(runtime.needs, "the mistake")
        (need,) = runtime.needs()
        assert "shop.name" in need.detail
        assert runtime.shop_name == "Casa Flora"
        home.config.write_text("[shop]\nname = 'Flora'\n")
        wait_for(lambda: not runtime.needs(), "the mended file")
        assert runtime.shop_name == "Flora"
    finally:
        engine.stop()
