"""Audit: who did what is read as sentences, narrowed down, checked and taken along, by keys."""

import json
import threading
from dataclasses import replace

import pytest

from botops.audit import AuditQuery, Verdict
from botops.kernel.errors import StorageTrouble
from botops.kernel.events import Changed
from botops.tui.widgets.log import Log
from tests.tui.driving import LARGE, MEDIUM, SMALL, driving
from tests.tui.fake_runtime import Runtime
from tests.tui.fake_trail import ME, Endless, an_entry


async def test_entries_read_as_sentences() -> None:
    """Who, what, about what and from where, the newest first; whoever reads is you."""
    async with driving(MEDIUM) as driver:
        await driver.press("8")
        assert "you changed setting media.max_size 50 MB → 60 MB screen" in driver.words("#list")
        assert "job 990 removed product Lirios queue" in driver.words("#list")
        assert "you put back product Lirios" in driver.words("#list")
        assert "botops added product Ramo de rosas rojas program" in driver.words("#list")


async def test_a_change_is_shown_field_by_field() -> None:
    """What was is beside what is, with prices as people write them."""
    async with driving(MEDIUM) as driver:
        await driver.press("8", *["down"] * 7)
        words = driver.words("#detail")
        assert "price - PEN 35.00 + PEN 38.00 stock - 4 + 3 category - ramos + regalos" in words
        assert "by lucía · command line · 2026-11-23 09:12:06 · entry 301" in words


async def test_a_secret_is_named_and_never_told() -> None:
    """Of a secret that was replaced, only its mask is seen."""
    async with driving(MEDIUM) as driver:
        await driver.press("8", *["down"] * 5)
        assert "you replaced secret whatsapp.access_token ••••91aa" in driver.words("#list")
        assert "shown - ••••8f2c + ••••91aa" in driver.words("#detail")


async def test_w_a_and_t_narrow_the_list_down() -> None:
    """Three keys, each a menu; together they are one filter, and esc takes all of it away."""
    async with driving(MEDIUM) as driver:
        await driver.press("8", "w", "l")
        assert "who: lucía ▾ about: anything ▾ when: ever ▾ 300 entries" in driver.words(
            "FilterBar"
        )
        await driver.press("t", "t")
        assert "who: lucía ▾ about: anything ▾ when: today ▾ 1 entry" in driver.words("FilterBar")
        await driver.press("w", "a", "a", "s")
        assert "about: settings ▾ when: today ▾ 4 entries" in driver.words("FilterBar")
        await driver.press("escape")
        assert "308 entries" in driver.words("FilterBar")


@pytest.mark.parametrize(
    ("typed", "count"),
    [("who:you", 6), ("what:removed", 1), ("from:job", 1), ("when:yesterday", 1),
     ("about:shops", 1), ("lirio", 2), ("who:lucía about:products when:today", 1)],
)  # fmt: skip
async def test_words_narrow_the_list_down(typed: str, count: int) -> None:
    """What may be typed after / finds what it says."""
    async with driving(MEDIUM) as driver:
        await driver.press("8", "slash")
        driver.app.screen.filter(typed)  # type: ignore[attr-defined]  # a section
        await driver.rest()
        await driver.press("enter")
        assert driver.app.screen.query_one(Log).total == count


async def test_a_filter_that_finds_nothing_says_how_to_leave_it() -> None:
    """The list is empty, and one key shows all again."""
    async with driving(MEDIUM) as driver:
        await driver.press("8", "slash")
        await driver.type("zzz")
        await driver.press("enter")
        assert "No entries match this filter." in driver.text
        await driver.press("escape")
        assert "308 entries" in driver.text


async def test_enter_goes_to_the_thing_or_says_why_not() -> None:
    """A product has no screen of its own: the key says so, and the bar shows it dim."""
    async with driving(MEDIUM) as driver:
        await driver.press("8", *["down"] * 3, "enter")
        assert driver.toasts == ["Open thing: what it is about has no screen of its own yet."]


