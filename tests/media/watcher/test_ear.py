"""Ear: what no event tells is found all the same."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, WatchDescriptor

from botops.media.watcher import ear, lookout
from tests.media.watcher.post import BY_EVENTS, WHOLE, OpenPost, Post


def test_what_lies_there_at_the_start_is_handed_on(root: Path, open_post: OpenPost) -> None:
    """No event tells of it."""
    (root / "a.jpg").write_bytes(WHOLE)
    assert open_post(BY_EVENTS).start().next() == "a.jpg"


def test_a_scan_finds_what_no_event_told(
    open_post: OpenPost, monkeypatch: pytest.MonkeyPatch
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


def test_an_end_is_no_complaint(caplog: pytest.LogCaptureFixture) -> None:
    """Watchdog calls it an error that it was stopped; what else it says is passed on."""
    source = logging.getLogger("watchdog.observers.inotify")
    source.error("InotifyEmitter.queue_events() called when the thread is inactive")
    source.error("something else")
    assert [record.message for record in caplog.records] == ["something else"]
