"""Screen: how soon a key is painted and how late the loop is, quiet and while photos come in."""

from __future__ import annotations

import random
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench.figures import milliseconds
from bench.house import PATIENCE, a_home, copied, seeded
from bench.photos import photos
from bench.table import Row, row
from bench.terminal import Lines, Replay, Terminal, a_terminal
from botops.kernel.paths import Home

ROUNDS = 3
DOWN, UP, ESCAPE, ENTER = "\x1b[B", "\x1b[A", "\x1b", "\r"
GAPS = (0.12, 0.3)  # seconds between keys: a quick hand
LATEST = 2.0  # seconds; a key that is not painted by then counts with as much
DONE_JOBS = 200  # of a queue in which nothing happens: the list stands still under the cursor
STEPS = 15
WORD = "order_processing"
SECTIONS = ("4 Media", "1 Home", "6 Jobs")
VISITS = 5
UNDER_WAY = 30  # photos between inbox and store: enough that there is always one to work on
KINDS = {"move": "cursor", "type": "letter", "open": "section"}
FIRST = "first"
KEY_GOAL = 50.0  # ms


@dataclass(frozen=True, slots=True)
class Press:
    """A key, when it was pressed, and how to see that it was painted."""

    kind: str
    at: float
    is_painted: Callable[[Lines], bool]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some work at the screen: from when to when, its keys, and the photos meanwhile."""

    began: float
    ended: float
    presses: Sequence[Press]
    photos: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What a stretch showed, in seconds."""

    keys: dict[str, list[float]]
    lags: list[float]
    photos: float  # a second


def run() -> list[Row]:
    """Return key → painted of each kind of key and the lag of the loop, quiet and loaded."""
    rounds = [measure(seed) for seed in range(ROUNDS)]
    quiet, loaded = zip(*rounds, strict=True)
    return [
        *(_key_row(what, share, quiet=[one.keys[kind] for one in quiet],
                   loaded=[one.keys[kind] for one in loaded])
          for kind, what in KINDS.items() for share in (50, 95)),
        *(row(f"loop lag while photos come in, p{share}", unit="ms",
              ours=milliseconds([one.lags for one in loaded], share),
              peers={"ours, quiet": milliseconds([one.lags for one in quiet], share)})
          for share in (50, 99)),
        row("photos meanwhile", [one.photos for one in loaded], unit="/s", more_is_better=True),
        row("section → painted, first time", unit="ms",
            ours=milliseconds([one.keys[FIRST] for one in quiet], 100)),
    ]  # fmt: skip


def _key_row(what: str, share: int, *, quiet: list[list[float]], loaded: list[list[float]]) -> Row:
    return row(
        f"{what} → painted while photos come in, p{share}",
        milliseconds(loaded, share),
        unit="ms",
        goal=KEY_GOAL if share == 95 else None,
        peers={"ours, quiet": milliseconds(quiet, share)},
    )


class Hand:
    """Presses keys at its own pace, and notes what each should do."""

    def __init__(self, terminal: Terminal, seed: int) -> None:
        self._terminal = terminal
        self._chance = random.Random(seed)
        self._visited = {"1 Home"}
        self._presses: list[Press] = []

    def work(self) -> list[Press]:
        """Go from section to section, look through jobs, type a word into the filter."""
        self._presses = []
        for section in SECTIONS * VISITS:
            self._open(section)
        self._quietly("/", *"queue:order", ENTER)
        top = self._row()
        for steps in range(1, STEPS + 1):
            self._press("move", DOWN, _has_come_to(range(1, top - steps + 1)))
        for steps in range(STEPS - 1, -1, -1):
            self._press("move", UP, _has_come_to(range(top - steps, top + 1)))
        self._quietly(ESCAPE, "/")
        for end in range(1, len(WORD) + 1):
            self._press("type", WORD[end - 1], _stands_in(2, f" {WORD[:end]}"))
        self._quietly(ESCAPE, "1")
        return self._presses

    def _open(self, section: str) -> None:
        """Open a section and wait for it: the next one would take its place."""
        tab, since = f"[{section}]", len(self._terminal.pieces)
        kind = "open" if section in self._visited else FIRST
        self._visited.add(section)
        self._press(kind, section[0], _stands_in(1, tab))
        self._terminal.wait_for(tab, since=since)

    def _press(self, kind: str, key: str, is_painted: Callable[[Lines], bool]) -> None:
        self._presses.append(Press(kind, self._terminal.press(key), is_painted))
        time.sleep(self._chance.uniform(*GAPS))

    def _quietly(self, *keys: str) -> None:
        for key in keys:
            self._terminal.press(key)
            time.sleep(GAPS[1])

    def _row(self) -> int:
        replay = Replay(self._terminal.pieces)
        replay.until(time.perf_counter())
        return _row(replay.lines())


