"""Sources: a secret is taken from the environment alone, and an error never repeats it."""

import os
import traceback
from pathlib import Path

import pytest

from botops.kernel.errors import UsageProblem
from botops.settings import load
from botops.settings.sources import read_sources

SECRET = "EAAGm0PX4ZCpsBAKZA8f2c"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the settings file lies; it is not there yet."""
    return tmp_path / "config.toml"


def told(config: Path, *overrides: str) -> str:
    """All that an error has to say to anybody, the traceback of `-v` included."""
    with pytest.raises(UsageProblem) as caught:
        load(config, overrides)
    error = caught.value
    return "\n".join(
        [error.message, error.hint, *error.details, repr(error), *traceback.format_exception(error)]
    )


@pytest.mark.parametrize(
    "text",
    [
        f'[whatsapp]\naccess_token = "{SECRET}"\n',
        f'whatsapp.access_token = "{SECRET}"\n',
        f'whatsapp = {{ access_token = "{SECRET}" }}\n',
        f'[whatsapp]\naccess_token = ["{SECRET}"]\n',
        f'[whatsapp.access_token]\nx = "{SECRET}"\n',
    ],
)
def test_a_secret_in_the_file_is_refused(config: Path, text: str) -> None:
    """Whoever pastes a secret into the file is told where it belongs, and it is not repeated."""
    config.write_text(text)
    said = told(config)
    assert "whatsapp.access_token: a secret does not belong into this file" in said
    assert "botops settings set whatsapp.access_token" in said
    assert SECRET not in said


def test_a_secret_on_the_command_line_is_refused(config: Path) -> None:
    """`--set` stands in the list of processes and in the shell's history."""
    said = told(config, f"whatsapp.access_token={SECRET}")
    assert "--set: whatsapp.access_token: everybody can read" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    "text",
    [
        f'whatsapp = "{SECRET}"\n',
        f'[whatsapp]\ntoken = "{SECRET}"\n',
        f'access_token = "{SECRET}"\n',
        f'[whatsapp]\naccess_token = "{SECRET}\n',
        f"[whatsapp]\naccess_token = {SECRET}\n",
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(config: Path, text: str) -> None:
    """However a file is mistaken, the error names the place and not what stands there."""
    config.write_text(text)
    assert SECRET not in told(config)


@pytest.mark.parametrize("assignment", [f"token={SECRET}", f"whatsapp.token={SECRET}"])
def test_a_strange_option_is_not_repeated(config: Path, assignment: str) -> None:
    """What a mistyped `--set` sets is not said."""
    assert SECRET not in told(config, assignment)


@pytest.mark.parametrize(
    "value", [f"{SECRET} x", f"{SECRET}ñ", f"{SECRET}\n{SECRET}", SECRET * 999, "sh0rt"]
)
def test_a_wrong_secret_in_the_environment_is_not_repeated(
    config: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """A secret of the environment that can't be used is told by its variable alone."""
    monkeypatch.setenv("BOTOPS_WHATSAPP__APP_SECRET", value)
    said = told(config)
    assert "environment BOTOPS_WHATSAPP__APP_SECRET: whatsapp.app_secret: What was given" in said
    assert value not in said
    assert SECRET not in said


def test_a_secret_comes_from_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There it is taken as it stands."""
    monkeypatch.setenv("BOTOPS_WHATSAPP__ACCESS_TOKEN", SECRET)
    token = load(config).whatsapp.access_token
    assert token is not None
    assert token.get_secret_value() == SECRET
    monkeypatch.setenv("BOTOPS_WHATSAPP__ACCESS_TOKEN", "")
    assert load(config).whatsapp.access_token is None


def test_what_a_file_could_hold_is_read_without_it(config: Path) -> None:
    """A text is read as if it stood in the file."""
    config.write_text("[shop]\nname = 'A'\n")
    sources = read_sources(config, text="[shop]\n\nname = 'B'\n")
    assert sources.merged() == {"shop": {"name": "B"}}
    assert sources.source_of("shop", "name") == f"{config}, line 3"
    assert read_sources(config).file == {"shop": {"name": "A"}}


def test_a_file_that_may_not_be_read_is_told(config: Path) -> None:
    """A folder in its place, or one that is no text, is a sentence."""
    config.write_bytes(b"\xff\xfe" + os.urandom(4))
    assert str(config) in told(config)
