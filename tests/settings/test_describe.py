"""Describe: what can be set is told in full, and the file that is written tells the truth."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from botops.settings import Settings, describe, load, write_default_config
from botops.settings.describe import default_config, setting_fields, size_text


def test_there_are_at_most_64() -> None:
    """More than a person can look through is too much."""
    assert 20 < len(setting_fields()) <= 64


@pytest.mark.parametrize("key", setting_fields())
def test_each_is_explained(key: str) -> None:
    """Every setting has a sentence, and a name that an environment variable can carry."""
    assert re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)*", key)
    assert re.fullmatch(r"[A-Z].*\.", setting_fields()[key].description or "")


def test_a_setting_is_told_in_full(tmp_path: Path) -> None:
    """Value, unit, default, source and meaning, for people and for scripts."""
    settings = load(tmp_path / "config.toml", ["media.max_size=60 MB"])
    views = {view.key: view for view in describe(settings)}
    assert list(views) == list(setting_fields())
    size = views["media.max_size"]
    assert size.text == "60 MB"
    assert size.document() == {
        "key": "media.max_size",
        "value": 60_000_000,
        "unit": "bytes",
        "default": 50_000_000,
        "source": "--set",
        "description": "Bigger files are refused with a reason. Bytes, or as 50 MB.",
    }
    texts = {key: view.text for key, view in views.items()}
    assert (texts["shop.name"], texts["media.inbox"], texts["media.polling"]) == (
        "My shop", "", "false",
    )  # fmt: skip
    assert texts["media.sizes"] == '{"thumb": 320, "medium": 600, "whatsapp": 1200}'
    assert views["shop.name"].source == "default"


def test_everything_can_be_printed_as_json(tmp_path: Path) -> None:
    """Paths, sizes and tables are plain values."""
    settings = load(tmp_path / "config.toml", [f"media.inbox={tmp_path}"])
    documents = json.loads(json.dumps([view.document() for view in describe(settings)]))
    (inbox,) = [each for each in documents if each["key"] == "media.inbox"]
    assert inbox["value"] == str(tmp_path)


def test_sizes_are_written_as_people_do() -> None:
    """Whole megabytes are megabytes, anything else is bytes."""
    assert [size_text(each) for each in (50_000_000, 1_500_000)] == ["50 MB", "1,500,000 bytes"]


def test_the_written_file_changes_nothing(tmp_path: Path) -> None:
    """With everything commented out, all is default, and each section is there."""
    config = tmp_path / "config.toml"
    assert write_default_config(config)
    assert load(config) == Settings()
    assert set(tomllib.loads(config.read_text())) == set(Settings.model_fields)
    assert config.stat().st_mode & 0o777 == 0o600
    assert max(map(len, config.read_text().splitlines())) <= 100


def test_what_it_says_about_defaults_is_true(tmp_path: Path) -> None:
    """With every comment sign taken away, each setting is there, and all is default still."""
    config = tmp_path / "config.toml"
    config.write_text(re.sub(r"^#(?=\w+ = )", "", default_config(), flags=re.MULTILINE))
    settings = load(config)
    assert settings.model_dump() == Settings().model_dump()
    assert all(settings.source_of(key) != "default" for key in setting_fields())


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    """What somebody has written is never overwritten."""
    config = tmp_path / "config.toml"
    config.write_text("# mine\n")
    assert not write_default_config(config)
    assert config.read_text() == "# mine\n"