def _has_come_to(rows: range) -> Callable[[Lines], bool]:
    """Return how to see that the cursor is where a key brings it, or where later ones did."""
    return lambda lines: _row(lines) in rows


def _stands_in(line: int, words: str) -> Callable[[Lines], bool]:
    return lambda lines: words in lines[line]


def _row(lines: Lines) -> int:
    """Return the number of the job under the cursor."""
    marked = next((line for line in lines if line.startswith("│▸")), "│▸ 0")
    return int(marked[2:].split()[0])


def measure(seed: int) -> tuple[Measured, Measured]:
    """Return one run of the program: first quiet, then with photos."""
    with a_home() as home:
        seeded(home, jobs=DONE_JOBS, photos=photos().baseline[:3])
        lags = home.root / "lags"
        argv = (sys.executable, "-m", "bench.observed", str(lags), "--home", str(home.root))
        with a_terminal(argv) as terminal:
            terminal.wait_for("● live")
            hand = Hand(terminal, seed)
            quiet = _stretch(hand, lambda: 0)
            with _photos_coming(home) as ready:
                loaded = _stretch(hand, ready)
        late = [(float(at), float(lag)) for at, lag in _pairs(lags)]
    replay = Replay(terminal.pieces)
    return _measured(quiet, replay, late), _measured(loaded, replay, late)


def _stretch(hand: Hand, ready: Callable[[], int]) -> Stretch:
    began, before = time.perf_counter(), ready()
    presses = hand.work()
    return Stretch(began, time.perf_counter(), presses, ready() - before)


def _measured(stretch: Stretch, replay: Replay, late: Sequence[tuple[float, float]]) -> Measured:
    keys: dict[str, list[float]] = {}
    for press in stretch.presses:
        replay.until(press.at)
        painted = replay.since(press.is_painted, before=press.at + LATEST)
        delay = LATEST if painted is None else painted - press.at
        keys.setdefault(press.kind, []).append(delay)
    lags = [lag for at, lag in late if stretch.began < at < stretch.ended]
    return Measured(keys, lags, stretch.photos / (stretch.ended - stretch.began))


def _pairs(file: Path) -> Iterator[list[str]]:
    return map(str.split, file.read_text(encoding="ascii").splitlines())


@contextmanager
def _photos_coming(home: Home) -> Iterator[Callable[[], int]]:
    """Keep photos coming, and give the way to count those that are ready."""
    ending = threading.Event()
    reading = sqlite3.connect(f"file:{home.database}?mode=ro", uri=True, check_same_thread=False)

    def ready() -> int:
        found: tuple[int] = reading.execute(
            "SELECT count(*) FROM media_files WHERE status = 'ready'"
        ).fetchone()
        return found[0]

    before = ready()

    def feed() -> None:
        for dropped, photo in enumerate(cycle(photos().baseline)):
            while dropped - (ready() - before) >= UNDER_WAY:
                if ending.wait(0.05):
                    return
            if ending.is_set():
                return
            copied(photo, home.tmp).rename(home.inbox / f"coming-{dropped:05}.jpg")

    feeder = threading.Thread(target=feed)
    with closing(reading):
        feeder.start()
        try:
            _wait_until(lambda: ready() > before + 1)
            yield ready
        finally:
            ending.set()
            feeder.join()


def _wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("no photo became ready")
        time.sleep(0.05)
