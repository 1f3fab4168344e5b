"""Child: a process with little priority, memory and time, that knows nothing and leaves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from botops.media.child import kept_waiting
from botops.media.pool import DecodePool
from botops.media.protocol import Limits
from botops.media.verdict import RejectCode, Rejected
from tests.media import photos
from tests.media.children import SIZES, SOON, Drop, Start, check, pid_of, tries, worker

ROOT = Path(__file__).parent.parent.parent


def test_the_program_itself_is_the_child(drop: Drop, folder: Path) -> None:
    """Without a word about it, the pool starts BotOps once more, as a decoder."""
    with DecodePool() as pool:
        check(pool.convert(drop(), SIZES, folder=folder))
        assert psutil.Process(pid_of(pool)).cmdline()[-2:] == ["botops", "--decode-worker"]
    assert pool.alive == 0


def test_a_name_that_is_no_text_is_opened_all_the_same(
    start: Start, tmp_path: Path, folder: Path
) -> None:
    """Names are bytes to the system; what is not UTF-8 comes through."""
    raw = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    Path(os.fsdecode(raw)).write_bytes(photos.jpeg())
    check(start(argv=worker).convert(Path(os.fsdecode(raw)), SIZES, folder=folder))


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


def test_the_system_says_how_long_a_process_was_kept_waiting() -> None:
    """This very process has waited for its turn at some time; one that is gone never did."""
    assert kept_waiting(os.getpid()) > 0
    assert kept_waiting(2**30) == 0


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
