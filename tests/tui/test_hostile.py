"""Hostile text: in every field of every screen it is only letters, and nothing breaks."""

from dataclasses import replace

import pytest

from botops.audit import EntryView
from botops.events.views import EventView
from botops.jobs.views import JobView
from botops.kernel.events import Changed
from botops.kernel.health import PartView
from botops.media.views import MediaView, PendingView
from botops.runtime import NeedView
from tests.tui.driving import LARGE, MEDIUM, SMALL, Size, driving
from tests.tui.fake_runtime import Runtime
from tests.tui.fake_trail import an_entry
from tests.tui.sample import NOON, a_job, a_photo

TEXTS = {
    "markup": "[/foo] [@click=app.quit]pizza[/] [link=https://evil.test]y[/link] \\[x]\\\\[/]",
    "style": "[bold red on blue]x[/]",
    "codes": "\x1b[2J\x1b[31mred\x1b]0;owned\x07 one\ntwo\r\nthree\x85four",
    "unseen": "\u202egpj.exe\u2066\u200f a\u200b\u200d\ufeffb\u00ad e" + "\u0301" * 80,
    "emoji": "👩‍👩‍👧‍👦🇵🇪👍🏽❤️ 花屋さん",
    "long": "ñandú " * 2_000,
    "nothing": "",
}
UNSEEN = set("\x1b\x07\x85\u202e\u2066\u200f\u200b\u200d\ufeff\u00ad")


def hostile_job(text: str, number: int, state: str) -> JobView:
    """A job with this text wherever text can be."""
    return a_job(
        number,
        state=state,
        about=text,
        kind=text or "x",
        queue=text or "x",
        error=text or None,
        args={text: [text, {text: text}]},
        progress=(1, 2, text),
    )


def hostile_photo(text: str, number: int, status: str) -> MediaView:
    """A photo with this text wherever text can be."""
    return a_photo(
        number,
        text,
        status=status,
        mime_type=text,
        code=text or None,
        reason=text or None,
        products=(text, text),
        notes=(text,),
        variants={text: a_photo(1, "x").variants["thumb"]},
    )


def hostile_entry(text: str, number: int, verb: str) -> EntryView:
    """An entry with this text wherever text can be."""
    state = {text or "x": text, "name": text, "price": text, "deleted_at": None, "value": [text]}
    return an_entry(
        number,
        action=verb,
        actor=text,
        actor_role=text,
        target_type="products" if number % 2 else text,
        target_id=text,
        before_state=None if verb == "insert" else state | {"value": text},
        after_state=state,
        ip_address=text,
        created_at=text if number % 3 else "2026-11-23T15:42:06.120Z",
    )


def infest(shop: Runtime, text: str) -> None:
    """Make every word of a shop this text."""
    shop.shop_name = text
    states = ("discarded", "running", "retryable", "completed", "cancelled", text)
    shop.jobs.jobs = [hostile_job(text, 900 + n, state) for n, state in enumerate(states)]
    statuses = ("failed", "ready", "processing", text)
    shop.media.photos = [hostile_photo(text, n, status) for n, status in enumerate(statuses)]
    shop.media.coming = [PendingView(text, 1, "settling")]
    shop.wants = [NeedView("✗", text, text, NOON - 60, text, f"jobs/{text}")]
    shop.parts = [PartView(text, "down", text), PartView(text, "up", text)]
    data = {"fileName": text, "reason": text}
    shop.history.events = [EventView("evt_1", text, NOON, "default", data, 1)]
    shop.preferences.said = text
    verbs = ("insert", "update", "delete", "set", text)
    shop.trail.entries_kept = [hostile_entry(text, 5 * n, verb) for n, verb in enumerate(verbs)]
    shop.logs.lines = [text, f"2026-11-23T15:42:06.120Z ERROR   botops.x  {text}"]


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
async def test_every_screen_bears_it(size: Size) -> None:
    """All sections, the detail and a toast are drawn, and nothing unseen gets through."""
    shop = Runtime()
    async with driving(size, shop) as driver:
        for name, text in TEXTS.items():
            infest(shop, text)
            shop.bus.publish(Changed("*"))
            for keys in (
                "4 down enter", "escape 6 enter", "escape 8 down enter down w",
                "escape escape 9 down", "enter", "escape 1",
            ):  # fmt: skip
                await driver.press(*keys.split())
                assert len(driver.lines) == size[1], name
                assert not UNSEEN & set(driver.text), name
            driver.app.notify(text, title=text)
            await driver.rest()
            assert driver.app.is_running, name
            assert not UNSEEN & set(driver.text), name
        await driver.press("enter")
        assert driver.app.is_running


async def test_brackets_are_drawn_as_they_were_typed() -> None:
    """Nothing of a name is taken for a style or a link."""
    shop = Runtime()
    name = "[@click=app.quit]pizza[/].jpg"
    shop.media.photos = [a_photo(5, name, status="failed", code="empty", reason="[/foo]")]
    shop.media.coming.clear()
    async with driving(LARGE, shop) as driver:
        await driver.press("4")
        assert name in driver.text
        assert "[/foo]" in driver.words("#why")
        line = next(at for at, row in enumerate(driver.lines) if "pizza" in row)
        await driver.pilot.click(offset=(driver.lines[line].index("pizza"), line))
        await driver.rest()
        assert driver.app.is_running


async def test_boxes_and_menus_bear_it() -> None:
    """The palette, the copy menu and a toast about a removed photo show the name as it is."""
    shop = Runtime()
    name = "[/foo] [@click=app.quit]x[/]\u202e.jpg"
    shop.media.photos = [a_photo(5, name)]
    shop.media.coming.clear()
    async with driving(MEDIUM, shop) as driver:
        await driver.press("4", "y", "n")
        assert driver.app.clipboard == name
        await driver.press("colon")
        await driver.type("foo")
        await driver.until("Photo [/foo] [@click=app.quit]x[/].jpg")
        await driver.press("escape", "d")
        assert driver.toasts[-1].startswith("Removed [/foo] [@click=app.quit]x[/].jpg.")


async def test_what_is_typed_is_only_text_too() -> None:
    """A filter with brackets finds nothing, and breaks nothing."""
    async with driving() as driver:
        await driver.press("6", "slash")
        field = driver.app.screen.query_one("FilterBar Input")
        field.value = "[/foo] :x state:[b]"  # type: ignore[attr-defined]  # an Input
        await driver.rest()
        await driver.press("enter")
        assert "state: is one of" in driver.text


async def test_a_changed_photo_stays_hostile_only_in_name() -> None:
    """An update of a row with another hostile name is drawn like the first."""
    shop = Runtime()
    infest(shop, "[/a]")
    async with driving(LARGE, shop) as driver:
        await driver.press("4")
        shop.media.photos = [replace(photo, original_name="[/b]") for photo in shop.media.photos]
        shop.media.retry("0")
        await driver.rest()
        assert "[/b]" in driver.words("#list")
