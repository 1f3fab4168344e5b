"""Archive: a backup holds what it says, and nothing from outside gets out of it."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from botops.kernel.errors import DiskFull, Refused
from botops.kernel.paths import Home
from botops.store import archive as module
from botops.store.archive import back_up, unpack
from botops.store.backup import check_database

Change = Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]


def names(file: Path) -> list[str]:
    """Names of the members of an archive."""
    with tarfile.open(file) as archive:
        return archive.getnames()


def repacked(file: Path, change: Change) -> Path:
    """The same archive with its members changed."""
    with tarfile.open(file) as archive:
        members = [
            (member, source.read() if (source := archive.extractfile(member)) else b"")
            for member in archive.getmembers()
        ]
    change(members)
    target = file.with_name("changed.tar")
    with tarfile.open(target, "w") as archive:
        for member, content in members:
            if member.isreg():
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target


def special(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """A member of some kind."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


def everything_below(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_backup_is_database_and_settings(home: Home) -> None:
    """Without a name it lies in the backups, named by its moment, with a list of what is in it."""
    done = back_up(home)
    assert done.file.parent == home.backups
    assert names(done.file) == ["botops.db", "config.toml", "manifest.json"]
    assert (done.size, done.originals) == (done.file.stat().st_size, 0)
    assert done.document() == {"file": str(done.file), "size": done.size, "originals": 0}
    assert done.file.stat().st_mode & 0o777 == 0o600
    assert list(home.backups.iterdir()) == [done.file]


def test_two_backups_of_one_moment_keep_apart(home: Home) -> None:
    """A second backup within a second takes another name."""
    assert back_up(home).file != back_up(home).file


def test_a_backup_with_pictures_has_them_all(home: Home) -> None:
    """Pictures are in it as they came; what else lies in their folder is not."""
    (home.originals / "ab").mkdir()
    (home.originals / "ab" / ".DS_Store").write_text("x")
    (home.originals / "note.txt").write_text("x")
    done = back_up(home, with_media=True)
    assert done.originals == 3
    assert len(names(done.file)) == 6


def test_the_key_is_never_in_a_backup(home: Home) -> None:
    """Whatever lies in the home beside database, settings and pictures stays there."""
    (home.root / "master.key").write_text("KEY-MATERIAL")
    home.root.with_name("home.key").write_text("KEY-MATERIAL")
    assert b"KEY-MATERIAL" not in back_up(home, with_media=True).file.read_bytes()


def test_a_home_without_settings_is_saved(home: Home) -> None:
    """A home that has no settings file has a backup without one."""
    home.config.unlink()
    done = back_up(home)
    assert names(done.file) == ["botops.db", "manifest.json"]
    into = home.tmp / "into"
    into.mkdir()
    assert unpack(done.file, into) == 0


def test_a_backup_takes_nobodys_place(home: Home) -> None:
    """A file that is there is never overwritten."""
    target = home.root / "mine.tar"
    target.write_text("mine")
    with pytest.raises(Refused, match="already"):
        back_up(home, target)
    assert target.read_text() == "mine"


def test_a_backup_that_fails_leaves_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full half-way, no part of it stays."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_add_original", full)
    with pytest.raises(DiskFull):
        back_up(home, with_media=True)
    assert list(home.backups.iterdir()) == []


def test_a_backup_is_unpacked_as_it_was(home: Home, tmp_path: Path) -> None:
    """Every file comes out byte for byte."""
    done = back_up(home, with_media=True)
    into = tmp_path / "into"
    into.mkdir()
    assert unpack(done.file, into) == 3
    assert (into / "config.toml").read_bytes() == home.config.read_bytes()
    for original in everything_below(home.originals):
        assert (into / original.relative_to(home.root)).read_bytes() == original.read_bytes()
    assert check_database(into / "botops.db")


