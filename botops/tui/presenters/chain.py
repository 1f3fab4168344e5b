"""Chain: how far a check of the trail is, and what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import count

if TYPE_CHECKING:
    from botops.audit.verify import Verdict
    from botops.audit.views import EntryView


def mark(verdict: Verdict | None, entry: EntryView) -> Line:
    """Return what is known about the chain up to an entry."""
    if verdict is None or not entry.id.isdigit():
        return ()
    if int(entry.id) <= verdict.checked:
        return line(Cell(" · "), Cell("chain ok ✓", Tone.GOOD))
    if verdict.ok:
        return ()
    return line(Cell(" · "), Cell(f"chain broken at {verdict.broken_id} ✗", Tone.BAD))


def told(verdict: Verdict | None, *, checked: int | None, total: int) -> Line:
    """Return the sentence below the list: how far a check is, or what it found."""
    if checked is not None:
        share = f" · {checked * 100 // total} %" if total else ""
        return line(
            Cell("▶ checking ", Tone.BUSY),
            Cell(f"{count(checked)} of {count(total)}{share}"),
            Cell("   esc stops it", Tone.FAINT),
        )
    if verdict is None:
        words = "The history cannot be edited. Each entry carries the fingerprint of the one before"
        return line(Cell(f"{words} it.", Tone.MUTED))
    if verdict.ok:
        return line(
            Cell("✓ chain ok", Tone.GOOD),
            Cell(f" · {count(verdict.checked)} entries checked, none changed, none missing"),
        )
    return line(
        Cell(f"✗ the chain is broken at entry {verdict.broken_id}", Tone.BAD),
        Cell(f" · {verdict.reason}; {count(verdict.checked)} before it are whole"),
    )
