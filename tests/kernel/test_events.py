"""Events: those within the transaction hear at once, the others after it, and nobody is harmed."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from botops.kernel.events import Bus, Changed, Event, PublicEvent


class Stop(Exception):
    """A listener does not agree."""


@dataclass(frozen=True, slots=True)
class Happened(Event):
    """An event of these tests."""

    what: str


def test_listeners_hear_their_kind() -> None:
    """A listener hears the events of its class and of those below it, and no others."""
    bus = Bus()
    heard: list[Event] = []
    everything: list[Event] = []
    bus.subscribe(Happened, heard.append)
    bus.subscribe(Event, everything.append)
    for event in (Happened("a"), Changed("jobs"), PublicEvent("tick")):
        bus.publish(event)
    assert heard == [Happened("a")]
    assert everything == [Happened("a"), Changed("jobs"), PublicEvent("tick")]


def test_those_within_hear_first_and_may_object() -> None:
    """What a listener within the transaction raises comes out, and nobody else hears."""
    bus = Bus()
    heard: list[str] = []

    def object_to(event: Happened) -> None:
        heard.append("within")
        if event.what == "bad":
            raise Stop

    bus.within(Happened, object_to)
    bus.subscribe(Happened, lambda event: heard.append(event.what))
    bus.publish(Happened("good"))
    with pytest.raises(Stop):
        bus.publish(Happened("bad"))
    assert heard == ["within", "good", "within"]


def test_news_waits_for_the_commit() -> None:
    """Listeners after the commit hear when the transaction says so, in order."""
    waiting: list[Callable[[], None]] = []
    bus = Bus(defer=waiting.append)
    heard: list[str] = []
    bus.subscribe(Happened, lambda event: heard.append(event.what))
    bus.publish(Happened("a"))
    bus.publish(Happened("b"))
    assert heard == []
    for call in waiting:
        call()
    assert heard == ["a", "b"]


def test_a_failing_listener_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """What a listener raises is logged; the others hear, and the publisher goes on."""
    bus = Bus()
    heard: list[str] = []

    def fail(event: Happened) -> None:
        raise Stop

    bus.subscribe(Happened, fail)
    bus.subscribe(Happened, lambda event: heard.append(event.what))
    bus.publish(Happened("a"))
    assert heard == ["a"]
    assert "a listener failed on Happened" in caplog.text


def test_a_listener_can_leave() -> None:
    """Who has left hears nothing more, and leaving twice is nothing."""
    bus = Bus()
    heard: list[str] = []

    def listen(event: Happened) -> None:
        heard.append(event.what)

    leave, stay = bus.subscribe(Happened, listen), bus.subscribe(Happened, listen)
    bus.publish(Happened("a"))
    leave()
    leave()
    bus.publish(Happened("b"))
    stay()
    bus.publish(Happened("c"))
    assert heard == ["a", "a", "b"]


def test_a_listener_may_subscribe_and_leave_while_it_hears() -> None:
    """Changing the listeners within a listener concerns the next event."""
    bus = Bus()
    heard: list[str] = []

    def once(event: Happened) -> None:
        heard.append(event.what)
        leave()
        bus.subscribe(Happened, lambda later: heard.append(f"new {later.what}"))

    leave = bus.subscribe(Happened, once)
    bus.publish(Happened("a"))
    bus.publish(Happened("b"))
    assert heard == ["a", "new b"]
