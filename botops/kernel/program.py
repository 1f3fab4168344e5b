"""Program: how this very program is started once more."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SOURCES = Path(__file__).parents[2]


def own_argv(*words: str) -> list[str]:
    """Return the words that start this program again, from its sources or as one file.

    `-P`: what lies in the working folder is not imported in the place of what is meant.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-P", "-m", "botops", *words]


def own_environment() -> dict[str, str]:
    """Return what a child may know: no setting and no secret of ours, and where we lie."""
    known = {key: value for key, value in os.environ.items() if not key.startswith("BOTOPS_")}
    paths = [str(_SOURCES), *filter(None, [known.get("PYTHONPATH")])]
    return {**known, "PYTHONPATH": os.pathsep.join(paths)}
