"""Demo: a newcomer looks at the sample shop, and nothing of it is left on her computer."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.program import PATIENCE, wait_for
from tests.terminal import Terminal

DEMO = [sys.executable, "-m", "botops", "demo"]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for throw-away things, and no other home than what a demo makes."""
    place = tmp_path / "t"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setenv("BOTOPS_HOME", str(tmp_path / "own"))
    return place


@contextmanager
def demo(*words: str) -> Iterator[Terminal]:
    """The demo in a terminal, as soon as it is live."""
    terminal = Terminal([*DEMO, *words])
    try:
        terminal.wait_for("● live")
        yield terminal
    finally:
        terminal.close()


def wait_seen(terminal: Terminal, pattern: str) -> None:
    """Wait until something stands on the screen."""
    try:
        wait_for(lambda: re.search(pattern, terminal.text()), pattern)
    except AssertionError as error:
        raise AssertionError(f"{error}; there stands:\n{terminal.text()}") from None


def homes(place: Path) -> list[Path]:
    """The homes that demos have made and not removed."""
    return list(place.glob("botops-demo-*"))


def test_every_section_is_alive(place: Path, tmp_path: Path) -> None:
    """Home, Media and Jobs fill by themselves; the end leaves nothing, and the own shop alone."""
    with demo() as terminal:
        terminal.wait_for("Casa Flora")
        wait_seen(terminal, r"ready +[3-9] ")
        wait_seen(terminal, r"refused +[1-9] ")
        terminal.wait_for("A job has failed")
        terminal.press("4")
        wait_seen(terminal, r"ROSA-12\.jpg +✓ ready .* Docena")
        wait_seen(terminal, r"factura-0456\.jpg +✗ refused")
        terminal.press("6")
        wait_seen(terminal, r"meant to fail +✗ failed")
        wait_seen(terminal, r"works on try 8 +↻ ")
        wait_seen(terminal, r"thanks to .+ ✓ done")
        terminal.press("ctrl+q")
        assert terminal.wait_end() == 0
        assert terminal.is_as_before()
        terminal.wait_for("is closed")
    assert homes(place) == []
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nothing(place: Path, number: signal.Signals) -> None:
    """A window that is closed, or a computer that shuts down, ends a demo as its key does."""
    with demo() as terminal:
        assert len(homes(place)) == 1
        terminal.send_signal(number)
        assert terminal.wait_end() == 0
    assert homes(place) == []


def test_the_next_demo_clears_up_after_a_killed_one(place: Path) -> None:
    """What a power cut has left goes when somebody looks at the demo again."""
    with demo() as killed:
        killed.send_signal(signal.SIGKILL)
        killed.wait_end()
    (left,) = homes(place)
    with demo() as next_one:
        assert not left.exists()
        assert len(homes(place)) == 1
        next_one.press("ctrl+q")
        assert next_one.wait_end() == 0
    assert homes(place) == []


def test_a_home_that_is_named_stays(place: Path, tmp_path: Path) -> None:
    """A demo in a folder of one's own is kept, and never begun a second time."""
    kept = tmp_path / "kept"
    with demo("--home", str(kept)) as terminal:
        terminal.press("ctrl+q")
        assert terminal.wait_end() == 0
        terminal.wait_for("Casa Flora stays in")
    assert (kept / "botops.db").exists()
    assert homes(place) == []
    again = subprocess.run(
        [*DEMO, "--home", str(kept)], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert again.returncode == 4
    assert "touches nobody's data" in again.stderr


def test_without_a_terminal_nothing_is_left(place: Path) -> None:
    """Where there is no screen to show it on, the demo says so."""
    done = subprocess.run(DEMO, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "needs a terminal" in done.stderr
    assert homes(place) == []


def test_nothing_is_dropped_into_a_folder_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings of the own shop, such as its photo folder, mean nothing to a demo."""
    own = tmp_path / "pictures"
    own.mkdir()
    monkeypatch.setenv("BOTOPS_MEDIA__INBOX", str(own))
    with demo() as terminal:
        wait_seen(terminal, r"ready +[1-9] ")
        terminal.press("ctrl+q")
        assert terminal.wait_end() == 0
    assert list(own.iterdir()) == []
