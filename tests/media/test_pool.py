"""Pool: bad pictures bring down a child, never the pool, and each gets its verdict."""

import logging
import sys
import threading
from pathlib import Path

import psutil
import pytest

from botops.kernel.errors import DiskFull
from botops.media.pool import DecodeFailed, DecodeStopped
from botops.media.protocol import Limits
from botops.media.verdict import RejectCode, Rejected
from tests.media import photos
from tests.media.children import SIZES, SOON, Drop, Start, check, pid_of, tries, worker


class Enough(Exception):
    """What the caller's checkpoint raises."""


def join(name: str) -> None:
    """Wait until no thread of this name is left."""
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(SOON)
            assert not thread.is_alive()


def test_pictures_are_decoded_by_one_child_that_stays(
    start: Start, drop: Drop, folder: Path
) -> None:
    """It starts with the first picture, not before, and serves the next ones too."""
    pool = start(argv=worker)
    assert pool.alive == 0
    check(pool.convert(drop(), SIZES, folder=folder))
    first = pid_of(pool)
    check(pool.convert(drop(), SIZES, folder=folder))
    assert (pool.alive, pid_of(pool)) == (1, first)


def test_the_answer_crosses_the_pipe_unchanged(start: Start, drop: Drop, folder: Path) -> None:
    """Paths are paths again, notes and variants are tuples."""
    done = start(argv=worker).convert(drop("x", photos.transparent_png()), SIZES, folder=folder)
    assert (done.format, done.mime_type, done.extension) == ("PNG", "image/png", "png")
    assert (done.width, done.height, done.mode, done.has_alpha) == (400, 300, "RGBA", True)
    assert done.notes == ("transparent parts became white",)
    assert all(each.path.parent == folder for each in done.variants)


def test_a_reject_keeps_its_code_and_its_child(start: Start, drop: Drop, folder: Path) -> None:
    """A verdict is an answer like any other."""
    pool = start(argv=worker)
    for name, data in (("PDF", photos.impostors()["PDF"]), ("cut", photos.jpeg()[:4000])):
        with pytest.raises(Rejected) as caught:
            pool.convert(drop(name, data), SIZES, folder=folder)
        assert caught.value.verdict is (
            RejectCode.UNSUPPORTED_FORMAT if name == "PDF" else RejectCode.TRUNCATED
        )
    assert pool.alive == 1


@pytest.mark.parametrize("deed", ["crash-once", "leave-once", "killed-once"])
def test_a_crash_is_tried_once_more(start: Start, drop: Drop, folder: Path, deed: str) -> None:
    """A second child does it; nothing half written of the first one stays."""
    source = drop(deed)
    done = start().convert(source, SIZES, folder=folder)
    check(done)
    assert tries(source) == 2
    assert sorted(folder.iterdir()) == sorted(each.path for each in done.variants)


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("crash", RejectCode.UNREADABLE),
        ("leave", RejectCode.UNREADABLE),
        ("killed", RejectCode.TOO_MANY_PIXELS),
    ],
)
def test_what_crashes_twice_is_rejected(
    start: Start, drop: Drop, folder: Path, deed: str, code: RejectCode
) -> None:
    """And the next picture finds a sound pool. Killed by the system means: no memory."""
    pool, source = start(), drop(deed)
    with pytest.raises(Rejected) as caught:
        pool.convert(source, SIZES, folder=folder)
    assert (caught.value.verdict, tries(source), list(folder.iterdir())) == (code, 2, [])
    check(pool.convert(drop(), SIZES, folder=folder))


def test_what_stands_still_is_tried_once_more_and_rejected(
    start: Start, drop: Drop, folder: Path
) -> None:
    """A slow disk may be the reason once, hardly twice."""
    pool, source = start(limits=Limits(wall_seconds=1.0)), drop("hang")
    with pytest.raises(Rejected) as caught:
        pool.convert(source, SIZES, folder=folder)
    assert (caught.value.verdict, tries(source)) == (RejectCode.TIMEOUT, 2)
    assert list(folder.iterdir()) == []
    check(pool.convert(drop("hang-once"), SIZES, folder=folder))


