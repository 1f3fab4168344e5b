"""Keys: one meaning each, a reason when off, and help made from the records."""

import pytest
from textual.binding import Binding

from botops.tui.keymap import (
    EVERYWHERE,
    REASONS,
    Fact,
    Group,
    Key,
    clashes,
    key_name,
)
from botops.tui.presenters.cells import plain
from botops.tui.presenters.footer import footer
from botops.tui.screens.home import Home
from botops.tui.screens.jobs import Jobs
from botops.tui.screens.media import Media
from botops.tui.screens.section import Section
from botops.tui.widgets.key_help import groups
from botops.tui.widgets.table import RecordTable

SECTIONS: tuple[type[Section], ...] = (Home, Media, Jobs)
# What the grammar promises; a section may leave a letter out, but not give it another meaning.
GRAMMAR = {
    "enter": "open", "escape": "back", "slash": "filter", "colon": "palette",
    "question_mark": "help", "semicolon": "jump", "space": "mark", "s": "sort", "f": "follow",
    "y": "copy", "r": "retry", "R": "retry_all", "p": "pause", "P": "pause_all", "d": "remove",
    "u": "undo", "o": "outside", "O": "folder", "z": "zoom", "1": "go.home", "4": "go.media",
    "6": "go.jobs",
}  # fmt: skip
VI = {"j", "k", "g", "G"}


@pytest.mark.parametrize("section", SECTIONS)
def test_no_key_is_claimed_twice(section: type[Section]) -> None:
    """In each section a key belongs to one record, and to no movement of the table."""
    assert not clashes(section.keys)
    moves = {binding.key for binding in Binding.make_bindings(RecordTable.BINDINGS)}
    assert not moves & {key for record in section.keys for key in record.keys}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_key_means_the_same_everywhere(section: type[Section]) -> None:
    """What the grammar gives to a key, no section gives to something else."""
    for record in section.keys:
        for key in record.keys:
            assert GRAMMAR.get(key, record.id) == record.id
            assert key not in VI


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_does_something(section: type[Section]) -> None:
    """Each record has its verb, and each id stands once."""
    ids = [record.id for record in section.keys]
    assert len(ids) == len(set(ids))
    for record in section.keys:
        assert record.id.startswith("go.") or _has_verb(section, record), record.id


def _has_verb(section: type[Section], record: Key) -> bool:
    from botops.tui.app import BotOpsApp

    return any(hasattr(owner, f"do_{record.id}") for owner in (section, BotOpsApp))


@pytest.mark.parametrize("section", SECTIONS)
def test_a_key_that_is_not_plain_has_a_plain_one_beside_it(section: type[Section]) -> None:
    """Terminals and multiplexers take ctrl and F keys: no verb lives on them alone."""
    for record in section.keys:
        plain_ones = [key for key in record.keys if "+" not in key and not _is_function(key)]
        assert plain_ones or not record.keys or record.id == "quit_now", record.id


def _is_function(key: str) -> bool:
    return key[0] == "f" and key[1:].isdigit()


def test_every_fact_has_its_reason() -> None:
    """A dim key always has something to say."""
    assert set(REASONS) == set(Fact)


def test_a_key_is_off_for_the_first_thing_it_misses() -> None:
    """The reason is about what has to be true first."""
    key = Key("x", ("x",), "X", "Do x", Group.ROW, (Fact.READY, Fact.ROW))
    assert key.reason_off({Fact.READY, Fact.ROW}) is None
    assert key.reason_off({Fact.READY}) == REASONS[Fact.ROW]
    assert key.reason_off(set()) == REASONS[Fact.READY]


def test_a_remapped_key_that_clashes_is_told() -> None:
    """Who maps retry to c is told that cancel has it."""
    assert clashes(Jobs.keys, {"retry": "c"}) == ["c is claimed by retry and cancel"]
    assert not clashes(Jobs.keys, {"retry": "f9"})


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("section", SECTIONS)
def test_the_bottom_line_begins_with_the_help_and_fits(section: type[Section], width: int) -> None:
    """`? Keys` is first, and what has no room is left out whole."""
    shown = footer(section.keys, set(Fact), width=width)
    assert plain([shown[0][1]]) == "? Keys"
    assert sum(len(plain([cells])) + 3 for _, cells in shown) <= width


@pytest.mark.parametrize("section", SECTIONS)
def test_the_help_names_every_key(section: type[Section]) -> None:
    """The panel is made from the records: none is missing, and those that are off say why."""
    text = plain(groups(section.keys, set(), width=70))
    for record in section.keys:
        assert all(key_name(key) in text for key in record.keys)
    assert "there is nothing to undo" in text


def test_everywhere_is_everywhere() -> None:
    """Keys that belong to no section are in all of them."""
    for section in SECTIONS:
        assert set(EVERYWHERE) <= set(section.keys)
