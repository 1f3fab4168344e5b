"""Config store: the file is the old one or the new one, and stays what it was otherwise."""

import os
from pathlib import Path

import pytest

from botops.kernel.errors import Refused, StorageTrouble
from botops.preferences.config_store import ConfigStore
from botops.settings.default_file import default_config


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the file lies; it is not there yet."""
    return tmp_path / "config.toml"


def test_a_missing_file_is_the_default_one(config: Path) -> None:
    """It is made when something is put, for its owner alone, and gone again on the way back."""
    store = ConfigStore(config)
    assert store.text() == default_config()
    assert store.stamp() is None
    go_back = store.put("[shop]\n")
    assert config.read_text() == "[shop]\n"
    assert config.stat().st_mode & 0o777 == 0o600
    go_back()
    assert not config.exists()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_its_mode_and_its_marks_stay(config: Path, mode: int) -> None:
    """Mode, byte order mark and line ends are as somebody has made them."""
    content = b"\xef\xbb\xbf[shop]\r\nname = 'A'\r\n"
    config.write_bytes(content)
    config.chmod(mode)
    store = ConfigStore(config)
    go_back = store.put(store.text().replace("A", "B"))
    assert config.read_bytes() == content.replace(b"A", b"B")
    assert config.stat().st_mode & 0o777 == mode
    go_back()
    assert config.read_bytes() == content
    assert list(config.parent.iterdir()) == [config]


def test_a_link_stays_a_link(config: Path, tmp_path: Path) -> None:
    """Where the file lies elsewhere, it is written there."""
    real = tmp_path / "dotfiles" / "botops.toml"
    real.parent.mkdir()
    real.write_text("# mine\n")
    config.symlink_to(real)
    ConfigStore(config).put("# ours\n")
    assert config.is_symlink()
    assert real.read_text() == "# ours\n"


def test_a_protected_file_is_not_written(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may have made it read-only on purpose: it is not put aside for that."""
    config.write_text("# mine\n")
    config.chmod(0o400)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # the tests run as root
    with pytest.raises(Refused, match="write-protected"):
        ConfigStore(config).put("# ours\n")
    assert config.read_text() == "# mine\n"


def test_what_cannot_be_written_is_told(config: Path) -> None:
    """A folder that is none is a sentence."""
    config.parent.joinpath("file").touch()
    with pytest.raises((StorageTrouble, OSError)):
        ConfigStore(config.parent / "file" / "config.toml").put("x")


def test_each_version_has_its_stamp(config: Path) -> None:
    """A file that was replaced, however fast and like the one before, has another stamp."""
    store = ConfigStore(config)
    store.put("a")
    stamps = {store.stamp()}
    for _ in range(3):
        kept = config.with_name("kept")  # so that its number is not given again
        config.rename(kept.with_name(f"kept{len(stamps)}"))
        config.write_text("a")
        stamps.add(store.stamp())
    assert len(stamps) == 4
