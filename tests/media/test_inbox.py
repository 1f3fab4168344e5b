"""Inbox: what is known, what is new, and what is asked of whom."""

import logging
import os
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from botops.kernel import clock
from botops.media.inbox import Inbox
from botops.media.settling import Senses, Settling
from botops.media.sightings import FileKey, Sighting

WHOLE = b"\xff\xd8" + b"x" * 100


class Memory:
    """What was taken in before, as the library would remember it."""

    def __init__(self) -> None:
        self.keys: set[FileKey] = set()
        self.asked: list[int] = []

    def __call__(self, batch: Sequence[Sighting]) -> Collection[FileKey]:
        """Tell which of a batch are known, and count the question."""
        self.asked.append(len(batch))
        return self.keys & {each.key for each in batch}


@pytest.fixture
def memory() -> Memory:
    """Nothing taken in yet."""
    return Memory()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def inbox(root: Path, memory: Memory) -> Inbox:
    """An inbox in which files settle as soon as they are looked at."""
    return Inbox(root, Settling(0.0), ignore_seen=memory)


def put(path: Path, content: bytes = WHOLE) -> Path:
    """Write a file, and its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def taken(inbox: Inbox) -> list[str]:
    """The names of what has settled, which is then in good hands."""
    settled = inbox.take(10_000)
    for sighting in settled:
        inbox.done(sighting)
    return [sighting.path.name for sighting in settled]


def test_a_scan_finds_each_file_once(inbox: Inbox, root: Path) -> None:
    """What was handed on is known as long as it lies there unchanged."""
    put(root / "a.jpg")
    put(root / "SHOE" / "b.jpg")
    assert inbox.rescan() == 2
    assert taken(inbox) == ["a.jpg", "b.jpg"]
    assert inbox.rescan() == 2
    assert taken(inbox) == []


def test_new_bytes_under_a_known_name_are_found(inbox: Inbox, root: Path) -> None:
    """A name is not what makes a file known."""
    put(root / "a.jpg")
    inbox.rescan()
    assert taken(inbox) == ["a.jpg"]
    put(root / "a.jpg", b"other bytes")
    inbox.rescan()
    assert taken(inbox) == ["a.jpg"]


def test_the_same_file_dropped_again_is_found(inbox: Inbox, root: Path) -> None:
    """Even if name, inode, size and mtime are those of the one that was taken away."""
    photo = put(root / "a.jpg")
    inbox.rescan()
    assert taken(inbox) == ["a.jpg"]
    facts = photo.stat()
    away = photo.rename(root.parent / "a.jpg")
    os.utime(away, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    away.rename(photo)
    assert photo.stat().st_ino == facts.st_ino
    inbox.notice([str(photo)])
    assert taken(inbox) == ["a.jpg"]


def test_a_scan_afresh_hands_on_what_still_lies_there(inbox: Inbox, root: Path) -> None:
    """For a merchant who asks for it; what was deleted since does not come back."""
    put(root / "a.jpg")
    put(root / "b.jpg")
    inbox.rescan()
    taken(inbox)
    (root / "b.jpg").unlink()
    inbox.rescan(afresh=True)
    assert taken(inbox) == ["a.jpg"]


def test_what_was_taken_in_before_is_left_alone(inbox: Inbox, root: Path, memory: Memory) -> None:
    """An inbox that is not emptied is remembered across starts, by its files' keys."""
    facts = put(root / "old.jpg").lstat()
    put(root / "new.jpg")
    memory.keys.add((facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns))
    inbox.rescan()
    assert taken(inbox) == ["new.jpg"]


def test_known_files_cost_no_question(inbox: Inbox, root: Path, memory: Memory) -> None:
    """Strangers are asked about some hundred at a time, what is known or waits never again."""
    for number in range(1200):
        put(root / f"{number}.jpg", b"x")
    inbox.rescan()
    assert memory.asked == [500, 500, 200]
    inbox.rescan()
    taken(inbox)
    inbox.rescan()
    assert memory.asked == [500, 500, 200]


