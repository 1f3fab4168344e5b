"""Footer: the keys of the bottom line, as many as fit."""

from collections.abc import Collection, Iterable

from botops.tui.keymap import HELP, Fact, Group, Key
from botops.tui.presenters.cells import Cell, Line, Tone, line


def footer(keys: Iterable[Key], facts: Collection[Fact], *, width: int) -> list[tuple[Key, Line]]:
    """Return the keys that fit into the bottom line, `? Keys` first, each with its cells."""
    shown: list[tuple[Key, Line]] = []
    room = width
    ranked = sorted(
        (key for key in keys if key.in_footer and key.keys), key=lambda key: key.id != HELP.id
    )
    for key in ranked:
        is_on = key.reason_off(facts) is None
        if not is_on and key.group is Group.EVERYWHERE:
            continue
        needed = len(key.shown) + len(key.label) + 4
        if needed > room:
            break
        room -= needed
        shown.append((key, line(
            Cell(key.shown, Tone.KEY if is_on else Tone.FAINT),
            Cell(f" {key.label}", Tone.MUTED if is_on else Tone.FAINT),
        )))  # fmt: skip
    return shown
