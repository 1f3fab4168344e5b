"""Settings: listed, changed and reset from the shell; secrets are asked for and never shown."""

import io
import json
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from botops.security.keys import VARIABLE
from botops.settings.describe import setting_fields
from tests.cli.conftest import Botops

SECRET = "EAAGm0PX4ZCpsBAKZA8f2c"
TOKEN = "whatsapp.access_token"


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives a secret on stdin, with the line end that echo writes."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{SECRET}\n"))


def everything(folder: Path) -> bytes:
    """All bytes of all files below a folder, those inside of backups too."""
    found = b""
    for path in folder.rglob("*"):
        if path.is_file():
            found += path.read_bytes()
            if tarfile.is_tarfile(path):
                with tarfile.open(path) as archive:
                    for member in archive:
                        content = archive.extractfile(member)
                        found += content.read() if content else b""
    return found


def test_settings_are_listed(botops: Botops) -> None:
    """Each with value, unit, default, source, meaning, and when it takes effect."""
    said = botops("settings", "--set", "media.max_size=60 MB", "--json").document
    assert said["success"] is True
    assert said["count"] == len(said["settings"]) == len(setting_fields())
    found = {each["key"]: each for each in said["settings"]}
    assert found["media.max_size"] == {
        "key": "media.max_size", "value": 60_000_000, "unit": "bytes", "default": 50_000_000,
        "source": "--set", "secret": False, "changed": True, "takes_effect": "now",
        "description": "Bigger files are refused with a reason. Bytes, or as 50 MB.",
    }  # fmt: skip
    assert found[TOKEN]["secret"] is True
    lines = botops("settings").out.splitlines()
    assert any(line.split()[:3] == ["media.max_size", "50", "MB"] for line in lines)


def test_the_list_is_narrowed(botops: Botops) -> None:
    """By words in name and meaning, and to what was changed."""
    botops("settings", "set", "jobs.keep_days", "7")
    found = botops("settings", "-q", "KEPT days", "--json").document["settings"]
    assert {each["key"] for each in found} == {"jobs.keep_days", "jobs.keep_failed_days"}
    found = botops("settings", "--changed", "--json").document["settings"]
    assert [each["key"] for each in found] == ["jobs.keep_days"]


def test_a_setting_is_changed_and_reset(botops: Botops, tmp_path: Path) -> None:
    """`set` writes the file, `unset` takes it out again; both print the setting as it is then."""
    botops("init")
    config = tmp_path / "home" / "config.toml"
    before = config.read_text()
    said = botops("settings", "set", "media.max_size", "60 MB", "--json").document
    assert said["setting"]["value"] == 60_000_000
    assert (said["before"], said["overridden_by"], said["recovery_key"]) == (50_000_000, None, None)
    assert '\nmax_size = "60 MB"\n' in config.read_text()
    said = botops("settings", "unset", "media.max_size", "--json").document
    assert (said["setting"]["source"], said["setting"]["changed"]) == ("default", False)
    assert config.read_text() == before


def test_words_need_no_quotes(botops: Botops) -> None:
    """What stands behind the name is the value, and a person reads when it counts."""
    assert botops("settings", "set", "shop.name", "Casa", "Flora").out == (
        "shop.name is Casa Flora. It counts now.\n"
    )
    assert botops("settings", "set", "jobs.keep_days", "7").out == (
        "jobs.keep_days is 7 days. It counts after a restart.\n"
    )


def test_one_is_shown_with_its_sources(botops: Botops, monkeypatch: pytest.MonkeyPatch) -> None:
    """Range, choices and the four places, the winner marked."""
    monkeypatch.setenv("BOTOPS_LOG__LEVEL", "debug")
    said = botops("settings", "show", "log.level", "--json").document
    assert said["setting"]["choices"] == ["debug", "info", "warning", "error"]
    assert [(each["source"], each["value"], each["wins"]) for each in said["sources"]] == [
        ("command line", None, False), ("environment", "debug", True),
        ("settings file", None, False), ("default", "info", False),
    ]  # fmt: skip
    assert "▸ environment" in botops("settings", "show", "log.level").out


