"""Changed settings: the limits of a shop are changed while it runs, from another window."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media import photos
from tests.program import Program, drop, wait_for

SECRET = "EAAGm0PX4ZCpsBAKZA8f2c"
OTHER = "EAAGm0PX4ZCpsBAKZAab12"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A shop that runs, with one secret of its environment, and everything written to its log."""
    monkeypatch.setenv("BOTOPS_WHATSAPP__APP_SECRET", SECRET)
    program = Program(tmp_path / "home", "media.settle_seconds=0.1", "log.level=debug")
    program.call("init")
    program.serve()
    yield program
    program.close()


def test_a_photo_that_was_too_large_comes_in(program: Program) -> None:
    """Ana's photo is refused, she raises the limit as she was told, and it is taken at once."""
    program.json("settings", "set", "media.max_size", "100 kB")
    photo = photos.jpeg(photos.noisy(400, 400))
    drop(program.inbox, "rosas.jpg", photo)
    (refused,) = wait_for(lambda: program.media("--status", "failed"), "the refusal")
    assert refused["code"] == "too_large"
    assert "media.max_size" in refused["reason"]
    program.json("settings", "unset", "media.max_size")
    drop(program.inbox, "rosas-2.jpg", photo)
    wait_for(lambda: program.media("--status", "ready"), "the photo")


def test_no_secret_is_anywhere(program: Program) -> None:
    """However the program is asked, neither its files nor its words have a secret in the clear."""
    done = [
        program.call("settings", "--json"),
        program.call("settings", "show", "whatsapp.app_secret"),
        program.call("settings", "set", "whatsapp.access_token", OTHER),
        program.call("doctor", "-v"),
        program.call("audit", "export"),
        program.call("backup", str(program.home.parent / "all.tar"), "--media"),
    ]
    assert [each.returncode for each in done] == [0, 0, 2, 0, 0, 0]
    assert "environment BOTOPS_WHATSAPP__APP_SECRET" in done[0].stdout
    code, out, err = program.stop()
    assert code == 0
    said = [*(each.stdout + each.stderr for each in done), out, err]
    assert not [words for words in said if SECRET in words or OTHER in words]
    files = [path for path in program.home.parent.rglob("*") if path.is_file()]
    assert any(path.name == "botops.log" for path in files)
    for text in (SECRET, OTHER):
        assert not [path for path in files if text.encode() in path.read_bytes()]


def test_the_key_is_not_replaced_under_an_engine(program: Program) -> None:
    """It needs the shop closed: it says so, and changes nothing."""
    key = program.home.with_name("home.key")
    before = key.read_text()
    done = program.call("secrets", "rotate")
    assert done.returncode == 5
    assert "already runs on this home" in done.stderr
    assert key.read_text() == before