def test_a_failing_memory_loses_nothing(
    inbox: Inbox, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was known stays known, and what was not noted is found by the next scan."""
    put(root / "known.jpg")
    inbox.rescan()
    taken(inbox)
    put(root / "new.jpg")
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_ignore_seen", lambda _: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            inbox.rescan()
    inbox.rescan()
    assert taken(inbox) == ["new.jpg"]


def test_only_what_lies_in_the_folder_is_noticed(inbox: Inbox, root: Path) -> None:
    """Paths from events may be wrong, gone, elsewhere, a folder's, or none of our business."""
    put(root / "SHOE" / "1.jpg")
    put(root / ".cache" / "2.jpg")
    put(root / "3.jpg.part")
    put(root.parent / "inbox2" / "4.jpg")
    (root / "link.jpg").symlink_to(root / "SHOE" / "1.jpg")
    inbox.notice(
        [
            str(root), str(root / "SHOE"), str(root / ".cache" / "2.jpg"), str(root / "gone.jpg"),
            str(root / "3.jpg.part"), str(root.parent / "inbox2" / "4.jpg"), str(root / "link.jpg"),
            str(root / "SHOE" / "1.jpg" / "below.jpg"),
        ]
    )  # fmt: skip
    assert taken(inbox) == ["1.jpg"]


def test_a_file_that_is_renamed_while_it_settles_is_handed_on_once(
    inbox: Inbox, root: Path
) -> None:
    """Under its new name."""
    photo = put(root / "a.jpg")
    inbox.notice([str(photo)])
    photo.rename(root / "b.jpg")
    inbox.notice([str(root / "a.jpg"), str(root / "b.jpg")])
    assert taken(inbox) == ["b.jpg"]
    assert inbox.pending().count == 0


def test_what_is_not_done_comes_again(root: Path) -> None:
    """Being offered does not make a file known."""
    moments = iter([0.0, 0.0, 1.0, 1.0])
    inbox = Inbox(root, Settling(0.0, senses=Senses(clock=lambda: next(moments))))
    put(root / "a.jpg")
    inbox.rescan()
    assert len(inbox.take()) == 1
    inbox.rescan()
    assert taken(inbox) == ["a.jpg"]


def test_a_missing_folder_is_an_error_and_forgets_nothing(inbox: Inbox, root: Path) -> None:
    """A disk that is unplugged for a moment brings no photo twice."""
    put(root / "a.jpg")
    inbox.rescan()
    taken(inbox)
    root.rename(root.parent / "elsewhere")
    with pytest.raises(FileNotFoundError):
        inbox.rescan()
    (root.parent / "elsewhere").rename(root)
    inbox.rescan()
    assert taken(inbox) == []


def test_a_folder_that_can_not_be_read_is_said_once(
    inbox: Inbox, root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each scan tries it again, one line tells of it."""
    put(root / "locked" / "a.jpg")
    scandir = os.scandir

    def guarded(path: str) -> "os._ScandirIterator[str]":
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(os, "scandir", guarded)
        inbox.rescan()
        inbox.rescan()
    assert [record.message for record in caplog.records] == [
        f"{root / 'locked'} can't be read: Permission denied."
    ]
    inbox.rescan()
    assert taken(inbox) == ["a.jpg"]


def test_what_waits_is_shown_with_safe_names(root: Path) -> None:
    """The place inside the inbox, the size and the state; the raw path stays usable."""
    inbox = Inbox(root, Settling(60.0))
    photo = put(root / "SHOE" / os.fsdecode(b"caf\xe9.jpg"))
    inbox.rescan()
    (waiting,) = inbox.pending().files
    assert waiting.name == "SHOE/caf%E9.jpg"
    assert (waiting.size, waiting.state) == (len(WHOLE), "settling")
    assert Path(waiting.file) == photo
    assert abs(waiting.since - clock.epoch()) < 30


def test_a_long_list_is_counted_whole_and_shown_in_part(root: Path) -> None:
    """A screen needs the number and the first of them."""
    inbox = Inbox(root, Settling(60.0))
    for number in range(201):
        put(root / f"{number:03}.jpg", b"x")
    inbox.rescan()
    pending = inbox.pending()
    assert (pending.count, len(pending.files)) == (201, 200)


def test_an_old_file_is_at_rest_already(root: Path) -> None:
    """Unless the times on the disk are not to be trusted."""
    photo = put(root / "a.jpg")
    later = photo.stat().st_ctime + 100
    patient = Inbox(root, Settling(60.0))
    suspicious = Inbox(root, Settling(60.0))
    suspicious.adapt(quiet_seconds=60.0, trusts_times=False)
    with clock.freeze(later):
        patient.rescan()
        suspicious.rescan()
    assert taken(patient) == ["a.jpg"]
    assert taken(suspicious) == []


def test_a_folder_is_gathered_without_a_watcher(root: Path) -> None:
    """Each file comes when it has settled; one that is being written is left when time is up."""
    put(root / "a.jpg")
    put(root / "b.jpg")
    inbox = Inbox(root, Settling(0.01))
    with put(root / "busy.jpg").open("ab"):
        gathered = [sighting.path.name for sighting in inbox.gather(patience=0.1)]
    assert gathered == ["a.jpg", "b.jpg"]
    assert [waiting.name for waiting in inbox.pending().files] == ["busy.jpg"]


def test_gathering_an_empty_folder_takes_no_time(root: Path) -> None:
    """Nothing to wait for, nothing waited."""
    waits: list[float] = []
    inbox = Inbox(root, Settling(2.0))
    assert list(inbox.gather(patience=60, wait=waits.append)) == []
    assert waits == []
