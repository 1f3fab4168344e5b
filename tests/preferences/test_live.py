"""Live: a file that was changed is read once, and one with a mistake changes nothing."""

from pathlib import Path

import pytest

from botops.kernel.events import Changed
from botops.preferences.live import LiveSettings
from botops.settings import Settings


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the settings file lies; it is not there yet."""
    return tmp_path / "config.toml"


@pytest.fixture
def read() -> list[str]:
    """The shop's name in each version of the settings that was read."""
    return []


@pytest.fixture
def live(config: Path, read: list[str]) -> LiveSettings:
    """What looks after the file."""

    def follow(settings: Settings) -> None:
        read.append(settings.shop.name)

    return LiveSettings(config, ["shop.country=PE"], follow=follow)


def replace(config: Path, text: str) -> None:
    """Write the file as an editor does."""
    part = config.with_suffix(".new")
    part.write_text(text)
    part.replace(config)


def test_a_file_that_is_as_it_was_is_not_read(live: LiveSettings, read: list[str]) -> None:
    """However often one looks, there is nothing to be read."""
    for topic in ("settings", "*", "jobs"):
        live.hear(Changed(topic))
    assert read == []


def test_a_change_is_read_once(live: LiveSettings, config: Path, read: list[str]) -> None:
    """Made, changed and removed, each version is read, by whoever looks first."""
    replace(config, "[shop]\nname = 'A'\n")
    live.hear(Changed("jobs"))
    assert read == []
    live.hear(Changed("settings"))
    live.look()
    replace(config, "[shop]\nname = 'B'\n")
    live.part().mend()
    live.hear(Changed("*"))
    config.unlink()
    live.look()
    assert read == ["A", "B", "My shop"]


def test_a_mistake_changes_nothing_and_is_told(
    live: LiveSettings, config: Path, read: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The part is not well until the file is mended, and says where the mistake is; once."""
    part = live.part()
    assert part.look().state == "up"
    replace(config, "[shop]\nnam = 'A'\n")
    assert [part.mend(), part.mend()] == ["", ""]
    seen = part.look()
    assert seen.state == "degraded"
    assert "line 2: shop.nam: there is no such setting" in seen.detail
    assert len(caplog.records) == 1
    assert read == []
    replace(config, "[shop]\nname = 'A'\n")
    part.mend()
    assert (part.look().state, read) == ("up", ["A"])


def test_a_secret_in_the_file_is_not_repeated(live: LiveSettings, config: Path) -> None:
    """What somebody has pasted into the file reaches neither screen nor log."""
    replace(config, "[whatsapp]\naccess_token = 'EAAGm0PX4ZCpsBAKZA8f2c'\n")
    live.look()
    detail = live.part().look().detail
    assert "a secret does not belong" in detail
    assert "EAAG" not in detail
