"""Terminal: a window that is closed ends the program, however much it still had to write."""

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 30
# The screen of a shop that is never still, ended by SIGHUP as the command does it.
PROGRAM = """
import signal, threading
from pathlib import Path
from botops.kernel.events import Changed
from botops.tui.app import BotOpsApp
from tests.tui.fake_runtime import Runtime

shop, over = Runtime(), threading.Event()

def start():
    def storm():
        while not over.wait(0.01):
            shop.jobs.enqueue("probe", {})
    threading.Thread(target=storm, daemon=True).start()
    return shop

app = BotOpsApp(start, over.set)
signal.signal(signal.SIGHUP, lambda *_: app.leave())
app.run()
Path(MARK).write_text("ended")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_a_closed_window_ends_the_program(tmp_path: Path) -> None:
    """The terminal is gone in the middle of drawing: the process ends by itself, in order."""
    mark = tmp_path / "mark"
    code = PROGRAM.replace("MARK", repr(str(mark)))
    pid, window = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, "-c", code])
    _read_until(window, b"live")
    os.close(window)
    assert _ends(pid)
    assert mark.read_text() == "ended"


def _read_until(window: int, words: bytes) -> None:
    seen = b""
    deadline = time.monotonic() + PATIENCE
    while words not in seen:
        assert time.monotonic() < deadline, seen[-400:]
        if select.select([window], [], [], 0.1)[0]:
            seen += os.read(window, 65536)


def _ends(pid: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return True
        time.sleep(0.05)  # There is no waiting for a process with a limit.
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return False
