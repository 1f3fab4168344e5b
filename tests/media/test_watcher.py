"""Watcher: real files, real events, and what a folder can do to whoever watches it."""

import logging
import os
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, WatchDescriptor

from botops.media.sightings import Sighting
from botops.media.watcher import InboxWatcher, WatchOptions, ear, lookout, station

WHOLE = b"\xff\xd8" + b"x" * 100
PATIENCE = 20.0
# No scan but the first one, so that only events can bring a file.
BY_EVENTS = WatchOptions(settle_seconds=0.05, tick_seconds=0.05, rescan_seconds=3600)


class Post:
    """A watcher at work, and what it handed on."""

    def __init__(self, root: Path, options: WatchOptions = BY_EVENTS) -> None:
        self.root = root
        self.settled: queue.Queue[Sighting] = queue.Queue()
        self.refused: list[str] = []
        self.failing: set[str] = set()
        self.news = threading.Condition()
        self.watcher = InboxWatcher(root, self._take, options=options, on_change=self._on_change)

    def _take(self, sighting: Sighting) -> None:
        if sighting.path.name in self.failing:
            self.refused.append(sighting.path.name)
            with self.news:
                self.news.notify_all()
            raise RuntimeError("the database is locked")
        self.settled.put(sighting)

    def _on_change(self) -> None:
        with self.news:
            self.news.notify_all()

    def start(self, word: str = "watching") -> "Post":
        """Start to watch, and wait until it does."""
        self.watcher.start()
        self.until(lambda: self.watcher.state.word == word)
        return self

    def until(self, claim: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        with self.news:
            assert self.news.wait_for(claim, PATIENCE), self.watcher.state

    def next(self) -> str:
        """The name, inside the folder, of the next file that is handed on."""
        return self.settled.get(timeout=PATIENCE).path.relative_to(self.root).as_posix()

    def drain(self, count: int) -> list[str]:
        """The names of the next files, sorted."""
        return sorted(self.next() for _ in range(count))

    def put(self, name: str, content: bytes = WHOLE) -> Path:
        """Write a file into the folder."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def open_post(root: Path) -> Iterator[Callable[[WatchOptions], Post]]:
    """Makes watchers of the folder, which are stopped at the end."""
    posts: list[Post] = []

    def make(options: WatchOptions = BY_EVENTS) -> Post:
        posts.append(Post(root, options))
        return posts[-1]

    yield make
    assert all(post.watcher.stop(timeout=5) for post in posts)


@pytest.fixture
def post(open_post: Callable[[WatchOptions], Post]) -> Post:
    """A watcher that watches by events."""
    return open_post(BY_EVENTS).start()


# What people do with files


def test_a_copied_file_is_handed_on(post: Post) -> None:
    """With what identifies its bytes."""
    facts = post.put("a.jpg").lstat()
    sighting = post.settled.get(timeout=PATIENCE)
    assert sighting.path == post.root / "a.jpg"
    assert sighting.key == (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
    assert sighting.stalled is None


def test_a_file_that_is_moved_in_is_handed_on(post: Post, tmp_path: Path) -> None:
    """It comes as created, and is never closed."""
    outside = tmp_path / "a.jpg"
    outside.write_bytes(WHOLE)
    outside.rename(post.root / "a.jpg")
    assert post.next() == "a.jpg"


def test_a_download_is_handed_on_when_it_gets_its_name(post: Post) -> None:
    """A rename inside comes as moved; the unfinished name was passed over."""
    part = post.put("a.jpg.crdownload")
    post.put("b.jpg")
    assert post.next() == "b.jpg"
    part.rename(post.root / "a.jpg")
    assert post.next() == "a.jpg"


def test_files_in_folders_are_handed_on(post: Post, tmp_path: Path) -> None:
    """A folder that is made, one that is moved in whole, and one that is renamed inside."""
    post.put("SHOE/1.jpg")
    assert post.next() == "SHOE/1.jpg"
    (tmp_path / "BAG" / "deep").mkdir(parents=True)
    (tmp_path / "BAG" / "deep" / "2.jpg").write_bytes(WHOLE)
    (tmp_path / "BAG").rename(post.root / "BAG")
    assert post.next() == "BAG/deep/2.jpg"
    (post.root / "BAG").rename(post.root / "HAT")
    assert post.next() == "HAT/deep/2.jpg"
    post.put("HAT/deep/3.jpg")
    assert post.next() == "HAT/deep/3.jpg"


def test_a_slow_upload_is_handed_on_when_it_is_closed(post: Post) -> None:
    """However long it pauses: as long as it is open for writing it waits."""
    with (post.root / "slow.jpg").open("wb") as upload:
        upload.write(WHOLE)
        upload.flush()
        post.until(lambda: [each.state for each in post.watcher.pending().files] == ["writing"])
        post.put("quick.jpg")
        assert post.next() == "quick.jpg"
        upload.write(WHOLE)
    sighting = post.settled.get(timeout=PATIENCE)
    assert (sighting.path.name, sighting.size) == ("slow.jpg", 2 * len(WHOLE))


def test_a_reserved_file_waits_for_its_end(post: Post) -> None:
    """The room was reserved, the copy broke off: not handed on before the zeros are gone."""
    path = post.put("a.jpg", WHOLE + bytes(5000))
    post.until(lambda: [each.state for each in post.watcher.pending().files] == ["truncated"])
    assert post.settled.empty()
    path.write_bytes(WHOLE)
    assert post.next() == "a.jpg"


def test_names_of_all_kinds_are_handed_on_raw(post: Post) -> None:
    """Composed, decomposed, and bytes that are no UTF-8: each opens by the path that is given."""
    given = [
        os.fsdecode(name) for name in (b"caf\xc3\xa9.jpg", b"cafe\xcc\x81.jpg", b"caf\xe9.jpg")
    ]
    for name in given:
        post.put(name)
    sightings = [post.settled.get(timeout=PATIENCE) for _ in given]
    assert {sighting.path.name for sighting in sightings} == set(given)
    assert all(sighting.path.read_bytes() == WHOLE for sighting in sightings)


def test_a_link_is_not_followed(post: Post, tmp_path: Path) -> None:
    """Neither to a file nor to a folder."""
    (tmp_path / "secret.jpg").write_bytes(WHOLE)
    (post.root / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (post.root / "folder").symlink_to(tmp_path, target_is_directory=True)
    post.watcher.rescan_now(afresh=True)
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    assert post.settled.empty()
    assert post.watcher.pending().count == 0


def test_the_same_file_again_is_handed_on_again(post: Post) -> None:
    """Taken away and dropped once more, it is news; what stays is not."""
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    (post.root / "a.jpg").unlink()
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    post.watcher.rescan_now()
    post.put("b.jpg")
    assert post.next() == "b.jpg"


def test_two_thousand_files_at_once_are_all_handed_on_once(post: Post) -> None:
    """A merchant drops the whole shop."""
    names = [f"{number:04}.jpg" for number in range(2000)]
    for name in names:
        (post.root / name).write_bytes(b"x")
    assert post.drain(2000) == names
    assert post.settled.empty()


# What events don't tell


def test_what_lies_there_at_the_start_is_handed_on(
    root: Path, open_post: Callable[[WatchOptions], Post]
) -> None:
    """No event tells of it."""
    (root / "a.jpg").write_bytes(WHOLE)
    assert open_post(BY_EVENTS).start().next() == "a.jpg"


def test_a_scan_finds_what_no_event_told(
    open_post: Callable[[WatchOptions], Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deaf to all events, the watcher still finds each file at its next scan."""
    monkeypatch.setattr(ear._Collector, "dispatch", lambda *_: None)
    post = open_post(replace(BY_EVENTS, rescan_seconds=0.1)).start()
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    post.put("b.jpg")
    assert post.next() == "b.jpg"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("watchdog.observers.inotify_c", "Inotify queue overflowed; filesystem events were lost"),
        ("watchdog.observers.inotify", "Inotify queue overflowed; reconciling recursive watches"),
        ("watchdog.observers.inotify", "Unable to rebuild recursive inotify watches below"),
    ],
)
def test_a_loss_that_watchdog_logs_brings_a_scan(
    post: Post, monkeypatch: pytest.MonkeyPatch, source: str, message: str
) -> None:
    """It tells of an overflow in its log, and nowhere else."""
    monkeypatch.setattr(ear._Collector, "dispatch", lambda *_: None)
    post.put("lost.jpg")
    logging.getLogger(source).warning(message)
    assert post.next() == "lost.jpg"


