"""Fixtures: what every test may ask for, whatever part it tests."""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.machine import find_browser

# A torture test may take this long when only a tenth of it runs, and when it runs whole.
TENTH_SECONDS = 300
WHOLE_SECONDS = 3600


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make torture` ask for whole runs, and anyone repeat a run by its seed."""
    group = parser.getgroup("botops")
    group.addoption("--whole", action="store_true", help="run torture tests whole, not a tenth")
    group.addoption("--seed", type=int, default=20261123, help="seed of what is drawn by chance")


def pytest_report_header(config: pytest.Config) -> str:
    """Name the seed, so that a failure can be repeated, and the browser, if there is one."""
    browser = find_browser() or "none, its tests are left out (on Debian: apt install chromium)"
    return f"seed: {config.getoption('--seed')} · browser: {browser}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give torture tests the time that they need, and browser tests a browser or leave."""
    if find_browser() is None:  # never where changes are judged: .ci/run installs one
        left_out = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    limit = WHOLE_SECONDS if config.getoption("--whole") else TENTH_SECONDS
    for item in items:
        if item.get_closest_marker("torture") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(limit))


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the home or the settings of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("BOTOPS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def portion(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """Turns the size of a torture test into the size of this run: all of it, or a tenth."""
    divisor = 1 if request.config.getoption("--whole") else 10
    return lambda whole: max(1, whole // divisor)


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """Chance that falls the same way for the same seed and test."""
    return random.Random(f"{request.config.getoption('--seed')} {request.node.nodeid}")


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a first start leaves it: made once, copied for each test that needs one."""
    from botops.accounts import Merchants
    from botops.jobs.counts import install_counts
    from botops.kernel.events import Bus
    from botops.store import db
    from botops.store.migrate import migrate

    folder = tmp_path_factory.mktemp("template")
    file = folder / "botops.db"
    db.open(file)
    migrate(file, folder / "backups", triggers=(install_counts,))
    Merchants(Bus()).ensure_default()
    db.close()
    return file


@pytest.fixture
def database(tmp_path: Path, template_database: Path) -> Iterator[Path]:
    """An open database of this test, with every table and the shop `default`."""
    from botops.store import db

    file = tmp_path / "botops.db"
    shutil.copyfile(template_database, file)
    db.open(file)
    yield file
    db.close()
