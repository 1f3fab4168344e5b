"""Easel: the child draws what it is told, and is gone as soon as it is no longer wanted."""

import logging
import sys
import threading

import psutil
import pytest

from botops.demo import easel as module
from botops.demo.easel import Easel
from botops.demo.shots import LARGE, Shot
from botops.demo.studio import photo
from botops.media.child import command

SHOTS = (
    Shot(name="ROSA-12.jpg", sku="ROSA-12", width=320),
    Shot(name="CACTUS-1.webp", sku="CACTUS-1", width=320),
)


def children() -> int:
    """How many processes of ours draw."""
    return sum(
        module.DOOR in each.cmdline()
        for each in psutil.Process().children()
        if each.status() != psutil.STATUS_ZOMBIE
    )


def test_the_child_draws_what_it_is_told(easel: Easel) -> None:
    """Each shot comes with its file, in their order, whole."""
    drawn = list(easel.draw(SHOTS))
    assert [shot for shot, _ in drawn] == list(SHOTS)
    assert [file.read_bytes() for _, file in drawn] == [photo(shot, 7) for shot in SHOTS]
    assert not children()


def test_whoever_looks_away_ends_the_child(easel: Easel) -> None:
    """Where only the first photo is wanted, the others are not drawn."""
    drawing = easel.draw([SHOTS[0], *[Shot(name="a.jpg", sku="LIRIO-5", width=LARGE)] * 50])
    next(drawing)
    drawing.close()
    assert not children()


def test_closing_ends_a_drawing(easel: Easel) -> None:
    """A drawing in another thread ends when the easel is put away, and no other begins."""
    begun = threading.Event()
    many = [SHOTS[0], *[Shot(name="a.jpg", sku="LIRIO-5", width=LARGE)] * 50]

    def draw() -> None:
        for _ in easel.draw(many):
            begun.set()

    thread = threading.Thread(target=draw)
    thread.start()
    assert begun.wait(30)
    easel.close()
    thread.join(10)
    assert not thread.is_alive()
    assert not children()
    assert list(easel.draw(SHOTS)) == []


def test_a_child_that_fails_is_told_in_the_log(
    easel: Easel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What a child says at its end is written down, and nobody waits for its photos."""
    broken = [sys.executable, "-c", "raise SystemExit('no brush')"]
    monkeypatch.setattr(module, "command", lambda _door: broken)
    with caplog.at_level(logging.ERROR):
        assert list(easel.draw(SHOTS)) == []
    assert "no brush" in caplog.text


def test_the_one_file_program_draws_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Python but the program itself, it is its own painter."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command(module.DOOR) == [sys.executable, module.DOOR]
