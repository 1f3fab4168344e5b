"""Pool: bad pictures bring down a child, never the pool, and each gets its verdict."""

import logging
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

from botops.kernel.errors import DiskFull
from botops.media.child import kept_waiting
from botops.media.pool import DecodeFailed, DecodePool, DecodeStopped
from botops.media.protocol import Decoded, Limits
from botops.media.verdict import RejectCode, Rejected
from tests.media import photos

ROOT = Path(__file__).parent.parent.parent
SIZES = {"thumb": 100, "whatsapp": 300}
SOON = 20.0
Drop = Callable[..., Path]


class Enough(Exception):
    """What the caller's checkpoint raises."""


def worker() -> list[str]:
    """The command of a plain child."""
    return [sys.executable, "-P", "-m", "botops.media.worker"]


def rough() -> list[str]:
    """The command of a child that does what a picture's name says."""
    return [sys.executable, "-P", "-m", "tests.media.rough_worker"]


def check(done: Decoded) -> None:
    """What a good answer looks like."""
    assert [each.name for each in done.variants] == ["whatsapp", "thumb"]
    assert all(each.path.stat().st_size == each.size for each in done.variants)


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    """Lays a picture down under a name."""

    def run(name: str = "photo", data: bytes | None = None) -> Path:
        path = tmp_path / name
        path.write_bytes(photos.jpeg() if data is None else data)
        return path

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the variants go."""
    made = tmp_path / "tmp"
    made.mkdir()
    return made


@pytest.fixture
def start() -> Iterator[Callable[..., DecodePool]]:
    """Starts pools, and closes them in the end."""
    with ExitStack() as pools:
        yield lambda size=1, *, argv=rough, **options: pools.enter_context(
            DecodePool(size, argv=argv, **options)
        )


Start = Callable[..., DecodePool]


def tries(source: Path) -> int:
    """How often a picture was tried."""
    return len(Path(f"{source}.mark").read_bytes())


def pid_of(pool: DecodePool) -> int:
    """The one child's process."""
    (child,) = pool._children
    return child.pid


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


def test_the_program_itself_is_the_child(drop: Drop, folder: Path) -> None:
    """Without a word about it, the pool starts BotOps once more, as a decoder."""
    with DecodePool() as pool:
        check(pool.convert(drop(), SIZES, folder=folder))
        assert psutil.Process(pid_of(pool)).cmdline()[-2:] == ["botops", "--decode-worker"]
    assert pool.alive == 0


def test_the_answer_crosses_the_pipe_unchanged(start: Start, drop: Drop, folder: Path) -> None:
    """Paths are paths again, notes and variants are tuples."""
    done = start(argv=worker).convert(drop("x", photos.transparent_png()), SIZES, folder=folder)
    assert (done.format, done.mime_type, done.extension) == ("PNG", "image/png", "png")
    assert (done.width, done.height, done.mode, done.has_alpha) == (400, 300, "RGBA", True)
    assert done.notes == ("transparent parts became white",)
    assert all(each.path.parent == folder for each in done.variants)


def test_a_name_that_is_no_text_is_opened_all_the_same(
    start: Start, tmp_path: Path, folder: Path
) -> None:
    """Names are bytes to the system; what is not UTF-8 comes through."""
    raw = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    Path(os.fsdecode(raw)).write_bytes(photos.jpeg())
    check(start(argv=worker).convert(Path(os.fsdecode(raw)), SIZES, folder=folder))


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


def test_what_takes_all_memory_is_rejected(start: Start, drop: Drop, folder: Path) -> None:
    """The child meets its limit, says so, and stays."""
    pool = start(limits=Limits(memory=300_000_000))
    with pytest.raises(Rejected) as caught:
        pool.convert(drop("eat"), SIZES, folder=folder)
    assert caught.value.verdict is RejectCode.TOO_MANY_PIXELS


def test_what_works_too_long_is_rejected_at_once(start: Start, drop: Drop, folder: Path) -> None:
    """CPU time is the same at a second try, so there is none."""
    source = drop("spin")
    with pytest.raises(Rejected) as caught:
        start(limits=Limits(cpu_seconds=0.3)).convert(source, SIZES, folder=folder)
    assert (caught.value.verdict, tries(source)) == (RejectCode.TIMEOUT, 1)


