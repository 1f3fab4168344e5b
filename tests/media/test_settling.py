"""Settling: which file is ready, told by a clock that only the test moves."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest

from botops.media.settling import Senses, Settling, WaitState
from botops.media.sightings import Finding, Sighting

PHOTO = "/inbox/shoe.jpg"


@dataclass
class Disk:
    """A disk and a clock that do what the test says."""

    now: float = 1000.0
    files: dict[str, Sighting] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    looks: int = 0
    probes: int = 0

    def senses(self) -> Senses:
        """What settling gets in place of the real disk."""
        return Senses(look=self._look, probe=self._probe, clock=lambda: self.now)

    def put(self, file: str = PHOTO, *, size: int = 5, mtime_ns: int = 1) -> Sighting:
        """Write a file."""
        self.files[file] = Sighting(file, 1, hash(file), size, mtime_ns, mtime_ns)
        return self.files[file]

    def _look(self, file: str) -> Sighting | None:
        self.looks += 1
        return self.files.get(file)

    def _probe(self, file: str) -> Finding:
        self.probes += 1
        return self.findings.get(file, "whole")


@pytest.fixture
def disk() -> Disk:
    """A disk without files."""
    return Disk()


@pytest.fixture
def settling(disk: Disk) -> Settling:
    """Two seconds of rest, a minute until a stall."""
    return Settling(2.0, stall_seconds=60.0, senses=disk.senses())


def pass_time(disk: Disk, settling: Settling, seconds: float) -> list[Sighting]:
    """Let time pass, looking at what is due when it is due; return what settled."""
    until, settled = disk.now + seconds, list[Sighting]()
    while (at := settling.next_check()) is not None and at <= until:
        disk.now = max(disk.now, at)
        settled += settling.take()
        for sighting in settled:
            settling.forget(sighting.file)
    disk.now = until
    return settled


def state_of(settling: Settling) -> WaitState:
    """What the only file waits for."""
    (waiting,) = settling.waiting(10)
    return waiting.state


def test_a_file_settles_after_its_rest(disk: Disk, settling: Settling) -> None:
    """Two seconds without a change, and not a moment before."""
    photo = disk.put()
    settling.see(photo)
    assert pass_time(disk, settling, 1.99) == []
    assert pass_time(disk, settling, 0.01) == [photo]
    assert len(settling) == 0


@pytest.mark.parametrize("change", [{"size": 6}, {"mtime_ns": 2}, {"inode": 99}, {"device": 2}])
def test_a_change_starts_the_rest_anew(
    disk: Disk, settling: Settling, change: dict[str, int]
) -> None:
    """Inode, size or mtime: whatever differs, the full time starts again."""
    settling.see(disk.put())
    pass_time(disk, settling, 1.5)
    changed = disk.files[PHOTO] = replace(disk.files[PHOTO], **change)  # type: ignore[arg-type]  # all are numbers
    settling.see(changed)
    assert pass_time(disk, settling, 1.99) == []
    assert pass_time(disk, settling, 0.1) == [changed]


def test_a_change_that_nobody_told_of_is_seen(disk: Disk, settling: Settling) -> None:
    """The look at the end of the rest finds it, and waits once more."""
    settling.see(disk.put())
    changed = disk.put(size=9)
    assert pass_time(disk, settling, 2) == []
    assert pass_time(disk, settling, 2) == [changed]


def test_the_same_sighting_again_changes_nothing(disk: Disk, settling: Settling) -> None:
    """A scan in the midst of the rest does not prolong it."""
    photo = disk.put()
    settling.see(photo)
    pass_time(disk, settling, 1)
    settling.see(photo)
    assert pass_time(disk, settling, 1) == [photo]


def test_a_file_known_to_be_old_settles_at_once(disk: Disk, settling: Settling) -> None:
    """What has not changed for long, as the disk says, need not rest again."""
    photo = disk.put()
    settling.see(photo, age=3600)
    assert pass_time(disk, settling, 0) == [photo]


def test_a_file_that_is_gone_is_forgotten(disk: Disk, settling: Settling) -> None:
    """Moved away or deleted: no trace of it stays."""
    settling.see(disk.put())
    del disk.files[PHOTO]
    assert pass_time(disk, settling, 10) == []
    assert len(settling) == 0
    assert settling.next_check() is None


def test_a_file_with_a_writer_never_settles(disk: Disk, settling: Settling) -> None:
    """A slow upload that pauses for an hour is still an upload."""
    photo = disk.put()
    disk.findings[PHOTO] = "writing"
    settling.see(photo)
    assert pass_time(disk, settling, 3600) == []
    assert state_of(settling) == "writing"
    assert disk.probes < 3600 / 4
    disk.findings[PHOTO] = "whole"
    assert pass_time(disk, settling, 5) == [photo]


def test_news_of_a_busy_file_is_acted_on_at_once(disk: Disk, settling: Settling) -> None:
    """When its writer closes it, it need not wait for the next look."""
    photo = disk.put()
    disk.findings[PHOTO] = "writing"
    settling.see(photo)
    pass_time(disk, settling, 600)
    disk.findings[PHOTO] = "whole"
    settling.see(photo)
    assert pass_time(disk, settling, 0) == [photo]


@pytest.mark.parametrize("finding", ["empty", "truncated", "unreadable"])
def test_a_file_that_stays_broken_is_handed_on_with_the_reason(
    disk: Disk, settling: Settling, finding: Finding
) -> None:
    """A minute after its last change, so that its reject can say why."""
    photo = disk.put()
    disk.findings[PHOTO] = finding
    settling.see(photo)
    assert pass_time(disk, settling, 59.9) == []
    assert state_of(settling) == finding
    (stalled,) = pass_time(disk, settling, 0.2)
    assert stalled.stalled == finding
    assert stalled.key == photo.key


def test_a_broken_file_that_is_mended_in_time_is_whole(disk: Disk, settling: Settling) -> None:
    """The copier got to the end before the minute was over."""
    disk.findings[PHOTO] = "truncated"
    settling.see(disk.put(mtime_ns=1))
    pass_time(disk, settling, 50)
    disk.findings[PHOTO] = "whole"
    whole = disk.put(mtime_ns=2)
    assert pass_time(disk, settling, 10) == [whole]
    assert whole.stalled is None


def test_what_nobody_takes_is_offered_again(disk: Disk, settling: Settling) -> None:
    """Until it is forgotten a settled file comes back, with pauses that grow to a minute."""
    photo = disk.put()
    settling.see(photo)
    offered: list[float] = []
    for _ in range(10):
        at = settling.next_check()
        assert at is not None
        disk.now = at
        assert settling.take() == [photo]
        offered.append(at)
    pauses = [round(later - earlier) for earlier, later in pairwise(offered)]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert state_of(settling) == "retrying"


def test_a_file_that_changes_while_it_is_offered_rests_again(
    disk: Disk, settling: Settling
) -> None:
    """The next offer is of the new bytes only."""
    settling.see(disk.put())
    disk.now += 2
    assert settling.take()
    changed = disk.put(size=77)
    settling.see(changed)
    assert pass_time(disk, settling, 1.9) == []
    assert pass_time(disk, settling, 0.2) == [changed]


def test_many_settle_together_with_one_look_each(disk: Disk, settling: Settling) -> None:
    """Two thousand files at once: each is looked at and probed once, in the order they came."""
    photos = [disk.put(f"/inbox/{number:04}.jpg") for number in range(2000)]
    for photo in photos:
        settling.see(photo)
    assert pass_time(disk, settling, 2) == photos
    assert (disk.looks, disk.probes) == (2000, 2000)


def test_a_bite_is_never_larger_than_asked(disk: Disk, settling: Settling) -> None:
    """The caller stays in charge of how long it is busy."""
    for number in range(30):
        settling.see(disk.put(f"/inbox/{number}.jpg"))
    disk.now += 2
    assert len(settling.take(20)) == 20
    assert len(settling.take(20)) == 10


def test_each_change_of_what_waits_is_counted(disk: Disk, settling: Settling) -> None:
    """Whoever shows the list can tell whether it is still right."""
    versions = [settling.version]
    settling.see(disk.put())
    versions.append(settling.version)
    disk.findings[PHOTO] = "writing"
    pass_time(disk, settling, 5)
    versions.append(settling.version)
    settling.forget(PHOTO)
    versions.append(settling.version)
    settling.forget(PHOTO)
    assert versions == sorted(set(versions))
    assert settling.version == versions[-1]
