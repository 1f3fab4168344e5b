"""Keys: there is one master key, its owner alone can read it, and it is never replaced."""

import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest

from botops.kernel.errors import NotFound, Refused, StorageTrouble
from botops.security.keys import (
    VARIABLE,
    MasterKey,
    ensure_key,
    load_key,
    read_secret,
    replace_keys,
)

SECRET = bytes(range(32))
TEXT = base64.b64encode(SECRET).decode()
RACE = """
import sys
from pathlib import Path
from botops.security.keys import ensure_key
print("ready", flush=True)
sys.stdin.readline()
key = ensure_key(Path(sys.argv[1]))
print(key.text, key.is_new)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the key lies, in a folder that is not there yet."""
    return tmp_path / "config" / "shop.key"


def test_a_key_is_made_once(file: Path) -> None:
    """The first time there is a new key, afterwards it is the same one."""
    made = ensure_key(file)
    assert (len(made.secret), made.is_new, made.source) == (32, True, str(file))
    again = ensure_key(file)
    assert (again.secret, again.is_new) == (made.secret, False)
    assert load_key(file).secret == made.secret
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file.read_text() == f"{made.text}\n"
    assert list(file.parent.iterdir()) == [file]


def test_two_keys_are_different(tmp_path: Path) -> None:
    """No two homes have the same key."""
    assert ensure_key(tmp_path / "a").secret != ensure_key(tmp_path / "b").secret


def test_the_environment_comes_first(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment is the key, and no file is made or read."""
    monkeypatch.setenv(VARIABLE, f" {TEXT}\n")
    for key in (ensure_key(file), load_key(file)):
        assert (key.secret, key.is_new, key.source) == (SECRET, False, f"environment {VARIABLE}")
    assert not file.parent.exists()


def test_a_key_is_not_shown_by_accident() -> None:
    """A key in a message or a traceback does not say what it is."""
    key = MasterKey(SECRET, "here")
    assert TEXT not in repr(key)
    assert repr(SECRET) not in repr(key)
    assert key.text == TEXT


def test_without_a_key_the_way_is_told(file: Path) -> None:
    """Where there is no key, the error says where it was looked for."""
    with pytest.raises(NotFound, match=re.escape(str(file))) as caught:
        load_key(file)
    assert "botops init" in caught.value.hint


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o620, 0o601])
def test_a_key_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    """A file that is not its owner's alone is not used, and the way to mend it is told."""
    ensure_key(file)
    file.chmod(mode)
    for use in (load_key, ensure_key):
        with pytest.raises(Refused, match="can be read by others") as caught:
            use(file)
        assert f"chmod 600 {file}" in caught.value.hint


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_of_its_owner_alone_is_used(file: Path, mode: int) -> None:
    """Read-only is as good."""
    ensure_key(file)
    file.chmod(mode)
    assert len(load_key(file).secret) == 32


@pytest.mark.parametrize(
    "content",
    ["", "short", TEXT[:-4], f"{TEXT}{TEXT}", "!" * 44, "é" * 44, TEXT.replace("A", "\n")],
)
def test_what_is_no_key_is_refused_and_left(
    file: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    """A damaged key is never replaced by a new one: what it has sealed would be lost."""
    file.parent.mkdir()
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(Refused, match="is no master key"):
        ensure_key(file)
    assert file.read_text() == content
    if content:
        monkeypatch.setenv(VARIABLE, content)
        with pytest.raises(Refused, match=VARIABLE) as caught:
            ensure_key(file.with_name("other"))
        assert content not in caught.value.message


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where the folder should be is an error in words."""
    (tmp_path / "config").touch()
    with pytest.raises((StorageTrouble, Refused), match="can't be"):
        ensure_key(tmp_path / "config" / "shop.key")


def test_a_disk_without_links_has_one_key_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where files can't have two names, the key is written in place, once."""

    def no_links(self: Path, target: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    made = ensure_key(file)
    assert made.is_new
    assert load_key(file).secret == made.secret
    assert list(file.parent.iterdir()) == [file]


def test_many_at_once_get_one_key(file: Path) -> None:
    """Of processes that find no key at the same moment, one makes it and all have it."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", RACE, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    said = [process.communicate("go\n", timeout=30)[0].split() for process in processes]
    assert len({text for text, _ in said}) == 1
    assert sorted(is_new for _, is_new in said) == ["False", "False", "False", "True"]


def test_a_key_that_is_replaced_opens_still(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several keys in the file, or in the environment, the last is the one that seals."""
    old, new = bytes(32), SECRET
    ensure_key(file)
    replace_keys(file, [old, new])
    assert (load_key(file).secret, load_key(file).older) == (new, (old,))
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]
    monkeypatch.setenv(VARIABLE, f"{TEXT}  {base64.b64encode(old).decode()}")
    assert (load_key(file).secret, load_key(file).older) == (old, (new,))
    assert load_key(file).is_from_environment


def test_no_key_of_several_is_passed_over(file: Path) -> None:
    """However many stand there, one that is no key is told, and the last one is the newest."""
    keys = [bytes([number]) * 32 for number in range(12)]
    replace_keys(file, keys)
    assert load_key(file).secret == keys[-1]
    file.write_text(f"{TEXT}\nnonsense\n{TEXT}\n")
    with pytest.raises(Refused, match="is no master key"):
        load_key(file)


def test_a_key_in_another_place_is_replaced_there(file: Path, tmp_path: Path) -> None:
    """A link to where the key really lies stays a link."""
    ensure_key(file)
    link = tmp_path / "link"
    link.symlink_to(file)
    replace_keys(link, [SECRET])
    assert link.is_symlink()
    assert load_key(file).secret == SECRET


def test_a_written_down_key_is_read() -> None:
    """A key is read with the line end that a file or a paste brings; the error says no part."""
    assert read_secret(f" {TEXT}\n", "stdin") == SECRET
    with pytest.raises(Refused, match="stdin is no master key") as caught:
        read_secret(TEXT[:-1], "stdin")
    assert TEXT[:8] not in f"{caught.value.message}{caught.value.hint}"