def test_what_is_overridden_is_said(botops: Botops, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes the file in vain is told what stands above it."""
    monkeypatch.setenv("BOTOPS_MEDIA__MAX_SIZE", "70 MB")
    said = botops("settings", "set", "media.max_size", "60 MB")
    assert said.code == 0
    assert said.err == "The environment wins: BOTOPS_MEDIA__MAX_SIZE.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set", "media.max_size", "1 TB"), "it takes at most 100 MB"),
        (("set", "media.max_siz", "1"), "did you mean media.max_size?"),
        (("set", "shop.name"), "What is shop.name to be?"),
        (("set",), "Missing argument"),
        (("unset", "nothing"), "no setting 'nothing'"),
        (("show", "nothing"), "no setting 'nothing'"),
    ],
)
def test_a_mistake_is_wrong_usage(botops: Botops, words: tuple[str, ...], said: str) -> None:
    """It ends with 2, and the sentence says what is allowed."""
    found = botops("settings", *words)
    assert found.code == 2
    assert said in found.err


def test_a_secret_is_sealed(botops: Botops, tmp_path: Path, type_in: None) -> None:
    """Read from stdin, it is in no output, no file and no backup, not even with `-v`."""
    botops("init")
    said = botops("settings", "set", TOKEN, "-v")
    assert said.out == f"{TOKEN} is kept sealed: ••••8f2c.\n"
    outputs = [
        said,
        botops("settings", "--json"),
        botops("settings", "show", TOKEN, "--json"),
        botops("settings", "set", "shop.name", "Flora", "-v", "--json"),
        botops("backup", str(tmp_path / "all.tar"), "--media"),
    ]
    assert not [each for each in outputs if SECRET in each.out + each.err]
    assert SECRET.encode() not in everything(tmp_path)
    found = {each["key"]: each for each in outputs[1].document["settings"]}
    assert (found[TOKEN]["value"], found[TOKEN]["source"]) == ("••••8f2c", "sealed in the database")


def test_without_a_key_the_first_secret_makes_it(
    botops: Botops, tmp_path: Path, type_in: None
) -> None:
    """On a home that was never told to `init`, the key is shown once, as `init` would."""
    said = botops("settings", "set", TOKEN, "--json").document
    assert (tmp_path / "home.key").read_text() == f"{said['recovery_key']}\n"


def test_a_secret_on_the_command_line_is_refused(botops: Botops, tmp_path: Path) -> None:
    """It would stay in the shell's history; the sentence does not repeat it, nor is it kept."""
    for words in ((SECRET,), (SECRET, "more"), (f"--{SECRET}",)):
        said = botops("settings", "set", TOKEN, *words, "-v", "--json")
        assert said.code == 2
        assert SECRET not in said.out + said.err or words[0].startswith("--")
    assert botops("settings", "set", TOKEN, SECRET, "--json").document["code"] == (
        "secret_in_the_open"
    )
    assert SECRET.encode() not in everything(tmp_path)


def test_a_wrong_secret_is_not_repeated(botops: Botops, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that can't be used is in no message."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{SECRET} with spaces"))
    said = botops("settings", "set", TOKEN, "-v", "--json")
    assert said.code == 2
    assert "What was given is not allowed" in said.err
    assert SECRET not in said.out + said.err


def test_a_person_is_asked_for_a_secret(botops: Botops, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal what is typed is not seen."""
    asked: list[bool] = []

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        asked.append(hide_input and err and text == TOKEN)
        return SECRET

    class Terminal(io.StringIO):
        """A stdin at which somebody sits."""

        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("click.prompt", prompt)
    assert botops("settings", "set", TOKEN).code == 0
    assert asked == [True]


def test_a_secret_of_another_key_is_listed_all_the_same(
    botops: Botops, monkeypatch: pytest.MonkeyPatch, type_in: None
) -> None:
    """To list what is set nothing is opened, so that a lost key is no end of everything."""
    botops("settings", "set", TOKEN)
    monkeypatch.setenv(VARIABLE, "nonsense")
    assert botops("settings").code == 0
    assert botops("job", "list").code == 0


def test_the_database_alone_tells_nothing(botops: Botops, tmp_path: Path, type_in: None) -> None:
    """What stands in its rows is sealed, and the trail has the mask."""
    botops("settings", "set", TOKEN)
    with closing(sqlite3.connect(tmp_path / "home" / "botops.db")) as database:
        ((sealed, shown),) = database.execute("SELECT sealed, shown FROM secret_settings")
        dump = "\n".join(database.iterdump())
    assert sealed.startswith("v1.")
    assert shown == "••••8f2c"
    assert SECRET not in dump
    assert json.dumps(SECRET)[1:-1] not in dump


def test_a_process_does_not_show_it(tmp_path: Path) -> None:
    """Run as a person runs it, through a pipe, with everything said that can be said."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "botops", "--home", tmp_path / "home", "-v",
         "settings", "set", TOKEN],
        input=SECRET, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert "••••8f2c" in done.stdout
    assert SECRET.encode() not in everything(tmp_path)


def test_a_folder_that_no_start_could_watch_is_refused(botops: Botops, tmp_path: Path) -> None:
    """A setting with which nothing would start any more is not written."""
    botops("init")
    for folder in ("home", "home/backups", "home/media/originals"):
        said = botops("settings", "set", "media.inbox", str(tmp_path / folder))
        assert said.code == 2
        assert "BotOps keeps its own files there" in said.err
    assert botops("settings", "show", "media.inbox").code == 0
    assert botops("settings", "set", "media.inbox", str(tmp_path / "photos")).code == 0
