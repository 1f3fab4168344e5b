"""Start: from exec to the first full frame, and until everything runs, beside a bare Textual."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from math import inf

from bench.house import a_home, seeded
from bench.photos import photos
from bench.table import Row, row
from bench.terminal import Lines, Replay, a_terminal

ROUNDS = 9  # each takes a second or two, and all else that the machine does shows
BARE = (sys.executable, "bench/peers/bare.py")
GOAL = 0.5  # seconds to the first frame


def run() -> list[Row]:
    """Return the time to the first frame and to the word "live"."""
    found = measure()
    bare = {"bare Textual": found["bare"]}
    return [
        row("exec → first frame", found["frame"], unit="s", goal=GOAL, peers=bare),
        row("exec → live", found["live"], unit="s", peers=bare),
    ]


def measure() -> dict[str, list[float]]:
    """Return the seconds from exec until something stood on the screen, round by round."""
    found: dict[str, list[float]] = {"frame": [], "live": [], "bare": []}
    with a_home() as home:
        seeded(home, jobs=20, photos=photos().baseline[:1])
        ours = (sys.executable, "-m", "botops", "--home", str(home.root))
        for _ in range(ROUNDS + 1):
            frame, live = _start(ours, "● live", _is_whole, _is_live)
            (bare,) = _start(BARE, "nothing to see", _is_bare)
            for name, seconds in (("frame", frame), ("live", live), ("bare", bare)):
                found[name].append(seconds)
    return {name: seconds[1:] for name, seconds in found.items()}  # the first warmed the cache


def _start(argv: Sequence[str], last: str, *marks: Callable[[Lines], bool]) -> list[float]:
    """Return when each mark stood there; `last` are words that are waited for."""
    with a_terminal(argv) as terminal:
        terminal.wait_for(last)
    replay = Replay(terminal.pieces)
    moments = [replay.since(mark) for mark in marks]
    return [inf if at is None else at - terminal.started_at for at in moments]


def _is_whole(lines: Lines) -> bool:
    """Whether header, boxes and keys stand there: all that there is before the engine runs."""
    return "BotOps" in lines[0] and lines[-2].startswith("╰") and "Keys" in lines[-1]


def _is_live(lines: Lines) -> bool:
    return "● live" in lines[0]


def _is_bare(lines: Lines) -> bool:
    return "nothing to see" in lines[0]
