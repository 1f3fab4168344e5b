"""Asking: what a box or a menu asks, apart from how it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from botops.tui.presenters.cells import Line

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the title, how much of what is touched, and the word of the button."""

    title: str
    lines: Sequence[Line]
    yes: str
    number: int | None = None
    """Must be typed first, where it is large and can't be undone."""


class Option(NamedTuple):
    """One line of a menu."""

    id: str
    letter: str
    label: str


def lettered(words: Sequence[str]) -> list[Option]:
    """Return a menu of some words, each under the first of its letters that is free."""
    menu: dict[str, Option] = {}
    for word in words:
        wanted = [letter for letter in word.casefold() + LETTERS if letter in LETTERS]
        letter = next((each for each in wanted if each not in menu), None)
        if letter is not None:
            menu[letter] = Option(word, letter, word.replace("_", " "))
    return list(menu.values())
