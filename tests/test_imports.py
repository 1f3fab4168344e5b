"""Imports: each third-party package has its place, and is loaded only where it is used."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
# Features and the ledger keep their own tables and queries.
TABLES = (
    "botops.store",
    "botops.accounts",
    "botops.jobs",
    "botops.events",
    "botops.media",
    "botops.catalog",
    "botops.audit",
    "botops.preferences",
)
# The modules or packages that may import a third-party package; whatever is not here is nowhere.
PLACES: dict[str, tuple[str, ...]] = {
    "PIL": ("botops.media", "botops.demo.painting", "botops.demo.studio"),
    "aiohttp": ("botops.web",),
    "babel": ("botops.kernel.money",),
    "click": ("botops.cli", "botops.__main__"),
    "cronsim": ("botops.jobs",),
    "cryptography": ("botops.security.sealed",),
    "huey": ("botops.jobs",),
    "peewee": TABLES,
    "pi_heif": ("botops.media",),
    "platformdirs": ("botops.kernel.paths",),
    "playhouse": TABLES,
    "portalocker": ("botops.kernel.locking",),
    "pydantic": ("botops.settings", "botops.remote"),
    "pydantic_core": ("botops.settings",),
    "pydantic_settings": ("botops.settings",),
    "pythonjsonlogger": ("botops.kernel.log",),
    "rich": ("botops.tui",),
    "textual": ("botops.tui",),
    "textual_image": ("botops.tui",),
    "textual_serve": ("botops.web",),
    "tomlkit": ("botops.preferences.config_file",),
    "typing_extensions": ("botops",),
    "watchdog": ("botops.media.watcher",),
}
SCREEN = {"textual", "textual_image", "rich"}
# What is needed now and then: whoever needs it waits for it.
RARE = {"cryptography.hazmat", "tomlkit"}
ENGINE = {
    "huey", "peewee", "pi_heif", "watchdog", "cronsim", "pydantic", "pydantic_settings", *RARE,
}  # fmt: skip
# What must not be loaded after a module was imported, in a process of its own.
UNLOADED: dict[str, set[str]] = {
    "botops.kernel.events": SCREEN | ENGINE | {"PIL", "click", "babel"},
    "botops.__main__": SCREEN | ENGINE | {"PIL", "babel"},
    "botops.cli": SCREEN | ENGINE | {"PIL", "babel", "botops.cli.job", "botops.cli.run"},
    "botops.engine": SCREEN | RARE | {"click"},
    # The process that decodes is small and starts fast; its parent never decodes.
    "botops.media.worker": SCREEN | ENGINE - {"pi_heif"} | {"click", "babel"},
    "botops.media.pool": SCREEN | ENGINE | {"PIL"},
    # So is the one that draws the sample photos; the shop that has them drawn does not.
    "botops.demo.studio": SCREEN | ENGINE | {"click", "babel"},
    "botops.demo.shop": SCREEN | {"PIL", "click"},
    # Pictures in the terminal need Pillow; the rest is the engine's, which starts after the first
    # frame was painted.
    "botops.tui.app": ENGINE,
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, third-party packages included; late imports and those for types too."""
    return grimp.build_graph("botops", include_external_packages=True, cache_dir=None)


def is_within(module: str, places: tuple[str, ...]) -> bool:
    """Whether a module is one of the places, or below one."""
    return any(module == place or module.startswith(f"{place}.") for place in places)


def test_each_third_party_package_has_its_place(graph: grimp.ImportGraph) -> None:
    """A third-party package is imported in its place only, and has one."""
    strangers = [
        f"{importer} imports {package}"
        for package in sorted(graph.modules)
        if graph.is_module_squashed(package) and package not in sys.stdlib_module_names
        for importer in sorted(graph.find_modules_that_directly_import(package))
        if not is_within(importer, PLACES.get(package, ()))
    ]
    assert not strangers, "\n".join(["", *strangers])


def test_each_place_is_lived_in(graph: grimp.ImportGraph) -> None:
    """A package that nothing imports is none of ours: it leaves the table and the dependencies."""
    assert sorted(set(PLACES) - graph.modules) == []


def test_tables_belong_to_one_feature(graph: grimp.ImportGraph) -> None:
    """A module called `models` is imported by its own package only."""
    strangers = [
        f"{importer} imports {module}"
        for module in sorted(graph.modules)
        if module.startswith("botops.") and module.endswith(".models")
        for importer in sorted(graph.find_modules_that_directly_import(module))
        if not is_within(importer, (module.removesuffix(".models"),))
    ]
    assert not strangers, "\n".join(["", *strangers])


@pytest.mark.parametrize("module", UNLOADED)
def test_a_module_loads_no_more_than_it_needs(module: str) -> None:
    """Importing a part leaves the packages unloaded that the first frame must not wait for."""
    code = f"import sys, {module}; print(*sorted({UNLOADED[module]!r} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == []
