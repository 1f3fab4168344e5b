"""Attach: a second screen on a running home, in a real terminal: live, harmless, and patient."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from botops.kernel.platform import EngineInfo, InstanceLock
from tests.media import photos
from tests.program import Program, drop, wait_for
from tests.terminal import Terminal

FAILING = ("job", "enqueue", "order_processing", "probe", "--max-attempts", "1", "--args")


@contextmanager
def opened(program: Program, *words: str) -> Iterator[Terminal]:
    """A screen in a terminal of its own."""
    terminal = Terminal(program.argv(*words))
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.fixture
def screen(program: Program) -> Iterator[Terminal]:
    """A screen that is attached to an engine without one."""
    program.serve()
    assert program.engine is not None
    with opened(program, "attach") as terminal:
        terminal.wait_for(f"○ attached to process {program.engine.pid}   ● live")
        yield terminal


def is_alive(program: Program) -> bool:
    """Whether the engine runs on."""
    assert program.engine is not None
    return program.engine.poll() is None and program.is_ready()


def test_an_attached_screen_sees_and_does(program: Program, screen: Terminal) -> None:
    """Photos and failures come up by themselves, and `r` runs a job again, over there."""
    drop(program.inbox, "rosa-1.jpg", photos.jpeg())
    screen.press("4")
    screen.wait_for("✓ ready")
    job = program.json(*FAILING, '{"fail_times": 1}')["job"]["id"]
    screen.press("6")
    screen.wait_for("✗ failed")
    screen.press("r")
    screen.wait_for("1 job will run again.")
    wait_for(lambda: len(program.json("job", "show", job)["job"]["attempts"]) == 2, "the try")


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
def test_closing_it_stops_nothing(program: Program, screen: Terminal, key: str) -> None:
    """It ends at once with 0, the terminal as before, and the engine goes on."""
    screen.press(key)
    assert screen.wait_end() == 0
    assert screen.is_as_before()
    assert is_alive(program)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_lost_terminal_stops_nothing(
    program: Program, screen: Terminal, number: signal.Signals
) -> None:
    """A signal ends the screen, cleanly, and only the screen."""
    screen.send_signal(number)
    assert screen.wait_end() == 0
    assert screen.is_as_before()
    assert is_alive(program)


def test_it_outlives_the_engine_and_finds_it_again(program: Program, screen: Terminal) -> None:
    """While it is away line 1 and each order say so; then all goes on as if nothing had been."""
    program.json(*FAILING, '{"fail_times": 9}')
    screen.press("6")
    screen.wait_for("✗ failed")
    assert program.stop()[0] == 0
    screen.wait_for("✗ the engine is away")
    screen.press("r")
    screen.wait_for("The engine is away. Start it with `botops serve`")
    program.serve()
    assert program.engine is not None
    screen.wait_for(f"○ attached to process {program.engine.pid}   ● live")
    screen.press("r")
    screen.wait_for("1 job will run again.")


def test_a_second_botops_attaches(program: Program) -> None:
    """On a home that runs in another terminal it is a screen only, and both show the same."""
    with opened(program) as first:
        first.wait_for("● live")
        with opened(program) as second:
            second.wait_for(f"○ attached to process {first.process.pid}   ● live")
            assert "attached" not in first.text()
            program.json(*FAILING, '{"fail_times": 9}')
            for each in (first, second):
                each.wait_for("A job has failed")
            second.press("6")
            second.wait_for("[6 Jobs]")
            second.press("r")
            second.wait_for("1 job will run again.")
            first.press("ctrl+q")
            assert first.wait_end() == 0
            second.wait_for("✗ the engine is away")
            second.press("q")
            assert second.wait_end() == 0


def test_a_lock_that_is_let_go_of_is_taken(program: Program) -> None:
    """What only needed the home for a moment, as some commands do, leaves room for the engine."""
    program.json("init")
    held = InstanceLock(program.home / "botops.lock")
    held.take(EngineInfo(pid=os.getpid()))
    with opened(program) as terminal:
        terminal.wait_for("… starting")
        held.release()
        assert "attached" not in terminal.wait_for("● live")


def test_a_second_engine_is_still_refused(program: Program, screen: Terminal) -> None:
    """`botops serve` needs the home for itself, and ends with 5."""
    done = program.call("serve")
    assert done.returncode == 5
    assert "already runs" in done.stderr


def test_there_is_nothing_to_attach_to(program: Program) -> None:
    """Without an engine `botops attach` ends with 6 before anything is drawn."""
    program.json("init")
    with opened(program, "attach") as terminal:
        assert terminal.wait_end() == 6
        wait_for(lambda: "No engine runs" in terminal.text(), "the sentence")
        assert b"\x1b[?1049h" not in terminal.raw
    done = program.call("attach", "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (6, "not_reachable")
