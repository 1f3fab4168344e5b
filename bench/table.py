"""Table: figures of ours beside those of peers, as a ratio, with what we want to reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

HEADINGS = ("what", "ours", "goal", "peer", "theirs", "ours ÷ theirs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure; `unit` is written behind each number."""

    what: str
    ours: float | None = None
    unit: str = ""
    goal: float | None = None
    more_is_better: bool = False
    peers: Mapping[str, float] = field(default_factory=dict)
    note: str = ""  # instead of figures, or below them

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None or self.ours is None:
            return None
        return self.ours >= self.goal if self.more_is_better else self.ours <= self.goal


def row(
    what: str,
    ours: Sequence[float],
    *,
    unit: str = "",
    goal: float | None = None,
    more_is_better: bool = False,
    peers: Mapping[str, Sequence[float]] | None = None,
) -> Row:
    """Return the row of the medians of all rounds."""
    return Row(
        what=what,
        ours=median(ours),
        unit=unit,
        goal=goal,
        more_is_better=more_is_better,
        peers={name: median(values) for name, values in (peers or {}).items()},
    )


def skipped(what: str, why: str) -> Row:
    """Return the row of something that could not be measured here, and what is missing."""
    return Row(what=what, note=f"skipped: {why}")


def lines(rows: Sequence[Row]) -> list[str]:
    """Return the rows as a table in Markdown, readable as it is."""
    cells = [HEADINGS, *[cell for each in rows for cell in _cells(each)]]
    widths = [max(len(cell[column]) for cell in cells) for column in range(len(HEADINGS))]
    ruled = [tuple("-" * width for width in widths)]
    return [
        "| "
        + " | ".join(text.ljust(width) for text, width in zip(cell, widths, strict=True))
        + " |"
        for cell in [cells[0], *ruled, *cells[1:]]
    ]


def _cells(each: Row) -> list[tuple[str, ...]]:
    if each.ours is None:
        return [(each.what, each.note, "", "", "", "")]
    goal = "" if each.goal is None else _goal(each)
    first = (each.what, _number(each.ours, each.unit), goal)
    peers = [
        (name, _number(theirs, each.unit), f"{each.ours / theirs:.2f}" if theirs else "")
        for name, theirs in each.peers.items()
    ] or [("", "", "")]
    return [(*(first if number == 0 else ("", "", "")), *peer) for number, peer in enumerate(peers)]


def _goal(each: Row) -> str:
    sign = "≥" if each.more_is_better else "≤"
    verdict = "✓" if each.is_reached else "✗"
    return f"{sign} {_number(each.goal or 0.0, each.unit)} {verdict}"


def _number(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()