def test_the_time_for_work_is_counted_for_each_picture(
    start: Start, drop: Drop, folder: Path
) -> None:
    """A child that served many is not punished for their sum."""
    pool = start(limits=Limits(cpu_seconds=0.5))
    for n in range(4):
        source = drop(f"work-{n}")
        check(pool.convert(source, SIZES, folder=folder))
        assert tries(source) == 1
    assert sum(psutil.Process(pid_of(pool)).cpu_times()[:2]) > 0.5


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


def test_the_system_says_how_long_a_process_was_kept_waiting() -> None:
    """This very process has waited for its turn at some time; one that is gone never did."""
    assert kept_waiting(os.getpid()) > 0
    assert kept_waiting(2**30) == 0


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


def test_a_signal_to_the_whole_service_is_no_crash(start: Start, drop: Drop, folder: Path) -> None:
    """A service manager terminates all processes at once; the child leaves that to its parent."""
    source = drop("terminated")
    check(start().convert(source, SIZES, folder=folder))
    assert tries(source) == 1


def test_what_libraries_print_disturbs_nothing(
    start: Start, drop: Drop, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the answers nor the merchant's terminal, however much it is."""
    check(start().convert(drop("chatter"), SIZES, folder=folder))
    assert capfd.readouterr() == ("", "")


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


def test_a_child_is_modest_and_knows_no_secret(
    start: Start, drop: Drop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Low priority, limited memory, no core file, no master key, out of the terminal's reach."""
    monkeypatch.setenv("BOTOPS_MASTER_KEY", "secret")
    pool = start(argv=worker)
    check(pool.convert(drop(), SIZES, folder=folder))
    process = psutil.Process(pid_of(pool))
    assert process.nice() == min(psutil.Process().nice() + 15, 19)
    assert "BOTOPS_MASTER_KEY" not in process.environ()
    assert "PATH" in process.environ()
    assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    soft, _ = process.rlimit(psutil.RLIMIT_AS)
    assert 1_500_000_000 < soft < 3_000_000_000
    assert os.getpgid(process.pid) == process.pid


def test_children_do_not_outlive_a_parent_that_was_killed(drop: Drop, folder: Path) -> None:
    """No signal reaches them then: their stdin closes."""
    source = drop()
    code = f"""
import sys; sys.path[0] = {str(ROOT)!r}
from pathlib import Path
from botops.media.pool import DecodePool
pool = DecodePool(argv=lambda: {worker()!r})
pool.convert(Path({str(source)!r}), {SIZES!r}, folder=Path({str(folder)!r}))
print(next(iter(pool._children)).pid, flush=True)
sys.stdin.read()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait(SOON)
        _, left = psutil.wait_procs([child], timeout=SOON)
        assert not left or child.status() == psutil.STATUS_ZOMBIE


def test_a_child_imports_little(drop: Drop, folder: Path) -> None:
    """It starts quickly and stays small: no screen, no database, no settings, no network."""
    code = f"""
import sys; sys.path[0] = {str(ROOT)!r}
from botops.media import worker
print(*sys.modules)
"""
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    modules = set(loaded.stdout.split())
    heavy = {"textual", "peewee", "huey", "pydantic", "watchdog", "click", "psutil", "pi_heif"}
    assert not modules & {*heavy, "sqlite3", "asyncio", "ssl", "botops.kernel.platform"}
    assert "PIL.Image" in modules


@pytest.mark.parametrize("name", photos.each_format())
def test_damaged_pictures_end_in_a_verdict(
    start: Start, drop: Drop, folder: Path, name: str, dice: random.Random
) -> None:
    """Whatever is cut, turned over or repeated: decoded or rejected, and the pool lives."""
    pool = start(argv=worker, limits=Limits(cpu_seconds=5, memory=400_000_000))
    whole = photos.each_format()[name]
    for _ in range(25):
        with suppress(Rejected):
            check(pool.convert(drop("damaged", _damaged(whole, dice)), SIZES, folder=folder))
    check(pool.convert(drop("sound", whole), SIZES, folder=folder))


def _damaged(data: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(data)
    where = dice.randrange(len(damaged))
    match dice.randrange(5):
        case 0:
            del damaged[where:]
        case 1:
            damaged[where:] = bytes(len(damaged) - where)
        case 2:
            del damaged[where : where + dice.randrange(1, 40)]
        case 3:
            damaged[where:where] = damaged[where : where + dice.randrange(1, 400)]
        case _:
            for _ in range(dice.randrange(1, 12)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    return bytes(damaged)
