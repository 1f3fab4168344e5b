"""Fixtures: a home that runs, as the sample shop finds it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.catalog import NewProduct
from botops.demo.easel import Easel
from botops.demo.stage import Stage
from botops.engine import Engine
from botops.kernel.paths import Home
from botops.runtime import Runtime

QUICK = ("media.settle_seconds=0.1", "media.workers=1")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that nobody has used."""
    return Home(tmp_path / "home")


@pytest.fixture
def runtime(home: Home) -> Iterator[Runtime]:
    """A home that runs, with one product."""
    engine = Engine(home, QUICK)
    runtime = engine.start()
    runtime.catalog.add(NewProduct(sku="ROSA-12", name="Rosas", price=8900, stock=10))
    yield runtime
    engine.stop()


@pytest.fixture
def easel(tmp_path: Path) -> Iterator[Easel]:
    """An easel that is put away at the end."""
    easel = Easel(tmp_path / "easel", 7)
    yield easel
    easel.close()


@pytest.fixture
def stage(runtime: Runtime, easel: Easel) -> Stage:
    """The stage of that home."""
    return Stage(runtime, easel)
