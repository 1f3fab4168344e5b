"""Actor: who is doing what is being done, for the trail."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that changes rows."""

    name: str
    role: str
    address: str | None = None
    agent: str | None = None


PROGRAM = Actor("botops", "program")
_actor: ContextVar[Actor] = ContextVar("actor", default=PROGRAM)


def current_actor() -> Actor:
    """Return who acts in this context."""
    return _actor.get()


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Let the block act in somebody's name."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
