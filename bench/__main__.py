"""Main: `python -m bench [queue|media|screen|start|idle]` measures, and prints a table each."""

from __future__ import annotations

import importlib
import os
import platform
import sys

from bench.table import lines

PARTS = ("queue", "media", "screen", "start", "idle")


def main(wanted: list[str]) -> int:
    """Measure what is asked for, or everything; a part is a module with `run() -> list[Row]`."""
    unknown = set(wanted) - set(PARTS)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
        return 2
    print(_where())
    for part in PARTS:
        if not wanted or part in wanted:
            rows = importlib.import_module(f"bench.{part}").run()
            print(f"\n## {part}\n", *lines(rows), sep="\n", flush=True)
    return 0


def _where() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {cores} cores{load}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
