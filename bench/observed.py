"""Observed: the program as it is, with a stopwatch on its loop. `python -m bench.observed FILE …`.

FILE gets a line for each time that the loop was asked to wake: the moment, and how late it was.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from botops.cli import run
from botops.tui.app import BotOpsApp

EVERY = 0.01  # seconds


def main() -> int:
    """Run the program; the first argument is where the lags go."""
    lags: list[tuple[float, float]] = []
    _watch(BotOpsApp, lags)
    try:
        return run(sys.argv[2:])
    finally:
        Path(sys.argv[1]).write_text("".join(f"{at} {lag}\n" for at, lag in lags))


def _watch(app: type[BotOpsApp], lags: list[tuple[float, float]]) -> None:
    mounted: Callable[[BotOpsApp], None] = app.on_mount
    tasks: set[asyncio.Task[None]] = set()  # the loop itself holds them weakly

    def on_mount(self: BotOpsApp) -> None:
        tasks.add(asyncio.get_running_loop().create_task(_measure(lags)))
        mounted(self)

    app.on_mount = on_mount  # type: ignore[method-assign]  # only here, and only to look on


async def _measure(lags: list[tuple[float, float]]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY
        await asyncio.sleep(EVERY)
        lags.append((due, max(0.0, loop.time() - due)))


if __name__ == "__main__":
    sys.exit(main())
