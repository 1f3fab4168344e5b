"""Switching: a section shown again is as it would be if it had never been hidden."""

from textual.color import Color

from botops.tui.theme import THEMES
from tests.tui.driving import LARGE, SMALL, driving


async def test_new_colours_reach_a_hidden_section() -> None:
    """A theme that is chosen on one section is worn by the others, too."""
    light = next(theme for theme in THEMES if not theme.dark)
    async with driving() as driver:
        await driver.press("4", "1")
        driver.app.theme = light.name
        await driver.rest()
        await driver.press("4")
        ground = Color.parse(light.to_color_system().generate()["background"])
        assert driver.app.screen.styles.background == ground
        styles = [part.style for part in driver.rows[0] if part.style]
        assert {style.bgcolor for style in styles} == {ground.rich_color}


async def test_a_new_size_reaches_a_hidden_section() -> None:
    """A terminal that was made narrow meanwhile is narrow for the sections that were hidden."""
    async with driving(LARGE) as driver:
        await driver.press("4", "1")
        await driver.pilot.resize_terminal(*SMALL)
        await driver.rest()
        await driver.press("4")
        assert driver.app.screen.has_class("-narrow")
        assert driver.app.screen.size == SMALL
        assert all(len(line) <= SMALL[0] for line in driver.lines)


async def test_a_section_comes_and_goes_in_one_breath() -> None:
    """However fast the keys are, the last section is shown in the end, and drawing goes on."""
    async with driving() as driver:
        await driver.press("4", "6", "1")
        for digit in "46" * 5 + "4":
            driver.app.go({"4": "media", "6": "jobs"}[digit])
        await driver.rest()
        assert "[4 Media]" in driver.lines[1]
        assert driver.app._batch_count == 0
