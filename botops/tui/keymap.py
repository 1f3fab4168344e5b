"""Keys: every key as a record, with the reason that it gives when it is off."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from botops.tui.places import PLACES


class Group(StrEnum):
    """What a key acts on."""

    ROW = "On this row"
    BOX = "In this list"
    EVERYWHERE = "Everywhere"


class Fact(StrEnum):
    """Something that is true of the screen at this moment; a key may need it."""

    READY = "ready"
    ROW = "row"
    RETRYABLE = "retryable"
    CANCELLABLE = "cancellable"
    ANY_FAILED = "any failed"
    QUEUE = "queue"
    FILE = "file"
    REFUSED = "refused"
    STORED = "stored"
    NEEDS = "needs"
    UNDO = "undo"
    HELD = "held"
    THING = "thing"
    YES_NO = "yes or no"
    CHANGED = "changed"


REASONS: Mapping[Fact, str] = {
    Fact.READY: "BotOps is still starting",
    Fact.ROW: "there is no row under the cursor",
    Fact.RETRYABLE: "only what failed, stopped or waits to try again can be done again",
    Fact.CANCELLABLE: "already finished",
    Fact.ANY_FAILED: "nothing has failed",
    Fact.QUEUE: "no queue is selected",
    Fact.FILE: "its picture is not ready",
    Fact.REFUSED: "only a photo that was refused or failed can be tried again",
    Fact.STORED: "it is not taken in yet",
    Fact.NEEDS: "nothing needs you",
    Fact.UNDO: "there is nothing to undo",
    Fact.HELD: "new rows come in already",
    Fact.YES_NO: "it is more than yes or no: enter changes it",
    Fact.CHANGED: "it is at its default",
    Fact.THING: "what it is about has no screen of its own yet",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it is called, what it does, and what must be true for it."""

    id: str
    keys: tuple[str, ...]
    label: str
    tooltip: str
    group: Group = Group.EVERYWHERE
    needs: tuple[Fact, ...] = ()
    in_footer: bool = True
    """Whether the bottom line has room for it; the ? panel has them all."""

    def reason_off(self, facts: Collection[Fact]) -> str | None:
        """Return why the key does nothing now, or None if it works."""
        return next((REASONS[need] for need in self.needs if need not in facts), None)

    @property
    def shown(self) -> str:
        """The key as people read it."""
        return key_name(self.keys[0]) if self.keys else ""


_NAMES = {
    "question_mark": "?", "slash": "/", "colon": ":", "semicolon": ";", "escape": "esc",
    "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


def key_name(key: str) -> str:
    """Return the name of a key as people read it: `question_mark` is `?`."""
    return _NAMES.get(key, key)


HELP = Key("help", ("question_mark", "f1"), "Keys", "Show what each key does here")
OPEN = Key("open", ("enter",), "Open", "Open what is under the cursor", Group.ROW, (Fact.ROW,))
MARK = Key("mark", ("space",), "Mark", "Mark this row, to act on several", Group.ROW, (Fact.ROW,))
COPY = Key("copy", ("y",), "Copy", "Copy what is under the cursor", Group.ROW, (Fact.ROW,))
FILTER = Key(
    "filter", ("slash",), "Filter", "Show only some rows: words, or state:failed", Group.BOX
)
SORT = Key("sort", ("s",), "Sort", "Choose the order of the rows", Group.BOX)
FOLLOW = Key("follow", ("f",), "Follow", "Show new rows as they come", Group.BOX, (Fact.HELD,))
UNDO = Key("undo", ("u",), "Undo", "Take back the last removal", needs=(Fact.UNDO,))
PALETTE = Key("palette", ("colon", "ctrl+p"), "Commands", "Find a command or a thing by its name")
JUMP = Key("jump", ("semicolon",), "Jump", "Go to a box by its letter", in_footer=False)
NEXT_BOX = Key("next_box", ("tab",), "Next box", "Go to the next box", in_footer=False)
ZOOM = Key(
    "zoom", ("z",), "Zoom", "Give this box the whole screen, and take it back", in_footer=False
)
BACK = Key("back", ("escape",), "Back", "Close what is open; never ends BotOps", in_footer=False)
PAUSE_ALL = Key(
    "pause_all", ("P",), "Pause all", "Pause every queue, or let them all go on",
    needs=(Fact.READY,), in_footer=False,
)  # fmt: skip
QUIT = Key("quit", ("q",), "Quit", "End BotOps; unfinished work goes on next time", in_footer=False)
QUIT_NOW = Key("quit_now", ("ctrl+q",), "Quit", "End BotOps without asking", in_footer=False)


GO = tuple(
    Key(f"go.{place.id}", (place.digit,), place.name, f"Go to {place.name}", in_footer=False)
    for place in PLACES
)
EVERYWHERE = (HELP, PALETTE, JUMP, NEXT_BOX, ZOOM, BACK, UNDO, PAUSE_ALL, *GO, QUIT, QUIT_NOW)


def clashes(keys: Iterable[Key], remapped: Mapping[str, str] | None = None) -> list[str]:
    """Return a sentence for each key that two records claim, after the user's own choices."""
    chosen = remapped or {}
    owners: dict[str, list[Key]] = {}
    for record in keys:
        for key in chosen[record.id].split(",") if record.id in chosen else record.keys:
            owners.setdefault(key, []).append(record)
    return [
        f"{key_name(key)} is claimed by {' and '.join(record.id for record in claims)}"
        for key, claims in owners.items()
        if len(claims) > 1
    ]