async def test_a_small_terminal_shows_the_change_as_a_page() -> None:
    """The list alone; enter opens the change, esc goes back."""
    async with driving(SMALL) as driver:
        await driver.press("8", "down", "down")
        assert "- My shop" not in driver.text
        await driver.press("enter")
        assert "- My shop" in driver.text
        await driver.press("escape")
        assert "- My shop" not in driver.text
        assert "removed product" in driver.text


async def test_a_large_terminal_shows_all_about_the_thing() -> None:
    """Beside the change stand the other changes of the same thing, and the entry itself."""
    async with driving(LARGE) as driver:
        await driver.press("8", *["down"] * 7)
        words = driver.words("#history")
        assert "09:12:06 ● lucía changed ◂ │ price, stock, category" in words
        assert "22 Nov 09:42 + botops added" in words
        assert '"id": "301"' in driver.words("#entry")


async def test_the_whole_entry_is_folded_elsewhere() -> None:
    """Where there is no room, enter in the change opens the entry."""
    async with driving(MEDIUM) as driver:
        await driver.press("8", "tab", "enter")
        assert "▾ whole entry" in driver.text
        assert '"id": "308"' in driver.words("#detail")


async def test_new_entries_wait_above_while_somebody_reads() -> None:
    """Nothing moves under the reader; f takes in what is new."""
    shop = Runtime()
    async with driving(MEDIUM, shop) as driver:
        await driver.press("8", "down", "down")
        before = driver.lines[4:15]
        shop.trail.entries_kept.append(an_entry(309, actor="lucía"))
        shop.bus.publish(Changed("products"))
        await driver.rest()
        assert "1 newer above · f to follow" in driver.text
        assert driver.lines[4:15] == before
        await driver.press("f")
        assert "newer above" not in driver.text
        assert "10:42:06 lucía changed product" in driver.words("#list")
        assert "▸ 10:22:06 you changed shop" in driver.words("#list")


async def test_new_entries_come_in_while_nobody_reads() -> None:
    """At the top the list follows by itself."""
    shop = Runtime()
    async with driving(MEDIUM, shop) as driver:
        await driver.press("8")
        shop.trail.entries_kept.append(an_entry(309, actor="lucía"))
        shop.bus.publish(Changed("*"))
        await driver.rest()
        assert "309 entries" in driver.text
        assert "10:42:06 lucía changed product" in driver.words("#list")


async def test_the_chain_is_checked() -> None:
    """V says how far it is, then that all is well, in the foot and beside the entry."""
    shop = Runtime()
    going, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        going.set()
        go_on.wait(10)

    async with driving(MEDIUM, shop) as driver:
        await driver.press("8")
        shop.trail.while_checking = wait
        driver.app.screen.do_verify()  # type: ignore[attr-defined]  # the key would be waited for
        while not going.is_set():
            await driver.pilot.pause(0)
        await driver.pilot.pause(0)
        assert "▶ checking 0 of 308" in driver.text
        go_on.set()
        await driver.rest()
        assert "✓ chain ok · 308 entries checked, none changed, none missing" in driver.text
        assert "entry 308 · chain ok ✓" in driver.words("#detail")


async def test_a_broken_chain_names_the_entry() -> None:
    """Entries before it are whole, it and those after it are not."""
    shop = Runtime()
    shop.trail.verdict = Verdict(False, 305, broken_id="306", reason="an entry was changed")
    async with driving(MEDIUM, shop) as driver:
        await driver.press("8", "v")
        assert "✗ the chain is broken at entry 306 · an entry was changed" in driver.text
        assert "chain broken at 306 ✗" in driver.words("#detail")
        await driver.press(*["down"] * 3)
        assert "chain ok ✓" in driver.words("#detail")


async def test_a_check_can_be_stopped() -> None:
    """Esc ends a check that takes too long."""
    shop = Runtime()
    async with driving(MEDIUM, shop) as driver:
        await driver.press("8")
        shop.trail.while_checking = driver.app.screen._stop.set  # type: ignore[attr-defined]  # what esc does
        await driver.press("v")
        assert driver.toasts == ["The check was stopped."]
        assert "The history cannot be edited." in driver.text


