"""Completing: a shell is offered what fits, and asking for it changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from botops.cli.app import botops as program
from botops.cli.context import Call
from botops.jobs.states import QUEUES, STATES
from botops.settings.describe import setting_fields
from botops.store import db
from tests.cli.conftest import Botops


def offered(home: Path, *words: str) -> list[str]:
    """What is offered for the last word of a line."""
    *before, begun = words
    line = ShellComplete(program, {"obj": Call()}, "botops", "_BOTOPS_COMPLETE")
    return [item.value for item in line.get_completions(["--home", str(home), *before], begun)]


def test_commands_and_options_are_offered(tmp_path: Path) -> None:
    """Groups, their commands, and the options that each takes."""
    assert {"settings", "secrets", "job"} <= set(offered(tmp_path, ""))
    assert set(offered(tmp_path, "settings", "")) == {"set", "unset", "show"}
    assert "--state" in offered(tmp_path, "job", "list", "--")


def test_names_that_are_known_are_offered(tmp_path: Path) -> None:
    """Settings, queues, states of jobs and shells."""
    assert offered(tmp_path, "settings", "set", "") == list(setting_fields())
    assert offered(tmp_path, "settings", "unset", "media.m") == ["media.max_size"]
    assert offered(tmp_path, "queue", "pause", "") == list(QUEUES)
    assert offered(tmp_path, "job", "list", "--queue", "web") == ["webhook_delivery"]
    assert offered(tmp_path, "job", "enqueue", "me") == ["media_processing", "message_sending"]
    assert offered(tmp_path, "job", "list", "--state", "") == list(STATES)
    assert offered(tmp_path, "completion", "") == ["bash", "zsh", "fish"]


def test_what_is_in_the_home_is_offered(botops: Botops, tmp_path: Path) -> None:
    """Products and shops of the home that the line names."""
    botops("product", "add", "--sku", "ROSA-1", "--name", "Rosa", "--price", "1")
    botops("product", "add", "--sku", "TULIP", "--name", "Rosa tulip", "--price", "1")
    botops("merchant", "add", "flora", "--name", "Flora")
    home = tmp_path / "home"
    for words in (("product", "show"), ("product", "edit"), ("media", "link", "1")):
        assert offered(home, *words, "ro") == ["ROSA-1"]
    assert offered(home, "merchant", "edit", "") == ["default", "flora"]
    assert not db.is_open


def test_where_there_is_no_home_none_is_made(tmp_path: Path) -> None:
    """Nothing is offered, said or made."""
    assert offered(tmp_path / "none", "product", "show", "r") == []
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed(botops: Botops, shell: str) -> None:
    """Each shell gets the one that it understands, with the words of this program."""
    said = botops("completion", shell)
    assert said.code == 0
    assert f"_BOTOPS_COMPLETE={shell}_complete" in said.out


def test_bash_completes_with_it(tmp_path: Path) -> None:
    """In a real shell the script offers what begins like the word."""
    program_file = tmp_path / "botops"
    program_file.write_text(f'#!/bin/sh\nexec {sys.executable} -m botops "$@"\n')
    program_file.chmod(0o700)
    script = """
        eval "$(botops completion bash)"
        COMP_WORDS=(botops settings set media.m) COMP_CWORD=3
        _botops_completion botops
        echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(
        ["/bin/bash", "--norc", "-c", script],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "media.max_size\n", done.stderr
