"""App: words, documents and exit codes that hold for every command."""

import importlib
import json
import pkgutil
from pathlib import Path

import click
import pytest

from botops import __version__, cli
from botops.cli import run
from botops.cli.app import PLACES
from botops.cli.app import botops as program
from tests.cli.conftest import Botops


def test_the_version_is_told(botops: Botops) -> None:
    """`--version` names the program and its version."""
    assert __version__ in botops("--version").out


def test_common_options_stand_before_or_after_the_command(botops: Botops) -> None:
    """`--json`, `--set` and the others are taken in both places."""
    before = botops("--json", "--set", "jobs.order_workers=3", "queue", "list").document
    after = botops("queue", "list", "--json", "--set", "jobs.order_workers=3").document
    assert before == after
    assert before["queues"][2]["workers"] == 3


def test_an_unknown_command_is_wrong_usage(botops: Botops) -> None:
    """A word that is no command ends with 2 and one sentence."""
    said = botops("jbo", "list")
    assert said.code == 2
    assert "No such command" in said.err


def test_wrong_usage_is_a_document_too(botops: Botops) -> None:
    """With `--json` even a wrong call prints a document that says so."""
    said = botops("job", "list", "--state", "nonsense", "--json")
    assert said.code == 2
    assert said.document["success"] is False
    assert said.document["code"] == "usage"


def test_a_bad_setting_names_its_place(botops: Botops) -> None:
    """A value that is not allowed ends with 2 and names the setting and its source."""
    said = botops("--set", "media.max_size=1", "queue", "list")
    assert said.code == 2
    assert said.err.startswith("--set: media.max_size:")


def test_what_is_not_there_ends_with_3(botops: Botops) -> None:
    """A number that names nothing ends with 3, as a document where that was asked for."""
    said = botops("job", "show", "99", "--json")
    assert said.code == 3
    assert said.document == {"success": False, "error": "There is no job 99.", "code": "not_found"}


def test_without_a_terminal_the_screen_says_so(botops: Botops) -> None:
    """The screen needs a terminal, and names the command that doesn't."""
    said = botops()
    assert said.code == 1
    assert "botops serve" in said.err


def test_a_home_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the place of the folder gives a sentence, not a trace."""
    (tmp_path / "file").write_text("")
    assert run(["--home", str(tmp_path / "file" / "home"), "queue", "list"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "can't be used" in said


def test_the_home_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without `--home`, `BOTOPS_HOME` names it."""
    monkeypatch.setenv("BOTOPS_HOME", str(tmp_path / "elsewhere"))
    assert run(["init", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["home"] == str(tmp_path / "elsewhere")


def test_each_command_is_found_by_its_name() -> None:
    """Every command that a module has, and that is in no group, is one of the program's."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.iter_modules(cli.__path__, "botops.cli.")
    ]
    things = [thing for module in modules for thing in vars(module).values()]
    commands = [each for each in things if isinstance(each, click.Command) and each is not program]
    groups = [each for each in commands if isinstance(each, click.Group)]
    inside = [command for group in groups for command in group.commands.values()]
    context = click.Context(program)
    assert {each.name: each for each in commands if each not in inside} == {
        name: program.get_command(context, name) for name in PLACES
    }
