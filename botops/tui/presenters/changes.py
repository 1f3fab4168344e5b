"""Changes: what an entry of the trail says was different, field by field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botops.kernel import money
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import size

if TYPE_CHECKING:
    from botops.audit.views import EntryView

# Columns that say nothing to a person.
_UNTOLD = frozenset({"id", "merchant_id", "updated_at", "created_at", "sealed"})
_FIELD = 12


def changes(entry: EntryView) -> dict[str, tuple[str, str]]:
    """Return each field that says something to a person, as it was and as it is."""
    before, after = entry.before_state or {}, entry.after_state or {}
    is_setting = entry.target_type == "settings"
    return {
        field: (
            told_value(field, before, is_setting=is_setting),
            told_value(field, after, is_setting=is_setting),
        )
        for field in before | after
        if field not in _UNTOLD and before.get(field) != after.get(field)
    }


def told_field(field: str) -> str:
    """Return the name of a field as words."""
    return "removed" if field == "deleted_at" else field.replace("_", " ")


def told_value(field: str, state: dict[str, Any], *, is_setting: bool = False) -> str:
    """Return the value of a field for a person: prices in their currency, yes and no."""
    value = state.get(field)
    if is_setting and field == "value" and value in (None, ""):
        return "default"
    if value is None or value == "":
        return "—"
    if isinstance(value, bool) or (field == "active" and value in (0, 1)):
        return "yes" if value else "no"
    if field == "price" and isinstance(value, int):
        return _price(value, str(state.get("currency", "")))
    if field == "size" and isinstance(value, int):
        return size(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _price(minor: int, currency: str) -> str:
    return f"{currency} {money.plain(minor, currency)}" if currency else str(minor)


def diff(entry: EntryView) -> list[Line]:
    """Return what was and what is, field by field: - red, + green."""
    lines: list[Line] = []
    for field, (before, after) in changes(entry).items():
        label = told_field(field)
        if field == "value" and entry.target_type == "settings":
            label = ""
        sides = [("- ", before, Tone.BAD)] if entry.before_state is not None else []
        sides += [("+ ", after, Tone.GOOD)] if entry.after_state is not None else []
        for at, (sign, text, tone) in enumerate(sides):
            if len(sides) == 1 and text == "—":
                continue
            shown = f"{label if at == 0 else '':<{_FIELD}} " if label else ""
            lines.append(line(Cell(shown, Tone.MUTED), Cell(sign + text, tone)))
    return lines or [line(Cell("Nothing that can be shown was changed.", Tone.MUTED))]
