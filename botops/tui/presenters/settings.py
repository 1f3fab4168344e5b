"""Settings: what each is, what it may be, and where its value comes from, as cells and lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.words import wall

if TYPE_CHECKING:
    from botops.preferences.views import Change, SourceView
    from botops.settings import SettingView

YES_NO = ("true", "false")
_WORDS = {"true": "yes", "false": "no", "": "—"}
_TITLES = {"api": "API", "whatsapp": "WhatsApp"}
_EFFECTS = {"not used yet": "this version does not use it yet"}
_VALUE = 32


class Part(NamedTuple):
    """A section of the settings, and how many of it are changed."""

    name: str
    changed: int


def title(section: str) -> str:
    """Return the name of a section as people read it."""
    return _TITLES.get(section, section.capitalize())


def parts(views: Iterable[SettingView]) -> list[Part]:
    """Return the sections of some settings, in their order."""
    found: dict[str, list[SettingView]] = {}
    for view in views:
        found.setdefault(view.section, []).append(view)
    return [
        Part(name, sum(is_changed(view) for view in members)) for name, members in found.items()
    ]


def part_row(part: Part) -> tuple[Cell, ...]:
    """Return the cells of a section: its name, and how many of its settings are changed."""
    changed = Cell(str(part.changed), Tone.AGAIN) if part.changed else Cell("")
    return (Cell(title(part.name)), changed)


def found(views: Iterable[SettingView], words: str, *, only_changed: bool) -> list[SettingView]:
    """Return the settings that have all words in their name, meaning or key."""
    wanted = words.casefold().split()
    return [
        view
        for view in views
        if (is_changed(view) or not only_changed) and all(word in _said(view) for word in wanted)
    ]


def _said(view: SettingView) -> str:
    said = (view.key, view.title, view.description, title(view.section), view.unit, *view.choices)
    return " ".join(said).casefold()


def is_changed(view: SettingView) -> bool:
    """Tell whether somebody has set it: to another value, or in a place of its own."""
    return view.changed or view.source != "default"


def is_yes_no(view: SettingView) -> bool:
    """Tell whether it is yes or no."""
    return view.choices[:2] == YES_NO


def head(view: SettingView) -> tuple[Cell, ...]:
    """Return the first line of a setting: its name, its value, and who says so."""
    value = told(view, view.value)
    is_faint = value in ("—", "not set")
    tone = Tone.FAINT if is_faint else Tone.ACCENT if is_changed(view) else Tone.PLAIN
    return (Cell(view.title, Tone.STRONG), Cell(value, tone), _flag(view))


def _flag(view: SettingView) -> Cell:
    if view.source.startswith("environment"):
        return Cell("environment", Tone.WARN)
    if view.source.startswith("--set"):
        return Cell("command line", Tone.WARN)
    if view.waits:
        return Cell("↻ restart", Tone.AGAIN)
    if view.secret:
        return Cell("sealed" if view.value else "", Tone.AGAIN)
    return Cell("changed" if is_changed(view) else "", Tone.AGAIN)


def body(view: SettingView) -> list[Line]:
    """Return what a setting means, what it may be, and when a change takes effect."""
    lines = [line(Cell(view.description, Tone.MUTED)), line(Cell(facts(view), Tone.FAINT))]
    if view.waits:
        lines.append(
            line(Cell("The engine runs with another value until it restarts.", Tone.AGAIN))
        )
    return lines


def facts(view: SettingView) -> str:
    """Return range, default, and when it takes effect, in one sentence."""
    allowed = view.allowed
    if is_yes_no(view):
        allowed = "yes or no"
    default = told(view, view.default)
    default = "" if view.secret else "empty by default" if default == "—" else f"default {default}"
    effect = _EFFECTS.get(view.takes_effect, f"takes effect {view.takes_effect}")
    said = " · ".join(filter(None, [allowed, default, effect]))
    return said[:1].upper() + said[1:]


def told(view: SettingView, value: Any) -> str:
    """Return a value of a setting for a person, in its unit."""
    if view.secret:
        return str(value) if value else "not set"
    if value is None or value == "":
        return "—"
    if view.unit == "bytes":
        return view.text if value == view.value else view.default_text
    return _told(value, view.unit, thousands="" if view.key.endswith(".port") else " ")


def _told(value: Any, unit: str, *, thousands: str) -> str:
    match value:
        case bool():
            return _WORDS[str(value).lower()]
        case dict():
            return " · ".join(f"{name} {size}" for name, size in value.items())
        case int() | float():
            number = f"{int(value):,}" if value == int(value) else str(value)
            return f"{number.replace(',', thousands)} {unit}".rstrip()
    return str(value)


def editable(view: SettingView) -> str:
    """Return the value as it is typed; of a secret, nothing."""
    if view.secret:
        return ""
    value = view.value
    return str(int(value)) if isinstance(value, float) and value == int(value) else view.text


def choice_words(view: SettingView) -> list[tuple[str, str]]:
    """Return each value that may be chosen, with the word for it."""
    words = _WORDS | {"": "let BotOps decide"} if is_yes_no(view) else {}
    return [(value, words.get(value, value or "—")) for value in view.choices]


def sources(places: Sequence[SourceView], view: SettingView) -> list[Line]:
    """Return the places from which a value may come, the strongest first, the winner marked."""
    values = [_source_value(each, view) for each in places]
    width = max(map(len, values), default=0) + 2
    name = max((len(each.name) for each in places), default=0) + 3
    return [
        line(
            Cell("▸ " if each.wins else "  ", Tone.ACCENT),
            Cell(f"{each.name:<{name}}", Tone.STRONG if each.wins else Tone.MUTED),
            Cell(f"{value:<{width}} ", _source_tone(each)),
            Cell(each.place, Tone.MUTED if each.has_value else Tone.FAINT),
        )
        for each, value in zip(places, values, strict=True)
    ]


def _source_value(source: SourceView, view: SettingView) -> str:
    if not source.has_value:
        return "—"
    text = (_WORDS.get(source.text, source.text) if is_yes_no(view) else source.text) or "—"
    return text if len(text) <= _VALUE else f"{text[: _VALUE - 1]}…"


def _source_tone(source: SourceView) -> Tone:
    if source.wins:
        return Tone.ACCENT
    return Tone.PLAIN if source.has_value else Tone.FAINT


def saved(change: Change, at: float) -> Line:
    """Return what a change has done, and what u puts back."""
    before, after = (told(view, view.value) for view in (change.before, change.after))
    cells = [
        Cell("✓ ", Tone.GOOD), Cell(f"Saved {wall(at)}. ", Tone.MUTED),
        Cell(f"{change.after.title}: {after}."),
    ]  # fmt: skip
    if change.notice:
        cells.append(Cell(f" {change.notice} Only the file is changed.", Tone.WARN))
    else:
        cells.append(Cell(f" u puts back {'what was' if before == '—' else before}.", Tone.MUTED))
    if change.after.waits:
        cells.append(Cell(" It takes effect after a restart.", Tone.AGAIN))
    return tuple(cells)


def prompt(view: SettingView) -> Line:
    """Return what stands below the field while nothing is wrong."""
    keep = "" if view.secret else f" {told(view, view.value)}"
    cells = [Cell("enter", Tone.KEY), Cell(" saves   ", Tone.MUTED), Cell("esc", Tone.KEY)]
    cells.append(Cell(f" keeps{keep}", Tone.MUTED))
    winner = overridden_by(view)
    if winner:
        cells.append(Cell(f"   {winner} wins: saving changes only the file", Tone.WARN))
    elif view.secret:
        cells.append(Cell("  what you type is hidden, and kept sealed", Tone.MUTED))
    return tuple(cells)


def overridden_by(view: SettingView) -> str:
    """Return what is stronger than the file, and has a value now."""
    if view.source.startswith("environment"):
        return f"The {view.source}"
    return "The command line" if view.source.startswith("--set") else ""


def wrong(message: str, key: str) -> Line:
    """Return the sentence about what can't be saved, without the name that stands above it."""
    said = message.removeprefix(f"{key}: ")
    return line(Cell("✗ ", Tone.BAD), Cell(said[:1].upper() + said[1:], Tone.BAD))


def key_words(recovery_key: str) -> list[Line]:
    """Return what is said when the first secret was sealed, and with it the key was made."""
    return [
        line("This key opens what is sealed. It is shown this once."),
        line(Cell("Without it, a backup can't be opened on another computer.", Tone.MUTED)),
        line(""),
        line(Cell(recovery_key, Tone.STRONG)),
    ]
