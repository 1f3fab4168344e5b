"""Bridge: a storm of news from threads is a few sets of topics on the loop."""

import asyncio
import threading

from botops.tui.bridge import Bridge


async def test_a_storm_from_threads_wakes_the_loop_a_few_times() -> None:
    """20,000 pushes from four threads come out as few deliveries, and no topic is lost."""
    delivered: list[set[str]] = []
    is_last = asyncio.Event()

    def deliver(topics: set[str]) -> None:
        delivered.append(topics)
        if "last" in topics:
            is_last.set()

    bridge = Bridge(asyncio.get_running_loop(), deliver, frame=0.02)

    def storm(topic: str) -> None:
        for _ in range(5_000):
            bridge.push(topic)

    threads = [threading.Thread(target=storm, args=(topic,)) for topic in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    bridge.push("last")
    await asyncio.wait_for(is_last.wait(), 10)
    assert set().union(*delivered) == {*"abcd", "last"}
    assert len(delivered) < 200


async def test_the_first_news_comes_at_once() -> None:
    """After a quiet time nobody waits for a frame."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[set[str]] = loop.create_future()
    Bridge(loop, heard.set_result, frame=30).push("jobs")
    assert await asyncio.wait_for(heard, 5) == {"jobs"}


async def test_a_closed_bridge_delivers_nothing() -> None:
    """What was pushed before the end is not delivered after it."""
    loop = asyncio.get_running_loop()
    delivered: list[set[str]] = []
    bridge = Bridge(loop, delivered.append, frame=0)
    bridge.push("jobs")
    bridge.close()
    bridge.push("media")
    for _ in range(5):
        await asyncio.sleep(0)
    assert not delivered


def test_news_after_the_loop_has_ended_does_no_harm() -> None:
    """The engine may outlive the screen for a moment."""
    loop = asyncio.new_event_loop()
    bridge = Bridge(loop, lambda _: None)
    loop.close()
    bridge.push("jobs")
    bridge.push("jobs")
