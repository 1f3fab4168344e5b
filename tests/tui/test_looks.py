"""Looks: every size, theme and terminal shows the same things, and colour never speaks alone."""

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from botops.tui.theme import STYLES, THEMES, defaults
from tests.tui.driving import LARGE, SMALL, driving
from tests.tui.fake_runtime import Runtime

READABLE = 4.5  # WCAG AA for text
FAINT = 1.4


async def test_without_colour_every_state_keeps_glyph_and_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """NO_COLOR takes the colours, and nothing else."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with driving(LARGE) as driver:
        await driver.press("6")
        for told in ("✓ done", "■ stopped", "✗ failed", "… waiting", "▶ 2 of 4", "↻ in 8 min"):
            assert told in driver.words("#list")
        coloured = {
            segment.style.color.triplet
            for row in driver.rows
            for segment in row
            if segment.style and segment.style.color and segment.style.color.triplet
        }
        assert all(len(set(triplet)) == 1 for triplet in coloured)


@pytest.mark.parametrize("theme", ["botops-light", "nord", "ansi-dark"])
async def test_every_theme_draws_every_section(theme: str) -> None:
    """Themes that know nothing of ours draw it all the same."""
    async with driving() as driver:
        driver.app.theme = theme
        await driver.press("4", "6", "1")
        assert "Needs you" in driver.text


async def test_a_resize_goes_through_all_arrangements() -> None:
    """From the largest to a sliver and back, in each section, nothing breaks."""
    async with driving(LARGE) as driver:
        for section in ("4", "1"):
            await driver.press(section)
            for size in ((90, 30), SMALL, (12, 4), (1, 1), LARGE):
                await driver.pilot.resize_terminal(*size)
                await driver.rest()
                assert len(driver.lines) == size[1]
        assert "Needs you" in driver.text


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_own_themes_can_be_read(theme: Theme) -> None:
    """Each tone stands out from the background, also on the rows that are lit up."""
    colours = theme.to_color_system().generate() | theme.variables
    grounds = [colours[name] for name in ("background", "surface", "row-live", "row-held")]
    for tone, style in STYLES.items():
        named = [word[1:] for word in style.split() if word.startswith("$")]
        for ink, ground in ((colours[name], ground) for name in named for ground in grounds):
            least = FAINT if tone.value == "faint" else READABLE * 0.6
            assert _contrast(ink, ground) >= least, (theme, tone, ground)
            if ground == colours["background"] and tone.value not in ("faint", "off"):
                assert _contrast(ink, ground) >= READABLE, (theme, tone)


def _contrast(ink: str, ground: str) -> float:
    lights = sorted(_light(Color.parse(each)) for each in (ink, ground))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(colour: Color) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part / 255) for part in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_own_names_are_known_to_every_theme(theme: Theme) -> None:
    """What our themes name beyond Textual's, there is a default for."""
    own = {name for name in theme.variables if name.startswith(("tone-", "row-", "frame"))}
    for other in BUILTIN_THEMES.values():
        assert set(defaults(other)) == own, other.name


async def test_many_needs_and_few_lines_still_show_the_work() -> None:
    """Ten needs at 80×24 leave room for the queues."""
    shop = Runtime()
    shop.wants = shop.wants * 5
    async with driving(SMALL, shop) as driver:
        assert "Needs you" in driver.text
        assert "media_processing" in driver.text
