"""Home: says what needs a person, leads there, and is calm when nothing does."""

from botops.kernel.events import Changed
from botops.kernel.health import PartView
from tests.tui.driving import LARGE, MEDIUM, driving
from tests.tui.fake_runtime import Runtime


async def test_enter_leads_to_the_thing_that_needs_somebody() -> None:
    """The first need opens the failed jobs, and nothing else."""
    async with driving() as driver:
        await driver.press("enter")
        assert "[6 Jobs]" in driver.text
        assert "/ state:failed" in driver.text
        assert "2 jobs · newest first" in driver.text


async def test_a_calm_day_says_so_and_what_to_do() -> None:
    """Without needs there is one quiet sentence, and the folder."""
    shop = Runtime()
    shop.wants.clear()
    async with driving(MEDIUM, shop) as driver:
        assert "✓ Nothing needs you." in driver.text
        assert "~/Pictures/catalog" in driver.text


async def test_a_part_that_is_down_is_told_in_the_first_line() -> None:
    """Line 1 says it, and the box says which part and why."""
    shop = Runtime()
    async with driving(LARGE, shop) as driver:
        assert "● live" in driver.lines[0]
        shop.parts[1] = PartView("watcher", "down", "The folder is gone.")
        shop.bus.publish(Changed("health"))
        await driver.rest()
        assert "✗ 1 down" in driver.lines[0]
        assert "The folder is gone." in driver.text


async def test_the_queue_under_the_cursor_is_paused() -> None:
    """Tab to Work, p, and the other keys know that a queue is meant."""
    async with driving() as driver:
        await driver.press("p")
        assert driver.toasts == ["Pause queue: no queue is selected."]
        await driver.press("tab", "down", "p")
        assert driver.shop.jobs.paused == {"message_sending"}


async def test_a_queue_opens_its_jobs() -> None:
    """Enter on a queue shows only its jobs."""
    async with driving() as driver:
        await driver.press("tab", "down", "enter")
        assert "/ queue:message_sending" in driver.text
        assert "make sizes" not in driver.text


async def test_an_event_opens_what_it_is_about() -> None:
    """Enter on a photo's event finds the photo."""
    async with driving() as driver:
        await driver.press("tab", "tab", "enter")
        assert "[4 Media]" in driver.text
        assert "/ rosas-12.jpg" in driver.text


async def test_a_letter_leads_to_each_box() -> None:
    """; shows letters, and the letter gives its box the focus."""
    async with driving() as driver:
        await driver.press("semicolon", "s", "p")
        assert driver.shop.jobs.paused == {"media_processing"}


async def test_a_box_takes_the_whole_screen_and_gives_it_back() -> None:
    """Z zooms the box with the focus, z or esc brings the others back."""
    async with driving() as driver:
        await driver.press("tab", "tab", "z")
        assert "Needs you" not in driver.text
        await driver.press("z")
        assert "Needs you" in driver.text
        await driver.press("z", "escape")
        assert "Needs you" in driver.text


async def test_escape_never_ends_the_program() -> None:
    """However often it is pressed."""
    async with driving() as driver:
        await driver.press(*["escape"] * 5)
        assert driver.app.is_running
        assert "[1 Home]" in driver.text


async def test_ctrl_c_says_how_to_leave() -> None:
    """It is no way out: it copies, and who presses it to leave is told the way."""
    async with driving() as driver:
        await driver.press("ctrl+c")
        assert driver.toasts == ["q ends BotOps, ctrl+q at once."]


async def test_a_click_on_a_section_opens_it() -> None:
    """The second line is for the mouse, too."""
    async with driving() as driver:
        at = driver.lines[1].index("4 Media")
        await driver.pilot.click(offset=(at + 2, 1))
        await driver.rest()
        assert "[4 Media]" in driver.text


async def test_a_click_on_a_key_presses_it() -> None:
    """The bottom line is for the mouse, too."""
    async with driving() as driver:
        await driver.pilot.click(offset=(2, 29))
        await driver.rest()
        assert "Keys · Home" in driver.text
