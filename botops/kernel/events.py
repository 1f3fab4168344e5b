"""Events: how a part tells others what happened without knowing them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened."""


@dataclass(frozen=True, slots=True)
class Changed(Event):
    """Rows behind a screen are new: read the page again.

    `topic` is one of jobs, media, products, events, settings, health, or `*` for any of them.
    """

    topic: str


@dataclass(frozen=True, slots=True)
class PublicEvent(Event):
    """News for people and systems outside; names and fields as in docs/events.md.

    One that comes from outside is passed on like the others, but nobody acts on it as if the
    program itself had said so: anyone can send a `media_ready`.
    """

    type: str
    data: dict[str, Any] = field(default_factory=dict)
    merchant_id: str = "default"
    is_from_outside: bool = False


E = TypeVar("E", bound=Event)
Listener = Callable[[E], None]
Unsubscribe = Callable[[], None]


class Bus:
    """Carries events from the part that causes them to those who listen.

    `within` listeners run inside the publisher's transaction: what they write is kept or lost
    together with the cause, and what they raise undoes it. `subscribe` listeners hear of it
    after the commit; they are quick, and what they raise is logged and goes no further.
    """

    def __init__(self, defer: Callable[[Callable[[], None]], None] | None = None) -> None:
        """Make a bus; `defer` runs a call after the current transaction, or at once."""
        self._defer = defer or (lambda call: call())
        self._lock = threading.Lock()
        self._within: tuple[tuple[type[Event], Listener[Any]], ...] = ()
        self._after: tuple[tuple[type[Event], Listener[Any]], ...] = ()

    def within(self, kind: type[E], listener: Listener[E]) -> None:
        """Call `listener` inside the transaction that publishes an event of `kind`."""
        with self._lock:
            self._within = (*self._within, (kind, listener))

    def subscribe(self, kind: type[E], listener: Listener[E]) -> Unsubscribe:
        """Call `listener` after the commit; return the way to stop it."""
        entry = cast("tuple[type[Event], Listener[Any]]", (kind, listener))
        with self._lock:
            self._after = (*self._after, entry)
        return lambda: self._remove(entry)

    def publish(self, event: Event) -> None:
        """Tell those within the transaction now, and the others once it is committed."""
        for kind, listener in self._within:
            if isinstance(event, kind):
                listener(event)
        if self._after:
            self._defer(lambda: self._tell(event))

    def _tell(self, event: Event) -> None:
        for kind, listener in self._after:
            if isinstance(event, kind):
                try:
                    listener(event)
                except Exception:
                    log.exception("a listener failed on %s", type(event).__name__)

    def _remove(self, entry: tuple[type[Event], Listener[Any]]) -> None:
        with self._lock:
            self._after = tuple(item for item in self._after if item is not entry)