async def test_what_is_shown_is_exported() -> None:
    """X asks for the form, writes what the filter shows, and says where it is."""
    shop = Runtime()
    async with driving(MEDIUM, shop) as driver:
        await driver.press("8", "w", "y", "x", "c")
        ((query, folder, form),) = shop.trail.exported
        assert (query, str(folder), form) == (
            AuditQuery(actor=ME), "/srv/casa-flora/exports", "csv",
        )  # fmt: skip
        assert driver.toasts == [
            "6 entries are in /srv/casa-flora/exports/audit-2026-11-23-104206.csv."
        ]


async def test_an_entry_is_copied() -> None:
    """As a sentence, or as it is kept."""
    async with driving(MEDIUM) as driver:
        await driver.press("8", "y", "s")
        assert driver.app.clipboard == "you changed setting media.max_size"
        await driver.press("y", "j")
        assert json.loads(driver.app.clipboard)["target_id"] == "media.max_size"


async def test_a_trail_without_entries_says_what_will_be_there() -> None:
    """Before anything was changed, the list says what it is for."""
    shop = Runtime()
    shop.trail.entries_kept.clear()
    async with driving(MEDIUM, shop) as driver:
        await driver.press("8")
        assert "Nothing was changed yet." in driver.text


async def test_trouble_is_told_in_the_place_of_the_list() -> None:
    """A database that can't be read is said in words, and the next news tries again."""
    shop = Runtime()
    kept = shop.trail.scroll

    def broken(query: AuditQuery) -> None:
        raise StorageTrouble("The database can't be read: disk I/O error.")

    shop.trail.scroll = broken  # type: ignore[assignment,method-assign]  # what goes wrong
    async with driving(MEDIUM, shop) as driver:
        await driver.press("8")
        assert "This list can't be read." in driver.text
        assert "disk I/O error" in driver.text
        shop.trail.scroll = kept  # type: ignore[method-assign]  # and is well again
        shop.bus.publish(Changed("*"))
        await driver.rest()
        assert "308 entries" in driver.text


async def test_a_million_entries_are_at_hand() -> None:
    """The first, the last and one in the middle, of which only the pages around are read."""
    shop = Runtime()
    shop.trail.endless = Endless()
    async with driving(MEDIUM, shop) as driver:
        await driver.press("8")
        assert "1 000 000 entries" in driver.text
        await driver.press("G")
        assert "1 000 000 of 1 000 000 entries" in driver.text
        assert "entry 1" in driver.words("#detail")
        driver.app.screen.query_one(Log).go(500_000)
        await driver.rest()
        assert "entry 500 000" in driver.words("#detail")
        assert shop.trail.endless.made < 10 * 256


async def test_a_page_that_cannot_be_read_is_asked_for_again() -> None:
    """Trouble with one page is told, and looking again reads it."""
    shop = Runtime()
    async with driving(MEDIUM, shop) as driver:
        await driver.press("8")
        source = driver.app.screen._source  # type: ignore[attr-defined]  # the list itself
        read, fails = source.read, [True]

        def once(first: int, count: int) -> object:
            if fails:
                fails.clear()
                raise StorageTrouble("The disk is gone.")
            return read(first, count)

        source.read = once
        await driver.press("G")
        assert driver.toasts == ["The disk is gone."]
        await driver.press("k", "j")
        assert "entry 1" in driver.words("#detail")


async def test_the_same_thing_by_another_name_is_found_in_the_history() -> None:
    """A product that was renamed keeps its history: it is found by its id."""
    shop = Runtime()
    last = shop.trail.entries_kept[-1]
    roses = an_entry(309)
    renamed = replace(roses, after_state=(roses.before_state or {}) | {"name": "Rosas"})
    shop.trail.entries_kept += [renamed, replace(last, id="310")]
    async with driving(LARGE, shop) as driver:
        await driver.press("8", "down")
        assert "Ramo de rosas rojas → Rosas" in driver.text
        assert "18 changes" in driver.words("#history")
