"""Same photo: dropped again, byte for byte and with all its times, it does not get stuck."""

import os

from tests.media import photos
from tests.program import Program, wait_for


def test_the_same_file_again_is_taken_out_of_the_inbox(program: Program) -> None:
    """Device, inode, size and mtime are those of a stored file, while the program runs and at
    its start, as after a kill between storing and removing.
    """
    program.serve()
    source, dropped = program.home / "rosa.jpg", program.inbox / "rosa.jpg"
    source.write_bytes(photos.jpeg())
    for _ in range(2):
        os.link(source, dropped)
        wait_for(lambda: not dropped.exists(), "the empty inbox")
    program.stop()
    os.link(source, dropped)
    program.serve()
    wait_for(lambda: not dropped.exists(), "the empty inbox")
    assert len(program.media("--status", "ready")) == 1
