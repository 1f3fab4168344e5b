"""Lookout: the thread, those who call it and those whom it calls."""

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from botops.media.sightings import Sighting
from botops.media.watcher import InboxWatcher, lookout
from tests.media.watcher.post import BY_EVENTS, PATIENCE, WHOLE, Post


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


def test_a_burst_is_handed_on_together(post: Post) -> None:
    """Some files at once, each once."""
    post.watcher.pause()
    names = [f"{number:03}.jpg" for number in range(120)]
    for name in names:
        post.put(name)
    post.until(lambda: post.watcher.pending().count == len(names))
    post.watcher.resume()
    assert post.drain(len(names)) == names
    assert max(post.batches) > 10


def test_one_that_fails_holds_up_none_of_those_beside_it(post: Post) -> None:
    """They are handed on one by one then."""
    post.failing = {"b.jpg"}
    post.watcher.pause()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        post.put(name)
    post.until(lambda: post.watcher.pending().count == 3)
    post.watcher.resume()
    assert post.drain(2) == ["a.jpg", "c.jpg"]
    post.failing = set()
    assert post.next() == "b.jpg"
    assert post.batches == [1, 1, 1]


def test_a_memory_that_fails_delays_and_loses_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scan is made again a little later."""
    monkeypatch.setattr(lookout, "_TROUBLE_PAUSE", 0.05)
    answers: list[Callable[[], tuple[()]]] = [lambda: 1 // 0, lambda: 1 // 0]  # type: ignore[list-item, return-value]  # they raise
    settled: queue.Queue[Sighting] = queue.Queue()
    (root / "a.jpg").write_bytes(WHOLE)
    watcher = InboxWatcher(
        root, lambda batch: settled.put(batch[0]), options=BY_EVENTS,
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
