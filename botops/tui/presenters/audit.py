"""Audit: an entry of the trail as a sentence, and what it changed, field by field."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from botops.kernel import clock
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.presenters.changes import changes, told_field
from botops.tui.presenters.timeline import Moment
from botops.tui.presenters.words import count, day, plural, wall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botops.audit.views import EntryView

YOU = "you"
VERBS = {
    "insert": "added",
    "update": "changed",
    "remove": "removed",
    "restore": "put back",
    "set": "changed",
    "unset": "reset",
}
NOUNS = {
    "products": "product",
    "merchants": "shop",
    "settings": "setting",
    "media_files": "photo",
    "secret_settings": "secret",
}
WHERE = {"screen": "screen", "shell": "command line", "program": "program", "job": "queue"}
# Where enter leads: the section, if there is one, that shows things of a kind.
SECTIONS = {"settings": "settings", "media_files": "media"}
WHAT_WORDS = {"added": "insert", "changed": "update", "removed": "remove", "restored": "restore"}
ABOUT_WORDS = {
    "products": "products", "settings": "settings", "photos": "media_files", "shops": "merchants",
}  # fmt: skip
WHEN_WORDS = ("today", "yesterday", "week", "month")
_FEW = 3
_GLYPHS = {
    "insert": ("+", Tone.GOOD),
    "remove": ("−", Tone.BAD),
    "restore": ("+", Tone.AGAIN),
    "unset": ("●", Tone.AGAIN),
}
_DAYS = {"today": 0, "yesterday": 1, "week": 6, "month": 30}


def row(entry: EntryView, now: float, *, me: str) -> tuple[Cell, ...]:
    """Return the cells of an entry in the list: when, who, what, about, from."""
    name = who(entry, me)
    return (
        Cell(when(entry, now), Tone.MUTED),
        Cell(name, Tone.ACCENT if name == YOU else _tone_of_who(entry)),
        Cell(what(entry), Tone.WARN if entry.verb == "remove" else Tone.PLAIN),
        Cell(about(entry)),
        Cell(where(entry), Tone.MUTED),
    )


def sentence(entry: EntryView, me: str) -> str:
    """Return an entry as one sentence: ana changed setting media.max_size."""
    return f"{who(entry, me)} {what(entry)} {named(entry)}"


def who(entry: EntryView, me: str) -> str:
    """Return who did it; whoever reads this is you."""
    return YOU if entry.actor == me and entry.actor_role in ("screen", "shell") else entry.actor


def _tone_of_who(entry: EntryView) -> Tone:
    return Tone.MUTED if entry.actor_role in ("program", "job") else Tone.STRONG


def what(entry: EntryView) -> str:
    """Return what was done to what kind of thing: changed setting."""
    if is_secret(entry):
        verb = {"insert": "set", "update": "replaced", "delete": "removed"}.get(entry.action)
        return f"{verb or entry.action} secret"
    verb = VERBS.get(entry.verb, entry.verb.replace("_", " "))
    return f"{verb} {noun(entry)}"


def noun(entry: EntryView) -> str:
    """Return what kind of thing it was done to."""
    kind = entry.target_type
    return NOUNS.get(kind, kind.replace("_", " ").removesuffix("s"))


def is_secret(entry: EntryView) -> bool:
    """Tell whether it is about something that is kept sealed."""
    return entry.target_type == "settings" and "sealed" in (
        entry.after_state or entry.before_state or {}
    )


def named(entry: EntryView) -> str:
    """Return the name of the thing as it is, or as it was last."""
    state = entry.after_state or entry.before_state or {}
    name = state.get("name") or state.get("sku") or state.get("original_name")
    return str(name or entry.target_id or "—")


def about(entry: EntryView) -> str:
    """Return the thing, and what is different if that fits into a few words."""
    name = named(entry)
    if is_secret(entry):
        return f"{name} {(entry.after_state or {}).get('shown') or ''}".rstrip()
    changed = changes(entry)
    if entry.verb not in ("update", "set", "unset") or not changed:
        return name
    if len(changed) == 1:
        (field, (before, after)) = next(iter(changed.items()))
        told = f"{before} → {after}"
        if field == "name":
            return told
        return f"{name}{'' if field == 'value' else f' · {told_field(field)}'} {told}"
    if len(changed) <= _FEW:
        return f"{name} · {', '.join(map(told_field, changed))}"
    return f"{name} · {plural(len(changed), 'field')}"


def where(entry: EntryView) -> str:
    """Return from where it was done."""
    return WHERE.get(entry.actor_role, entry.actor_role)


def when(entry: EntryView, now: float) -> str:
    """Return the local time of an entry, or its day if that is not today."""
    at = moment_of(entry)
    if at is None:
        return entry.created_at
    here, today = clock.local(at), clock.local(now)
    if here.date() == today.date():
        return wall(at)
    return f"{day(at)} {here:%H:%M}" if here.year == today.year else f"{day(at)} {here.year}"


@lru_cache(maxsize=2048)
def _epoch(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


def moment_of(entry: EntryView) -> float | None:
    """Return when it was, as the clock counts."""
    return _epoch(entry.created_at)


def facts(entry: EntryView, *, me: str, chain: Line) -> Line:
    """Return who, from where and when, and whether the chain was found to be whole."""
    said = [f"by {who(entry, me)}", where(entry), *filter(None, [entry.ip_address])]
    said += [full_time(entry), f"entry {_number(entry)}"]
    return (*line(Cell(" · ".join(said), Tone.MUTED)), *chain)


def full_time(entry: EntryView) -> str:
    """Return the whole local time of an entry."""
    at = moment_of(entry)
    return entry.created_at if at is None else f"{clock.local(at):%Y-%m-%d %H:%M:%S}"


def _number(entry: EntryView) -> str:
    return count(int(entry.id)) if entry.id.isdigit() else entry.id


def title(entry: EntryView) -> str:
    """Return the head of the detail."""
    return f"{noun(entry).capitalize()} {named(entry)}"


def chips(fields: Mapping[str, str], words: str) -> Line:
    """Return what the list shows: who, about what, when, and the words that were typed."""
    cells: list[Cell] = []
    for name, anything in (("who", "anyone"), ("about", "anything"), ("when", "ever")):
        value = fields.get(name, "")
        shown = Cell(value.replace("_", " ") or anything, Tone.STRONG if value else Tone.MUTED)
        cells += [Cell(f"{name}: ", Tone.FAINT), shown, Cell(" ▾  ", Tone.FAINT)]
    for name in ("what", "from"):
        if fields.get(name):
            cells += [Cell(f"{name}: ", Tone.FAINT), Cell(f"{fields[name]}  ", Tone.STRONG)]
    if words:
        return (*cells, Cell("/ ", Tone.KEY), Cell(words, Tone.STRONG))
    return (*cells[:-1], Cell(cells[-1].text.rstrip(), cells[-1].tone))


def bounds(word: str, now: float) -> tuple[str | None, str | None]:
    """Return from which moment on, and until before which, a word such as today means."""
    if word not in _DAYS:
        return None, None
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - timedelta(days=_DAYS[word])
    until = clock.iso(midnight.timestamp()) if word == "yesterday" else None
    return clock.iso(since.timestamp()), until


def who_word(entry: EntryView, me: str) -> str:
    """Return who did it, as a word of the filter: of job 17, that it was a job."""
    name = "job" if entry.actor_role == "job" else who(entry, me)
    return "_".join(name.replace(",", " ").split())


def narrowed(typed: str, field: str, *, value: str) -> str:
    """Return a filter with another value of a field, or with none."""
    kept = [
        part
        for part in typed.split()
        if ":" not in part or not field.startswith(part.partition(":")[0] or ":")
    ]
    return " ".join([*kept, f"{field}:{value}"] if value else kept)


def moment(entry: EntryView, now: float, *, me: str, is_current: bool) -> Moment:
    """Return an entry as one moment of what happened to its thing."""
    glyph, tone = _GLYPHS.get(entry.verb, ("●", Tone.ACCENT))
    verb = what(entry).removesuffix(noun(entry)).strip()
    return Moment(
        when(entry, now),
        f"{who(entry, me)} {verb}",
        about(entry).removeprefix(named(entry)).lstrip(" ·"),
        glyph=glyph,
        tone=tone,
        is_current=is_current,
    )
