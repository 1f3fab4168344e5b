"""Asking: what a box or a menu asks, apart from how it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from botops.tui.presenters.cells import Line


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
