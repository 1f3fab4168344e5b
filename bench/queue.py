"""Queue: durable jobs a second, and the wait until one begins, beside other queues."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.table import Row, row, skipped

BUILD = Path("build/bench")
PEERS = Path("bench/peers")
ROUNDS = 3
WORKERS = 4
OURS = "BotOps"
RATE_GOAL = 1_000.0  # jobs a second
START_GOAL = 2.0  # milliseconds
RATES = {
    "one_by_one": ("jobs/s, added one by one", RATE_GOAL),
    "side_by_side": ("jobs/s, added by 8 at a time", None),
    "at_once": ("jobs/s, added all at once", None),
}
Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Peer:
    """A queue, and how it is run."""

    name: str
    argv: tuple[str, ...]
    jobs: int
    missing: Callable[[], str]  # what there is not, and how to get it
    needs_redis: bool = False


def run() -> list[Row]:
    """Return our figures beside those of every peer that can be run here."""
    absent = {peer.name: why for peer in QUEUES if (why := peer.missing())}
    rounds = [
        {peer.name: _measured(peer) for peer in QUEUES if peer.name not in absent}
        for _ in range(ROUNDS)
    ]
    return [*_rows(rounds), *(skipped(name, why) for name, why in absent.items())]


def _rows(rounds: list[dict[str, Found]]) -> Iterator[Row]:
    for key, (what, goal) in RATES.items():
        figures = _figures(rounds, lambda found, key=key: found.get(key))
        yield row(what, figures.pop(OURS), goal=goal, more_is_better=True, peers=figures)
    for share, goal in ((50, START_GOAL), (99, None)):
        figures = _figures(rounds, lambda found, share=share: _wait(found, share))
        ours = figures.pop(OURS)
        yield row(f"add → start, p{share}", ours, unit="ms", goal=goal, peers=figures)


def _figures(
    rounds: list[dict[str, Found]], figure: Callable[[Found], float | None]
) -> dict[str, list[float]]:
    return {
        name: values
        for name in rounds[0]
        if (values := [each for one in rounds if (each := figure(one[name])) is not None])
    }


def _wait(found: Found, share: int) -> float:
    waits = sorted(found["waits"])
    return float(waits[min(len(waits) * share // 100, len(waits) - 1)]) * 1e3


def _measured(peer: Peer) -> Found:
    with _folder() as folder, _redis(folder, wanted=peer.needs_redis):
        words = [*peer.argv, str(folder), str(peer.jobs), str(WORKERS)]
        environment = {**os.environ, "BENCH_FOLDER": str(folder), "PYTHONPATH": str(Path.cwd())}
        done = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: Found = json.loads(done.stdout)
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder on the project's disk: in memory, a sync would cost nothing."""
    BUILD.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="queue-", dir=BUILD)).absolute()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _redis(folder: Path, *, wanted: bool) -> Iterator[None]:
    """Run a Redis of our own that syncs before it answers, as our ledger does."""
    if not wanted:
        yield
        return
    socket = folder / "redis.sock"
    words = ("--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", "")
    durable = ("--appendonly", "yes", "--appendfsync", "always", "--loglevel", "warning")
    with subprocess.Popen(["redis-server", *words, *durable], stdout=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        try:
            yield
        finally:
            server.terminate()


def _lacks(**things: tuple[bool, str]) -> str:
    return "; ".join(
        f"no {name}: {how}" for name, (is_there, how) in things.items() if not is_there
    )


def _lacks_for_rq() -> str:
    has_rq = find_spec("rq") is not None
    return _lacks(**_server(), rq=(has_rq, ".venv/bin/pip install rq==3.0.0"))


def _lacks_for_bullmq() -> str:
    node = (shutil.which("node") is not None, "install Node.js 20 or newer")
    packages = (Path("bench/node_modules/bullmq").is_dir(), "npm ci --prefix bench")
    return _lacks(**_server(), node=node, bullmq=packages)


def _server() -> Mapping[str, tuple[bool, str]]:
    return {"redis": (shutil.which("redis-server") is not None, "apt-get install redis-server")}


def _python(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"bench.peers.{name}")


QUEUES = (
    Peer(OURS, _python("queue_botops"), 2_000, lambda: ""),
    Peer("huey, SqliteHuey", _python("queue_huey"), 2_000, lambda: ""),
    Peer(
        "BullMQ, Redis fsync always",
        ("node", str(PEERS / "queue_bullmq.mjs")),
        2_000,
        _lacks_for_bullmq,
        needs_redis=True,
    ),
    Peer("RQ, Redis fsync always", _python("queue_rq"), 160, _lacks_for_rq, needs_redis=True),
)
