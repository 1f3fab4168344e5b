"""Screen: the whole program in a real terminal, from the first frame to a clean end."""

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.media import photos
from tests.program import Program, drop, wait_for
from tests.terminal import Terminal

SIZES = [(80, 24), (120, 35), (160, 45)]


@contextmanager
def screen_of(program: Program, columns: int = 120, rows: int = 35) -> Iterator[Terminal]:
    """The screen of a home, with its engine running."""
    terminal = Terminal(program.argv(), columns=columns, rows=rows)
    try:
        terminal.wait_for("● live")
        yield terminal
    finally:
        terminal.close()


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_photo_comes_up_on_the_screen(program: Program, columns: int, rows: int) -> None:
    """A photo that is dropped appears among the photos, and the job that took it in is done."""
    with screen_of(program, columns, rows) as terminal:
        drop(program.inbox, "rosa-1.jpg", photos.jpeg())
        terminal.press("4")
        terminal.wait_for("✓ ready")
        terminal.press("6")
        terminal.wait_for("✓ done")
        assert "rosa-1.jpg" in terminal.text()


def test_the_screen_leaves_the_terminal_as_it_was(program: Program) -> None:
    """`ctrl+q` ends with 0, the terminal as before, and the lock says that nobody runs."""
    with screen_of(program) as terminal:
        terminal.press("ctrl+q")
        assert terminal.wait_end() == 0
        assert terminal.is_as_before()
        assert b"\x1b[?1049l" in terminal.raw
    lock = json.loads((program.home / "botops.lock").read_text())
    assert (lock["pid"], lock["ready"]) == (None, False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_screen_cleanly(program: Program, number: signal.Signals) -> None:
    """A signal from outside stops the engine and gives the terminal back."""
    with screen_of(program) as terminal:
        terminal.send_signal(number)
        assert terminal.wait_end() == 0
        assert terminal.is_as_before()


def test_what_another_process_does_is_seen(program: Program) -> None:
    """A job that a command adds runs here, and its failure comes up among what needs a person."""
    with screen_of(program) as terminal:
        program.json(
            "job", "enqueue", "order_processing", "probe",
            "--args", '{"fail_times": 9}', "--max-attempts", "1",
        )  # fmt: skip
        terminal.wait_for("A job has failed")
        terminal.press("6", "r")
        terminal.wait_for("done")


def test_nothing_is_written_over_the_screen(program: Program) -> None:
    """Warnings and errors of the engine go into the log, not onto the screen."""
    with screen_of(program) as terminal:
        for index in range(20):
            drop(program.inbox, f"bad-{index}.jpg", bytes([index + 1]) * 100)
        terminal.wait_for("20 photos were refused")
        assert "Traceback" not in terminal.text()
        assert "WARNING" not in terminal.text()
    assert (program.home / "logs" / "botops.log").stat().st_size


def test_a_broken_setting_is_told_on_the_screen(program: Program) -> None:
    """An engine that can't start says what, where and what to do, and `q` leaves."""
    program.json("init")
    (program.home / "config.toml").write_text("[media]\nsettle = 3\n")
    terminal = Terminal(program.argv())
    try:
        terminal.wait_for("there is no such setting")
        assert "line 2" in terminal.text()
        terminal.press("q")
        assert terminal.wait_end() != 0
        assert terminal.is_as_before()
    finally:
        terminal.close()


def test_the_cursor_leaves_no_trace(program: Program) -> None:
    """However far the cursor goes, only the row under it is marked in the terminal."""
    for _ in range(4):
        program.json("job", "enqueue", "order_processing", "probe")
    with screen_of(program) as terminal:
        terminal.press("6")
        top = int(wait_for(lambda: re.findall("│▸ (\\d+) ", terminal.text()), "the list")[0])
        for number in range(top - 1, top - 4, -1):
            terminal.press("down")
            terminal.wait_for(f"│▸ {number} ")
        assert terminal.text().count("│▸") == 1