@pytest.mark.parametrize(
    "member",
    [
        special("/etc/cron.d/evil"),
        special("../evil"),
        special("media/originals/../../evil"),
        special("media/originals/ab/../evil.jpg"),
        special("./botops.db"),
        special("botops.db/"),
        special("botops.db-wal"),
        special("media/originals/zz/" + "z" * 64 + ".jpg"),
        special("media/originals/ab/" + "cd" + "a" * 62 + ".jpg"),
        special("media/originals/aa/" + "a" * 64 + ".jpg", tarfile.SYMTYPE, "/etc/passwd"),
        special("media/originals/aa/" + "a" * 64 + ".jpg", tarfile.LNKTYPE, "botops.db"),
        special("media/originals/aa/" + "a" * 64 + ".jpg", tarfile.FIFOTYPE),
        special("media/originals/aa/" + "a" * 64 + ".jpg", tarfile.CHRTYPE),
        special("media/originals", tarfile.DIRTYPE),
        special("config.toml", tarfile.SYMTYPE, "../../outside"),
        special("botops.db"),
    ],
    ids=lambda member: f"{member.name[:40]}:{member.type!r}",
)
def test_nothing_gets_out_of_an_archive(
    home: Home, tmp_path: Path, member: tarfile.TarInfo
) -> None:
    """A member that no backup has is refused before it is written, wherever it would go."""
    into = tmp_path / "deep" / "into"
    into.mkdir(parents=True)
    wicked = repacked(back_up(home).file, lambda members: members.insert(1, (member, b"")))
    with pytest.raises(Refused, match="does not belong there"):
        unpack(wicked, into)
    assert [path for path in everything_below(tmp_path / "deep") if "evil" in path.name] == []
    assert not any(path.is_symlink() for path in into.rglob("*"))


def alter(name: str, content: bytes) -> Change:
    """Put another content into a member."""

    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        members[:] = [(m, content if name in m.name else old) for m, old in members]

    return change


def leave_out(name: str) -> Change:
    """Leave a member out."""

    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        del members[next(n for n, (member, _) in enumerate(members) if name in member.name)]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (alter("botops.db", b"SQLite format 3\x00"), "does not hold what it says"),
        (alter("config.toml", b"[shop]"), "does not hold what it says"),
        (alter(".jpg", b"another picture"), "is not what it was"),
        (leave_out(".jpg"), "does not hold what it says"),
        (leave_out("config.toml"), "does not hold what it says"),
        (leave_out("botops.db"), "does not hold what it says"),
        (leave_out("manifest.json"), "cut off"),
        (alter("manifest.json", b"{"), "list of contents is damaged"),
        (alter("manifest.json", b" " * 200_000), "list of contents is damaged"),
        (alter("manifest.json", b"[1]"), "newer BotOps"),
        (alter("manifest.json", json.dumps({"format": 2}).encode()), "newer BotOps"),
        (alter("manifest.json", json.dumps({"format": 1}).encode()), "does not hold what it says"),
    ],
)
def test_a_changed_backup_is_refused(home: Home, tmp_path: Path, change: Change, said: str) -> None:
    """Whatever is missing or different is found."""
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(Refused, match=said):
        unpack(repacked(back_up(home, with_media=True).file, change), into)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_backup_that_was_cut_off_is_refused(home: Home, tmp_path: Path, share: float) -> None:
    """A file that was not copied to its end is no backup, wherever it ends."""
    content = back_up(home, with_media=True).file.read_bytes().rstrip(b"\0")
    file, into = tmp_path / "cut.tar", tmp_path / "into"
    file.write_bytes(content[: int(len(content) * share)])
    into.mkdir()
    with pytest.raises(Refused, match=r"damaged|cut off"):
        unpack(file, into)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04" + b"x" * 2000, b"\0" * 20_000])
def test_another_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    """What is no archive is refused."""
    file, into = tmp_path / "other.tar", tmp_path / "into"
    file.write_bytes(content)
    into.mkdir()
    with pytest.raises(Refused):
        unpack(file, into)


def test_sums_are_those_of_the_contents(home: Home) -> None:
    """The list of contents can be checked with any tool that knows SHA-256."""
    with tarfile.open(back_up(home).file) as archive:
        sums = {}
        for name in ("botops.db", "config.toml"):
            source = archive.extractfile(name)
            assert source
            sums[name] = hashlib.sha256(source.read()).hexdigest()
        listed = archive.extractfile("manifest.json")
        assert listed
        assert json.loads(listed.read())["sha256"] == sums
