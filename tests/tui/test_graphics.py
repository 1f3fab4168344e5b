"""Graphics: the terminal is taken at its word, and left as it was."""

import os
import pty
import termios
import threading
from collections.abc import Iterator

import pytest

from botops.tui import graphics

DIALOGUES = {
    "a plain one": (b"\x1b[?62;22c", False),
    "a sixel one": (b"\x1b[?62;4;22c", True),
    "a Kitty": (b"\x1b_Gi=31;OK\x1b\\\x1b[?62;c", True),
    "one that knows the protocol and not the picture": (b"\x1b_Gi=31;EINVAL\x1b\\\x1b[?62c", False),
    "one with a 4 in another number": (b"\x1b[?64;14c", False),
    "a dumb one": (b"", False),
    "one with a key pressed before": (b"x\x1b[?62;4c", True),
}


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    """The terminal's end and the program's."""
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize("terminal", DIALOGUES)
def test_a_terminal_is_taken_at_its_word(terminal: str, line: tuple[int, int]) -> None:
    """Pictures are drawn where sixel or the Kitty protocol is spoken, and nowhere else."""
    ours, theirs = line
    says, draws = DIALOGUES[terminal]
    asked: list[bytes] = []

    def answer() -> None:
        while not b"".join(asked).endswith(b"\x1b[c"):
            asked.append(os.read(ours, 1024))
        os.write(ours, says)

    answering = threading.Thread(target=answer)
    answering.start()
    before = termios.tcgetattr(theirs)
    assert graphics.draws_pictures(theirs, theirs) is draws
    answering.join()
    assert b"".join(asked).startswith(b"\x1b_G")
    assert termios.tcgetattr(theirs) == before


def test_an_answer_in_pieces_is_heard_whole(line: tuple[int, int]) -> None:
    """An answer that comes byte by byte is read to its end, and no further."""
    ours, theirs = line

    def answer() -> None:
        os.read(ours, 1024)
        for byte in b"\x1b[?62;4;22c":
            os.write(ours, bytes([byte]))

    answering = threading.Thread(target=answer)
    answering.start()
    assert graphics.draws_pictures(theirs, theirs)
    answering.join()
