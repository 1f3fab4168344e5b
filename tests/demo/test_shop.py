"""Shop: Casa Flora starts as an engine does, and ends as one."""

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from botops.audit import AuditQuery, Trail
from botops.demo import afternoon as module
from botops.demo.afternoon import Afternoon
from botops.demo.script import Happening, Scrap
from botops.demo.shop import SampleShop
from botops.demo.stage import Stage
from botops.kernel.errors import UsageProblem
from botops.kernel.paths import Home
from botops.kernel.platform import running_engine
from botops.runtime import Runtime
from tests.program import wait_for


def test_the_shop_is_open(home: Home) -> None:
    """The sample shop has its name, its currency and its products, and things happen in it."""
    shop = SampleShop(home, seed=7)
    runtime = shop.start()
    try:
        assert runtime.shop_name == "Casa Flora"
        products = runtime.catalog.page().items
        assert len(products) == 24
        assert {product.currency for product in products} == {"PEN"}
        wait_for(lambda: runtime.media.counts().get("ready"), "a photo")
    finally:
        shop.stop()


def test_the_end_is_quick_and_whole(home: Home) -> None:
    """Stopped in the midst of everything, no thread and no lock is left; twice is once."""
    before = threading.active_count()
    shop = SampleShop(home, seed=7)
    shop.start()
    shop.stop()
    shop.stop()
    assert running_engine(home.lock) is None
    wait_for(lambda: threading.active_count() <= before, "the end of all threads")


def test_a_picture_folder_of_somebody_is_left_alone(home: Home, tmp_path: Path) -> None:
    """The demo drops nothing into a folder outside of its home, and nothing is left running."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    shop = SampleShop(home, [f"media.inbox={pictures}"], seed=7)
    with pytest.raises(UsageProblem, match="no folder of yours"):
        shop.start()
    assert list(pictures.iterdir()) == []
    assert running_engine(home.lock) is None


def test_one_thing_that_fails_does_not_end_the_day(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What could not happen is written down, and the next thing happens."""
    happened = threading.Event()

    def perform(_stage: Stage, happening: Happening) -> None:
        if happening == Scrap("first", b""):
            raise OSError("no room")
        happened.set()

    def script(_skus: Iterable[str], _seed: int) -> list[tuple[float, Happening]]:
        return [(0, Scrap("first", b"")), (0, Scrap("second", b""))]

    monkeypatch.setattr(Stage, "perform", perform)
    monkeypatch.setattr(module, "afternoon", script)
    day = Afternoon(runtime, (), seed=7)
    day.start()
    assert happened.wait(10)
    day.stop()
    assert "Scrap did not happen" in caplog.text


def test_the_trail_names_the_demo(home: Home) -> None:
    """What the demo changes is booked under its name, not under a person's."""
    shop = SampleShop(home, seed=7)
    shop.start()
    try:
        entries = Trail().entries(AuditQuery(text="ROSA-12")).items
        assert {entry.actor for entry in entries} == {"demo"}
    finally:
        shop.stop()
