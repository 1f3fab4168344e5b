"""Doctor: one line for each thing, a document for scripts, and a code that says how it is."""

from pathlib import Path

import pytest

from botops.doctor import examination
from tests.cli.conftest import Botops

SECRET = "EAAGm0PX4ZCpsBAKZA8f2c"


def test_a_home_is_well(botops: Botops) -> None:
    """After `init` all is well, and the code is 0."""
    botops("init")
    said = botops("doctor")
    assert said.code == 0, said.out
    lines = [line for line in said.out.splitlines() if not line.startswith(" ")]
    assert [line.split()[:2] for line in lines[:-1]] == [["ok", name] for name in examination.LOOKS]
    assert lines[-1] == "All is well."
    assert botops("doctor", "--quiet").out == ""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out what takes time."""
    looks = {name: look for name, look in examination.LOOKS.items() if name != "decoder"}
    monkeypatch.setattr(examination, "LOOKS", looks)


def test_what_is_in_the_way_ends_with_1(botops: Botops, tmp_path: Path, quick: None) -> None:
    """It is named, with what to do; `--quiet` says nothing else."""
    botops("init")
    (tmp_path / "home.key").chmod(0o644)
    said = botops("doctor", "--quiet")
    assert said.code == 1
    assert said.out.startswith("fail  key ")
    assert "→ Make it yours alone: chmod 600" in said.out
    assert botops("doctor").out.endswith("In the way: key.\n")
    document = botops("doctor", "--json").document
    assert document["success"] is False
    (failing,) = [check for check in document["checks"] if check["state"] == "fail"]
    assert set(failing) == {"name", "state", "detail", "hint"}


def test_what_is_worth_a_look_ends_with_0(botops: Botops, tmp_path: Path, quick: None) -> None:
    """Where there is no home yet, that is said, and none is made."""
    said = botops("doctor", "--json")
    assert said.code == 0
    assert said.document["success"] is True
    assert said.document["checks"][1] == {
        "name": "home", "state": "warn", "hint": "`botops init` makes it.",
        "detail": f"There is no home at {tmp_path / 'home'} yet.",
    }  # fmt: skip
    assert botops("doctor").out.endswith("All works; worth a look: home.\n")
    assert not (tmp_path / "home").exists()


def test_a_mistake_in_the_settings_is_found_and_no_secret_told(
    botops: Botops, tmp_path: Path, quick: None
) -> None:
    """The one command that works on a home with a mistake says where it is."""
    botops("init")
    (tmp_path / "home" / "config.toml").write_text(f"[whatsapp]\naccess_token = '{SECRET}'\n")
    said = botops("doctor", "-v")
    assert said.code == 1
    assert "line 2: whatsapp.access_token: a secret does not belong" in " ".join(said.out.split())
    assert SECRET not in said.out + said.err