def test_an_overflow_of_the_kernel_brings_a_scan(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's own record of it goes through all of watchdog to a scan."""
    monkeypatch.setattr(ear._Collector, "dispatch", lambda *_: None)
    post.put("SHOE/lost.jpg")
    assert post.watcher._station.ear
    reader = post.watcher._station.ear._observer._inotify_fd  # type: ignore[attr-defined]  # inotify's only
    reader.handle_event(InotifyEvent(WatchDescriptor(-1), InotifyConstants.IN_Q_OVERFLOW, 0, b""))
    assert post.next() == "SHOE/lost.jpg"


def test_after_a_loss_a_second_scan_follows(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """While watchdog sets its watches anew it hears nothing: that gap is scanned too."""
    monkeypatch.setattr(ear._Collector, "dispatch", lambda *_: None)
    monkeypatch.setattr(lookout, "_LOSS_ECHO", 0.2)
    post.put("before.jpg")
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed")
    assert post.next() == "before.jpg"
    post.put("gap.jpg")
    assert post.next() == "gap.jpg"


# What happens to the folder


def test_a_folder_that_was_deleted_and_made_again_is_watched_again(post: Post) -> None:
    """The ear of the old one is dead; what lies in the new one, and what comes, is found."""
    post.root.rmdir()
    post.root.mkdir()
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    post.until(lambda: post.watcher.state.word == "watching")
    post.put("b.jpg")
    assert post.next() == "b.jpg"


def test_a_missing_folder_is_said_and_waited_for(post: Post, tmp_path: Path) -> None:
    """It is never made by us, and what lies in it when it returns is handed on."""
    post.root.rename(tmp_path / "away")
    post.until(lambda: post.watcher.state.word == "missing")
    assert post.watcher.state.sentence == (
        f"The inbox {post.root} can't be read: No such file or directory."
    )
    assert post.watcher.is_alive()
    assert not post.root.exists()
    (tmp_path / "away" / "a.jpg").write_bytes(WHOLE)
    (tmp_path / "away").rename(post.root)
    assert post.next() == "a.jpg"
    post.until(lambda: post.watcher.state.word == "watching")


def test_a_folder_that_takes_the_place_of_a_renamed_one_is_watched(
    post: Post, tmp_path: Path
) -> None:
    """Events of the renamed one come with wrong paths, and nothing is taken from there."""
    post.root.rename(tmp_path / "away")
    post.root.mkdir()
    (tmp_path / "away" / "wrong.jpg").write_bytes(WHOLE)
    post.put("right.jpg")
    assert post.next() == "right.jpg"
    post.put("later.jpg")
    assert post.next() == "later.jpg"
    assert post.settled.empty()


def test_an_inbox_of_our_own_is_made_again(
    root: Path, open_post: Callable[[WatchOptions], Post]
) -> None:
    """Inside the home a missing inbox is nobody's wish."""
    root.rmdir()
    post = open_post(replace(BY_EVENTS, make_root=True)).start()
    assert root.is_dir()
    post.put("a.jpg")
    assert post.next() == "a.jpg"


def test_a_file_in_the_place_of_the_folder_is_said(
    root: Path, open_post: Callable[[WatchOptions], Post]
) -> None:
    """With or without leave to make the folder."""
    root.rmdir()
    root.write_bytes(WHOLE)
    open_post(BY_EVENTS).start("missing")
    open_post(replace(BY_EVENTS, make_root=True)).start("missing")


def test_an_inbox_may_be_a_link(
    tmp_path: Path, root: Path, open_post: Callable[[WatchOptions], Post]
) -> None:
    """Files come with the path through the link, and a new target is noticed."""
    targets = [tmp_path / "one", tmp_path / "two"]
    root.rmdir()
    for target in targets:
        target.mkdir()
    root.symlink_to(targets[0], target_is_directory=True)
    post = open_post(BY_EVENTS).start()
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    root.unlink()
    root.symlink_to(targets[1], target_is_directory=True)
    post.put("b.jpg")
    assert post.next() == "b.jpg"


@pytest.mark.parametrize("part", ["emitter", "reader"])
def test_a_dead_part_of_watchdog_is_replaced(
    post: Post, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The observer calls itself alive while nothing reaches it any more."""
    old = post.watcher._station.ear
    assert old
    observer = old._observer
    if part == "emitter":
        for emitter in observer.emitters:
            emitter.stop()
    else:
        observer._inotify_fd.stop()  # type: ignore[attr-defined]  # inotify's only
    assert observer.is_alive()
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    assert post.watcher._station.ear is not old


def test_the_watch_limit_of_the_system_turns_to_polling(
    open_post: Callable[[WatchOptions], Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the sentence says why."""

    def refuse() -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(ear, "Observer", refuse)
    post = open_post(replace(BY_EVENTS, poll_seconds=0.05)).start("polling")
    assert "inotify watch limit reached" in post.watcher.state.sentence
    post.put("a.jpg")
    assert post.next() == "a.jpg"


def test_a_network_share_is_polled(open_post: Callable[[WatchOptions], Post]) -> None:
    """By setting; files are found, changed files wait again."""
    post = open_post(replace(BY_EVENTS, polling=True, poll_seconds=0.05)).start("polling")
    post.put("SHOE/a.jpg")
    assert post.next() == "SHOE/a.jpg"
    post.put("SHOE/a.jpg", WHOLE * 2)
    assert post.next() == "SHOE/a.jpg"


def test_a_network_share_is_found_out(
    open_post: Callable[[WatchOptions], Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folders tell of no change that another machine made, so it is polled unasked."""
    monkeypatch.setattr(station, "is_remote", lambda _: True)
    post = open_post(replace(BY_EVENTS, poll_seconds=0.05)).start("polling")
    assert "network share" in post.watcher.state.sentence
    post.put("a.jpg")
    assert post.next() == "a.jpg"


def test_polling_takes_a_small_part_of_the_time(root: Path) -> None:
    """The longer a scan takes, the rarer it is; with events it is rare anyway."""
    watcher = InboxWatcher(root, lambda _: None)
    assert watcher._scan_pause() == 2.5
    watcher._scan_seconds = 4.0
    assert watcher._scan_pause() == 100.0
    watcher._station.look_after()
    assert watcher._scan_pause() == 45.0
    watcher._station.close()


# What the others do


def test_a_file_that_could_not_be_taken_in_is_tried_again(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """It is never lost, others go on meanwhile, and one line tells of it."""
    post.failing = {"a.jpg"}
    post.put("a.jpg")
    post.until(lambda: len(post.refused) >= 3)
    post.put("b.jpg")
    assert post.next() == "b.jpg"
    assert post.watcher.pending().files[0].state == "retrying"
    post.failing = set()
    assert post.next() == "a.jpg"
    complaints = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.message for record in complaints] == [
        "a.jpg could not be taken in yet; it is tried again"
    ]


def test_a_memory_that_fails_delays_and_loses_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scan is made again a little later."""
    monkeypatch.setattr(lookout, "_TROUBLE_PAUSE", 0.05)
    answers: list[Callable[[], tuple[()]]] = [lambda: 1 // 0, lambda: 1 // 0]  # type: ignore[list-item, return-value]  # they raise
    settled: queue.Queue[Sighting] = queue.Queue()
    (root / "a.jpg").write_bytes(WHOLE)
    watcher = InboxWatcher(
        root, settled.put, options=BY_EVENTS,
        ignore_seen=lambda _: answers.pop()() if answers else (),
    )  # fmt: skip
    watcher.start()
    try:
        assert settled.get(timeout=PATIENCE).path.name == "a.jpg"
    finally:
        assert watcher.stop(timeout=5)


def test_while_it_is_paused_files_are_noted_only(post: Post) -> None:
    """They are shown as pending, and handed on when it goes on."""
    post.watcher.pause()
    post.put("a.jpg")
    post.put("b.jpg")
    post.until(lambda: post.watcher.pending().count == 2)
    assert post.watcher.is_paused
    assert post.settled.empty()
    post.watcher.resume()
    assert post.drain(2) == ["a.jpg", "b.jpg"]
    post.until(lambda: post.watcher.pending().count == 0)


def test_a_scan_afresh_hands_on_what_still_lies_there(post: Post) -> None:
    """For the merchant who wants it so."""
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    post.watcher.rescan_now(afresh=True)
    assert post.next() == "a.jpg"


def test_a_wish_outlives_a_scan_that_failed(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for is done by the next scan."""
    monkeypatch.setattr(lookout, "_TROUBLE_PAUSE", 0.05)
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    rescan, failures = post.watcher._inbox.rescan, [OSError(5, "Input/output error")]

    def fail_once(*, afresh: bool = False) -> int:
        if failures:
            raise failures.pop()
        return rescan(afresh=afresh)

    monkeypatch.setattr(post.watcher._inbox, "rescan", fail_once)
    post.watcher.rescan_now(afresh=True)
    assert post.next() == "a.jpg"


def test_it_is_started_once(post: Post) -> None:
    """Another start does not bring another thread."""
    post.watcher.start()
    assert [thread.name for thread in threading.enumerate()].count("watcher") == 1


def test_it_stops_at_once_and_starts_again(post: Post) -> None:
    """In the midst of work, within half a second; what was pending is found again."""
    post.failing = {"a.jpg"}
    post.put("a.jpg")
    post.until(lambda: bool(post.refused))
    assert post.watcher.stop()
    assert post.watcher.state.word == "stopped"
    post.failing = set()
    post.start()
    assert post.next() == "a.jpg"


def test_a_watcher_that_died_says_so(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not alive, names its reason, and can be started again."""

    def break_down(_: object) -> None:
        raise RuntimeError("out of luck")

    with monkeypatch.context() as patch:
        patch.setattr(InboxWatcher, "_hand_on", break_down)
        post.until(lambda: post.watcher.state.word == "died")
    assert "out of luck" in post.watcher.state.sentence
    post.watcher.stop()
    assert not post.watcher.is_alive()
    post.start()
    post.put("a.jpg")
    assert post.next() == "a.jpg"


def test_a_watcher_that_hangs_says_so(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share that answers no more holds the thread, which lives and does nothing."""
    monkeypatch.setattr(lookout, "_STUCK_SECONDS", -1.0)
    assert post.watcher.is_alive()
    assert post.watcher.state.word == "stuck"
