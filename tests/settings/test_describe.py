"""Describe: what can be set is told in full, and the file that is written tells the truth."""

import json
import re
from pathlib import Path

import pytest

from botops.settings import describe, load
from botops.settings.describe import setting_fields
from botops.settings.fields import NEW_FILES, NOW, RESTART, UNUSED, effect_of

SECRET = "EAAGm0PX4ZCpsBAKZA8f2c"


def test_there_are_at_most_64() -> None:
    """More than a person can look through is too much."""
    assert 20 < len(setting_fields()) <= 64


@pytest.mark.parametrize("key", setting_fields())
def test_each_is_explained(key: str) -> None:
    """Every setting has a sentence, and a name that an environment variable can carry."""
    assert re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)*", key)
    field = setting_fields()[key]
    assert re.fullmatch(r"[A-Z].*\.", field.description or "")
    assert re.fullmatch(r"[A-Z][\w ]{2,30}", field.title or "")
    assert effect_of(field) in (NOW, NEW_FILES, RESTART, UNUSED)


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
        "secret": False,
        "changed": True,
        "takes_effect": "now",
    }
    assert (size.title, size.section, size.default_text) == ("Largest photo", "media", "50 MB")
    assert (size.kind, size.allowed) == ("size", "from 100,000 bytes to 100 MB")
    texts = {key: view.text for key, view in views.items()}
    assert (texts["shop.name"], texts["media.inbox"], texts["media.polling"]) == (
        "My shop", "", "false",
    )  # fmt: skip
    assert texts["media.sizes"] == '{"thumb": 320, "medium": 600, "whatsapp": 1200}'
    assert (views["shop.name"].source, views["shop.name"].changed) == ("default", False)


def test_everything_can_be_printed_as_json(tmp_path: Path) -> None:
    """Paths, sizes and tables are plain values."""
    settings = load(tmp_path / "config.toml", [f"media.inbox={tmp_path}"])
    documents = json.loads(json.dumps([view.document() for view in describe(settings)]))
    (inbox,) = [each for each in documents if each["key"] == "media.inbox"]
    assert inbox["value"] == str(tmp_path)


def test_a_secret_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes from the environment is in no view, no dump and no description of settings."""
    monkeypatch.setenv("BOTOPS_WHATSAPP__ACCESS_TOKEN", SECRET)
    settings = load(tmp_path / "config.toml")
    (view,) = [view for view in describe(settings) if view.key == "whatsapp.access_token"]
    assert (view.secret, view.value, view.text) == (True, None, "")
    assert view.source == "environment BOTOPS_WHATSAPP__ACCESS_TOKEN"
    said = [repr(settings), str(settings), settings.model_dump_json(), repr(describe(settings))]
    assert not [words for words in said if SECRET in words]
    assert "SecretStr" not in settings.model_dump_json()