def test_a_busy_machine_is_not_the_pictures_fault(
    start: Start, drop: Drop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time in which the child could have run, and was not let, is not counted."""
    waits = iter([0.0, 0.0])  # once for the start, once when the picture is asked for
    monkeypatch.setattr("botops.media.child.kept_waiting", lambda pid: next(waits, 9.0))
    source = drop("nap")
    check(start(limits=Limits(wall_seconds=1.0)).convert(source, SIZES, folder=folder))
    assert tries(source) == 1


def test_the_second_try_has_nothing_beside_it(start: Start, drop: Drop, folder: Path) -> None:
    """Who is tried alone waits for the others to end, and lets none begin."""
    seats, is_waiting, free = start(2)._seats, threading.Event(), []

    def alone() -> None:
        with seats.taken(2, is_waiting.set):
            free.append(seats._free)

    def not_yet() -> None:
        raise Enough

    waiting = threading.Thread(target=alone)
    with seats.taken(1, not_yet):
        waiting.start()
        assert is_waiting.wait(SOON)
        with pytest.raises(Enough), seats.taken(1, not_yet):
            pass  # a seat is free, and yet not for who comes later
    waiting.join(SOON)
    assert free == [0]


def test_a_full_disk_is_no_verdict(start: Start, drop: Drop, folder: Path) -> None:
    """The caller pauses; the picture is fine."""
    with pytest.raises(DiskFull):
        start().convert(drop("full"), SIZES, folder=folder)
    assert list(folder.iterdir()) == []


def test_a_file_that_is_gone_is_no_verdict(start: Start, tmp_path: Path, folder: Path) -> None:
    """Another try may find it."""
    with pytest.raises(DecodeFailed, match="No such file"):
        start(argv=worker).convert(tmp_path / "gone", SIZES, folder=folder)


def test_a_decoder_that_does_not_start_is_no_verdict(
    start: Start, drop: Drop, folder: Path
) -> None:
    """A broken installation must not reject a merchant's pictures; what it said is passed on."""
    broken = [sys.executable, "-c", "raise SystemExit('no Pillow here')"]
    for argv, word in ((broken, "no Pillow here"), (["/no/such/program"], "No such file")):
        with pytest.raises(DecodeFailed, match=word):
            start(argv=lambda argv=argv: argv).convert(drop(), SIZES, folder=folder)


def test_a_crash_is_logged_with_what_the_child_said(
    start: Start, drop: Drop, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the file and the signal."""
    with caplog.at_level(logging.WARNING):
        start().convert(drop("crash-once"), SIZES, folder=folder)
    assert "-11" in caplog.text
    assert "crash-once" in caplog.text


def test_the_caller_can_stop_it(start: Start, drop: Drop, folder: Path) -> None:
    """What the checkpoint raises ends the child and comes out; the pool goes on."""
    pool, source = start(), drop("hang")

    def checkpoint() -> None:
        if Path(f"{source}.mark").exists():
            raise Enough

    with pytest.raises(Enough):
        pool.convert(source, SIZES, folder=folder, checkpoint=checkpoint)
    assert (pool.alive, tries(source), list(folder.iterdir())) == (0, 1, [])
    check(pool.convert(drop(), SIZES, folder=folder))


def test_closing_ends_what_is_under_way(start: Start, drop: Drop, folder: Path) -> None:
    """Who waits for a picture hears that the pool is closed: no verdict, and no second try."""
    pool, source = start(), drop("hang")
    began, outcome = threading.Event(), []

    def checkpoint() -> None:
        if Path(f"{source}.mark").exists():
            began.set()

    def convert() -> None:
        with pytest.raises(DecodeStopped) as caught:
            pool.convert(source, SIZES, folder=folder, checkpoint=checkpoint)
        outcome.append(caught.value)

    waiting = threading.Thread(target=convert)
    waiting.start()
    assert began.wait(SOON)
    pool.close()
    waiting.join(SOON)
    assert (len(outcome), pool.alive, list(folder.iterdir())) == (1, 0, [])
    with pytest.raises(DecodeStopped):
        pool.convert(source, SIZES, folder=folder)


def test_idle_children_end(start: Start, drop: Drop, folder: Path) -> None:
    """Memory is given back; the next picture starts a new one."""
    pool = start(argv=worker, idle_seconds=0.1)
    for _ in range(2):
        check(pool.convert(drop(), SIZES, folder=folder))
        join("decode-idle")
        assert pool.alive == 0


def test_a_child_that_died_while_idle_is_replaced(start: Start, drop: Drop, folder: Path) -> None:
    """The picture that finds it dead is not blamed for it."""
    pool = start()
    check(pool.convert(drop(), SIZES, folder=folder))
    process = psutil.Process(pid_of(pool))
    process.kill()
    (child,) = pool._children
    child._process.wait(SOON)
    assert pool.alive == 0
    source = drop("second")
    check(pool.convert(source, SIZES, folder=folder))
    assert (pool.alive, tries(source)) == (1, 1)


def test_pictures_from_many_threads_share_two_children(
    start: Start, drop: Drop, folder: Path
) -> None:
    """All are done, and never more than two processes run."""
    pool = start(2, argv=worker)
    sources = [drop(f"photo{n}") for n in range(12)]
    most, done = [0], []

    def convert(source: Path) -> None:
        done.append(pool.convert(source, SIZES, folder=folder))
        most.append(pool.alive)

    threads = [threading.Thread(target=convert, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    assert len(done) == 12
    assert 1 <= max(most) <= 2
    assert len({each.path for one in done for each in one.variants}) == 24
