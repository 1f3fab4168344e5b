"""Figures: what many measurements say."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value that so many per cent of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def milliseconds(rounds: Sequence[Sequence[float]], share: int) -> list[float]:
    """Return a percentile of each round, in milliseconds."""
    return [percentile(values, share) * 1e3 for values in rounds]
