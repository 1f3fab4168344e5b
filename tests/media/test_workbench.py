"""Workbench: what a dead process left half done is removed, what a living one does is not."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.kernel.platform import running_engine
from botops.media.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A workbench of this process."""
    bench = Workbench(tmp_path)
    yield bench
    bench.close()


def left_behind(tmp: Path) -> Path:
    """What a process leaves that was killed: its folder, and a lock that nobody holds."""
    code = (
        "import sys, os; from pathlib import Path\n"
        "from botops.media.workbench import Workbench\n"
        "bench = Workbench(Path(sys.argv[1]))\n"
        "bench.part('in').write_bytes(b'half')\n"
        "bench.way_out('rose.jpg').write_bytes(b'whole')\n"
        "print(bench.folder, flush=True)\n"
        "os._exit(9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 9, done.stderr
    return Path(done.stdout.strip())


def keep(_file: Path, _name: str) -> None:
    """Rescue nothing."""


def test_what_a_dead_process_left_is_removed(tmp_path: Path, bench: Workbench) -> None:
    """Files of an older program, too; only what was on its way out of the inbox is looked at."""
    folder = left_behind(tmp_path)
    (tmp_path / "old.in").write_bytes(b"half")
    rescued: list[tuple[str, bytes]] = []
    assert bench.clear(lambda file, name: rescued.append((name, file.read_bytes()))) == 2
    assert rescued == [("rose.jpg", b"whole")]
    assert not folder.exists()
    assert not list(tmp_path.iterdir())


def test_what_can_not_be_rescued_now_stays(tmp_path: Path, bench: Workbench) -> None:
    """The inbox may be on a disk that is not there yet."""

    def fail(_file: Path, _name: str) -> None:
        raise OSError(5, "Input/output error")

    folder = left_behind(tmp_path)
    assert bench.clear(fail) == 0
    assert list((folder / "out").iterdir())


def test_the_files_of_a_living_process_stay(tmp_path: Path, bench: Workbench) -> None:
    """A command stores a photo while the engine starts."""
    part = bench.part("in")
    part.write_bytes(b"half")
    assert Workbench(tmp_path).clear(keep) == 0
    assert part.exists()
    assert bench.clear(keep) == 0
    assert part.exists()


def test_a_process_that_ends_leaves_nothing(tmp_path: Path) -> None:
    """Closed, the folder is gone with all that is in it, and a new one may be asked for."""
    bench = Workbench(tmp_path)
    bench.part("in").write_bytes(b"half")
    bench.close()
    assert not list(tmp_path.iterdir())
    assert bench.folder.is_dir()
    bench.close()
    Workbench(tmp_path).close()
    assert not list(tmp_path.iterdir())


def test_threads_share_one_folder(tmp_path: Path, bench: Workbench) -> None:
    """However many ask for it first, at once."""
    found: set[Path] = set()
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        found.add(bench.folder)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {*tmp_path.iterdir()}
    assert running_engine(bench.folder / "lock") is not None


def test_a_name_is_kept_on_the_way_out(bench: Workbench) -> None:
    """However long or strange: it is what the file is called if it comes back."""
    assert bench.way_out("rose.jpg").name.endswith("_rose.jpg")
    assert len(bench.way_out("ü" * 300 + ".jpg").name.encode()) < 256
    assert bench.way_out("a/b.jpg").parent == bench.folder / "out"
