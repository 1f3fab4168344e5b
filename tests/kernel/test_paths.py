"""Paths: a home is found, made for its owner alone, and its key lies outside of it."""

import os
from pathlib import Path

import pytest

from botops.kernel import paths
from botops.kernel.errors import StorageTrouble
from botops.kernel.paths import Home, find_home


@pytest.fixture(autouse=True)
def _somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user whose folders lie in this test's."""
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))


def test_a_named_home_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option wins over the environment, which wins over the user's own folder."""
    own = find_home(None)
    monkeypatch.setenv("BOTOPS_HOME", "~/shop")
    assert find_home(Path("here")) == Home(Path.cwd() / "here")
    assert find_home(None) == Home(tmp_path / "user" / "shop")
    monkeypatch.setenv("BOTOPS_HOME", "")
    assert find_home(None) == own
    assert own.root.is_relative_to(tmp_path / "user")


def test_the_folders_are_those_of_the_contract(tmp_path: Path) -> None:
    """Every file has the place that is promised."""
    home = Home(tmp_path / "home")
    home.make()
    below = {path.relative_to(home.root).as_posix() for path in home.root.rglob("*")}
    assert below == {
        "backups", "logs", "media", "media/inbox", "media/originals", "media/rejected",
        "media/variants", "run", "tmp",
    }  # fmt: skip
    names = (
        home.config, home.database, home.lock, home.socket, home.inbox, home.originals,
        home.variants, home.rejected, home.backups, home.log_file, home.tmp,
    )  # fmt: skip
    assert [path.relative_to(home.root).as_posix() for path in names] == [
        "config.toml", "botops.db", "botops.lock", "run/engine.sock", "media/inbox",
        "media/originals", "media/variants", "media/rejected", "backups", "logs/botops.log", "tmp",
    ]  # fmt: skip


def test_a_home_is_for_its_owner(tmp_path: Path) -> None:
    """What is made can be read by nobody else; making it again changes nothing."""
    home = Home(tmp_path / "home")
    home.make()
    home.make()
    assert {path.stat().st_mode & 0o777 for path in (home.root, *home.root.rglob("*"))} == {0o700}


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file in the way is an error that names another way."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageTrouble, match="can't be used") as caught:
        Home(tmp_path / "file" / "home").make()
    assert "--home" in caught.value.hint


def test_a_home_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that may only be read is no home."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StorageTrouble, match="read-only"):
        Home(tmp_path / "home").make()


def test_a_long_path_has_its_socket_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket's address is short: it lies in a folder of this user, one for each home."""
    first, second = Home(tmp_path / ("x" * 100)), Home(tmp_path / ("y" * 100))
    first.make()
    folder = first.socket.parent
    assert folder == tmp_path / "t" / f"botops-{os.getuid()}"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert first.socket != second.socket
    assert first.socket == Home(first.root).socket
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    assert first.socket.parent == Path("/run/user/7/botops")


def test_a_folder_of_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that another user has put where the sockets go is refused."""
    home = Home(tmp_path / ("x" * 100))
    monkeypatch.setattr(paths, "_user", lambda: 4711)
    with pytest.raises(StorageTrouble, match="belongs to somebody else"):
        home.make()


def test_a_link_is_not_used(tmp_path: Path) -> None:
    """A link where the sockets go, wherever it leads, is refused."""
    home = Home(tmp_path / ("x" * 100))
    (tmp_path / "t").mkdir()
    home.socket.parent.symlink_to(tmp_path)
    with pytest.raises(StorageTrouble, match="belongs to somebody else"):
        home.make()


def test_the_key_lies_outside_of_the_home(tmp_path: Path) -> None:
    """The key of a named home lies beside it, that of the user's own among the configuration."""
    assert Home(tmp_path / "shop").key == tmp_path / "shop.key"
    own = find_home(None)
    assert own.key.name == "botops.key"
    assert not own.key.is_relative_to(own.root)
    assert own.key.is_relative_to(tmp_path / "user" / ".config")
