"""Default file: the file that is written changes nothing, and tells the truth."""

import re
import tomllib
from pathlib import Path

from botops.settings import Settings, load, write_default_config
from botops.settings.default_file import default_config
from botops.settings.describe import setting_fields
from botops.settings.fields import is_secret


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
    untold = {key for key in setting_fields() if settings.source_of(key) == "default"}
    assert untold == {key for key, field in setting_fields().items() if is_secret(field)}


def test_it_says_how_a_secret_is_set() -> None:
    """Where a secret would stand, its command stands instead."""
    assert "# It is kept sealed: botops settings set whatsapp.app_secret\n" in default_config()
    assert "access_token =" not in default_config()


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    """What somebody has written is never overwritten."""
    config = tmp_path / "config.toml"
    config.write_text("# mine\n")
    assert not write_default_config(config)
    assert config.read_text() == "# mine\n"
