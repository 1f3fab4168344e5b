"""Sightings: what the real disk says about real files."""

import os
from pathlib import Path

import pytest

from botops.media.sightings import look, probe, walk

WHOLE = b"\xff\xd8" + b"x" * 9000


def never_skipped(folder: str, error: OSError) -> None:
    """Fail the test if a folder could not be read."""
    raise AssertionError(folder) from error


def names(folder: Path) -> list[str]:
    """What a walk finds, by names inside the folder."""
    found = [Path(file) for file, _ in walk(str(folder), never_skipped)]
    return [path.relative_to(folder).as_posix() for path in found]


def test_a_file_is_seen_with_what_identifies_its_bytes(tmp_path: Path) -> None:
    """Device, inode, size and mtime are those of lstat."""
    photo = tmp_path / "shoe.jpg"
    photo.write_bytes(WHOLE)
    facts, sighting = photo.lstat(), look(str(photo))
    assert sighting
    assert sighting.path == photo
    assert sighting.key == (facts.st_dev, facts.st_ino, len(WHOLE), facts.st_mtime_ns)


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "nothing", "below a file"])
def test_only_regular_files_are_seen(tmp_path: Path, kind: str) -> None:
    """Folders, links, pipes and what is gone are no photos."""
    photo, other = tmp_path / "shoe.jpg", tmp_path / "other.jpg"
    other.write_bytes(WHOLE)
    if kind == "folder":
        photo.mkdir()
    elif kind == "link":
        photo.symlink_to(other)
    elif kind == "pipe":
        os.mkfifo(photo)
    elif kind == "below a file":
        photo = other / "shoe.jpg"
    assert look(str(photo)) is None


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (WHOLE, "whole"),
        (b"x", "whole"),
        (b"", "empty"),
        (WHOLE + bytes(4096), "truncated"),
        (bytes(10), "truncated"),
        (WHOLE + bytes(4095), "whole"),
    ],
)
def test_the_end_of_a_file_tells_whether_it_is_whole(
    tmp_path: Path, content: bytes, finding: str
) -> None:
    """Zeros over the last 4 KiB mean that the copier has not got there."""
    photo = tmp_path / "shoe.jpg"
    photo.write_bytes(content)
    assert probe(str(photo)) == finding


def test_a_preallocated_copy_is_truncated(tmp_path: Path) -> None:
    """A copier that reserves the room first is found out by the hole at the end."""
    photo = tmp_path / "shoe.jpg"
    with photo.open("wb") as copier:
        copier.truncate(1_000_000)
        copier.write(WHOLE)
    assert probe(str(photo)) == "truncated"


def test_an_open_writer_is_seen(tmp_path: Path) -> None:
    """Until it closes the file, whole or not."""
    photo = tmp_path / "shoe.jpg"
    with photo.open("wb") as copier:
        copier.write(WHOLE)
        copier.flush()
        assert probe(str(photo)) == "writing"
    assert probe(str(photo)) == "whole"


def test_what_can_not_be_opened_is_unreadable(tmp_path: Path) -> None:
    """A link is not followed, and what is gone is for the next look to find out."""
    (tmp_path / "shoe.jpg").symlink_to(tmp_path)
    assert probe(str(tmp_path / "shoe.jpg")) == "unreadable"
    assert probe(str(tmp_path / "gone.jpg")) == "unreadable"


def test_a_pipe_holds_nobody_up(tmp_path: Path) -> None:
    """Under a photo's name or not, opening it returns at once."""
    os.mkfifo(tmp_path / "shoe.jpg")
    assert probe(str(tmp_path / "shoe.jpg")) in {"empty", "unreadable"}


def test_a_walk_finds_photos_and_passes_over_the_rest(tmp_path: Path) -> None:
    """Folders are gone through; dot-files, downloads and links are not."""
    for name in ["b.jpg", "a.jpg", ".hidden.jpg", "c.jpg.part", "SHOE/1.jpg", ".git/x.jpg"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(WHOLE)
    (tmp_path / "link.jpg").symlink_to(tmp_path / "a.jpg")
    (tmp_path / "around").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.jpg")
    assert names(tmp_path) == ["a.jpg", "b.jpg", "SHOE/1.jpg"]


def test_two_forms_of_one_name_are_two_files(tmp_path: Path) -> None:
    """What a Mac and a Linux machine call the same lies side by side, and both are found."""
    for name in ["caf\u00e9.jpg", "cafe\u0301.jpg", os.fsdecode(b"caf\xe9.jpg")]:
        (tmp_path / name).write_bytes(WHOLE)
    assert len(names(tmp_path)) == 3
    assert all(probe(str(path)) == "whole" for path in tmp_path.iterdir())


def test_a_folder_that_can_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is found all the same; if it is the folder itself, the walk fails."""
    (tmp_path / "locked").mkdir()
    (tmp_path / "a.jpg").write_bytes(WHOLE)
    scandir, skipped = os.scandir, list[str]()

    def guarded(path: str) -> "os._ScandirIterator[str]":
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = [file for file, _ in walk(str(tmp_path), lambda folder, _: skipped.append(folder))]
    assert found == [str(tmp_path / "a.jpg")]
    assert skipped == [str(tmp_path / "locked")]
    with pytest.raises(PermissionError):
        list(walk(str(tmp_path / "locked"), never_skipped))
