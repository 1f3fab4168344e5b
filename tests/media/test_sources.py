"""Sources: what leaves the inbox is what was stored, whatever happens in between."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from botops.media import sources
from botops.media.sightings import look
from botops.media.sources import Source, SourceChanged, SourceGone, put_back, take_out


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An inbox, and beside it a folder for what leaves it."""
    (tmp_path / "out").mkdir()
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def aside(inbox: Path) -> Path:
    """Where a file goes first."""
    return inbox.parent / "out" / "file"


def source_at(file: Path, inbox: Path) -> Source:
    """A file as it settles."""
    found = look(os.fspath(file))
    assert found
    return sources.of(found, inbox)


def photo(inbox: Path, name: str = "rose.jpg", content: bytes = b"stored") -> Path:
    """A file in the inbox."""
    file = inbox / name
    file.write_bytes(content)
    return file


def before(monkeypatch: pytest.MonkeyPatch, name: str, happens: Callable[[], object]) -> None:
    """Let something happen right before the first call of a function of the system."""
    really = getattr(os, name)

    def call(*args: Any, **named: Any) -> Any:
        monkeypatch.setattr(os, name, really)
        happens()
        return really(*args, **named)

    monkeypatch.setattr(os, name, call)


def replaced(file: Path) -> Callable[[], None]:
    """Saves a new file over an old one, as programs do."""

    def run() -> None:
        new = file.with_name("new")
        new.write_bytes(b"news!!")
        new.rename(file)

    return run


def test_the_stored_file_is_removed(inbox: Path, aside: Path) -> None:
    """Nothing of it stays."""
    file = photo(inbox)
    assert take_out(source_at(file, inbox), aside)
    assert not file.exists()
    assert not aside.exists()


def test_another_file_stays(inbox: Path, aside: Path) -> None:
    """What was put there since is not what was stored."""
    file = photo(inbox)
    source = source_at(file, inbox)
    replaced(file)()
    assert not take_out(source, aside)
    assert file.read_bytes() == b"news!!"


@pytest.mark.parametrize("step", ["rename", "open"])
def test_what_comes_at_the_last_moment_stays(
    inbox: Path, aside: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved over between the look and the removal, it is brought back, or never taken."""
    file = photo(inbox)
    source = source_at(file, inbox)
    save = replaced(file)
    before(monkeypatch, step, save)
    take_out(source, aside)
    assert file.read_bytes() == b"news!!"
    assert not aside.exists()


def test_a_file_that_is_written_to_again_stays(inbox: Path, aside: Path) -> None:
    """Somebody has it open for writing: what they write must not go with it."""
    file = photo(inbox)
    source = source_at(file, inbox)
    with file.open("ab") as writing:
        assert not take_out(source, aside)
        writing.write(b" and more")
    assert file.read_bytes() == b"stored and more"


def test_what_is_written_while_it_is_aside_comes_back(
    inbox: Path, aside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that opened it before it left changes it after that."""
    file = photo(inbox)
    source = source_at(file, inbox)
    with file.open("ab") as writing:

        def write() -> None:
            writing.write(b" and more")
            writing.flush()

        before(monkeypatch, "rename", write)
        assert not take_out(source, aside)
    assert file.read_bytes() == b"stored and more"


def test_a_file_comes_back_beside_one_that_has_its_name(inbox: Path, aside: Path) -> None:
    """Neither is lost."""
    aside.write_bytes(b"first")
    file = photo(inbox, content=b"second")
    assert put_back(aside, file) == inbox / "rose-2.jpg"
    assert (file.read_bytes(), (inbox / "rose-2.jpg").read_bytes()) == (b"second", b"first")


def test_a_file_comes_back_into_a_folder_that_is_gone(inbox: Path, aside: Path) -> None:
    """The folder is made again."""
    aside.write_bytes(b"first")
    assert put_back(aside, inbox / "ROSE" / "1.jpg").read_bytes() == b"first"


def test_a_file_comes_back_where_there_are_no_links(
    inbox: Path, aside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A memory card's disk knows no links; a name that is taken is not taken over."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    aside.write_bytes(b"first")
    file = photo(inbox, content=b"second")
    assert put_back(aside, file).read_bytes() == b"first"
    assert file.read_bytes() == b"second"


def test_on_another_disk_it_goes_aside_in_its_folder(
    inbox: Path, aside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file can't be renamed from disk to disk."""
    really = os.rename

    def rename(old: Path, new: Path) -> None:
        if Path(old).parent != Path(new).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        really(old, new)

    monkeypatch.setattr(os, "rename", rename)
    file = photo(inbox)
    assert take_out(source_at(file, inbox), aside)
    assert not list(inbox.iterdir())


def test_a_file_is_the_same_before_and_after_it_is_read(inbox: Path) -> None:
    """What was written to meanwhile has no content of its own."""
    file = photo(inbox)
    with pytest.raises(SourceChanged), sources.opened(file):
        file.write_bytes(b"another one")


def test_only_the_meant_file_is_read(inbox: Path) -> None:
    """Another one, a link, a folder, a pipe, or none: each is told."""
    source = source_at(photo(inbox), inbox)
    other = photo(inbox, "other.jpg")
    with pytest.raises(SourceChanged), sources.opened(other, source.key):
        raise AssertionError("was opened")
    source.path.unlink()
    with pytest.raises(SourceGone), sources.opened(source.path):
        raise AssertionError("was opened")
    source.path.symlink_to(other)
    with pytest.raises(SourceChanged), sources.opened(source.path):
        raise AssertionError("was opened")
    with pytest.raises(SourceChanged), sources.opened(inbox):
        raise AssertionError("was opened")
    os.mkfifo(inbox / "pipe.jpg")
    with pytest.raises(SourceChanged), sources.opened(inbox / "pipe.jpg"):
        raise AssertionError("was opened")


@pytest.mark.parametrize("raw", [b"rose.jpg", "Blüte 1.jpg".encode(), b"\xff\xfe\n.jpg"])
def test_a_source_survives_as_arguments(inbox: Path, raw: bytes) -> None:
    """They are JSON of plain text, whatever bytes the name has."""
    source = source_at(photo(inbox, os.fsdecode(raw)), inbox)
    args = sources.job_args(source)
    assert sources.read(args) == source
    assert all(str(value).isprintable() for value in args.values())
    assert source.place.isprintable()
    source.place.encode()
