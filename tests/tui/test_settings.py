"""Settings: found by a word, changed where they stand, explained, and taken back, by keys."""

from pathlib import Path

import pytest
from textual.widgets import Input

from botops.kernel.errors import Refused
from botops.kernel.events import Changed
from botops.tui.screens import settings
from tests.tui.driving import LARGE, MEDIUM, SMALL, Driver, Size, driving
from tests.tui.fake_runtime import Runtime

SECRET = "EAAGm0PX4ZCpsBAKZA8f2c"


async def find(driver: Driver, words: str) -> None:
    """Search for a setting, and put the cursor on the first that is found."""
    await driver.press("9", "escape", "slash")
    await driver.type(words)
    await driver.press("enter")


async def write(driver: Driver, text: str) -> None:
    """Put another text in the place of what stands in the field."""
    driver.app.screen.query_one("Editor Input", Input).value = ""
    await driver.type(text)


async def test_a_setting_is_found_while_it_is_typed() -> None:
    """Each letter narrows the list down; names, meanings and keys count."""
    async with driving(MEDIUM) as driver:
        await driver.press("9", "slash")
        await driver.type("refused")
        assert "1 of 27 · 2 changed" in driver.words("FilterBar")
        assert "Largest photo 50 MB" in driver.words("#list")
        await driver.press("escape", "slash")
        await driver.type("media.max")
        assert "Largest photo 50 MB" in driver.words("#list")
        await driver.press("escape", "slash")
        await driver.type("xyz")
        assert "No setting has these words." in driver.text


async def test_sections_are_gone_through_with_the_arrows() -> None:
    """Left to the sections, down, and what belongs to one is shown beside it."""
    async with driving(MEDIUM) as driver:
        await driver.press("9", "left", "down")
        assert "─ Media ─" in driver.text
        assert "Photo folder" in driver.words("#list")
        await driver.press("enter", "down")
        assert "▸ Leave files where they are" in driver.text


async def test_each_value_says_what_it_may_be_and_when_it_takes_effect() -> None:
    """Meaning, range, default and moment are one glance away."""
    async with driving(MEDIUM) as driver:
        await find(driver, "largest")
        words = driver.words("#list")
        assert "Bigger files are refused with a reason. Bytes, or as 50 MB." in words
        assert "From 100,000 bytes to 100 MB · default 50 MB · takes effect now" in words


async def test_a_value_is_changed_where_it_stands() -> None:
    """Enter opens the field, enter saves; the foot says what u puts back, and u does it."""
    async with driving(MEDIUM) as driver:
        await find(driver, "largest")
        await driver.press("enter")
        assert "enter saves esc keeps 50 MB" in driver.words("#list")
        await write(driver, "60 MB")
        await driver.press("enter")
        assert driver.shop.preferences.view("media.max_size").text == "60 MB"
        assert "▸ Largest photo 60 MB changed" in driver.words("#list")
        told = driver.words("#saved")
        assert told == "✓ Saved 10:42:06. Largest photo: 60 MB. u puts back 50 MB."
        await driver.press("u")
        assert driver.toasts == ["Largest photo: 50 MB is back."]
        assert "▸ Largest photo 50 MB" in driver.words("#list")


async def test_a_wrong_value_is_told_while_it_is_typed() -> None:
    """The sentence stands below the field, enter saves nothing, esc keeps what was."""
    async with driving(MEDIUM) as driver:
        await find(driver, "largest")
        await driver.press("enter")
        await write(driver, "600 MB")
        assert "✗ '600 MB' is not allowed: it takes at most 100 MB." in driver.words("#list")
        await driver.press("enter")
        assert driver.app.screen.query_one("Editor").display
        await driver.press("backspace", *["left"] * 3)
        await driver.press("escape")
        assert not driver.app.screen.query_one("Editor").display
        assert driver.shop.preferences.view("media.max_size").text == "50 MB"


async def test_the_same_value_again_changes_nothing() -> None:
    """Enter twice is no change: nothing is written, nothing to undo."""
    async with driving(MEDIUM) as driver:
        await find(driver, "largest")
        await driver.press("enter", "enter", "u")
        assert driver.shop.preferences.steps == []
        assert driver.toasts == ["Undo: there is nothing to undo."]


async def test_yes_and_no_are_toggled() -> None:
    """Space turns one into the other; where there is more than that, it says so."""
    async with driving(MEDIUM) as driver:
        await find(driver, "network")
        await driver.press("space")
        assert "▸ Look again and again yes" in driver.words("#list")
        assert "It takes effect after a restart." in driver.words("#saved")
        assert "The engine runs with another value" in driver.words("#list")
        await driver.press("space")
        assert "▸ Look again and again no" in driver.words("#list")
        await find(driver, "largest")
        await driver.press("space")
        assert driver.toasts[-1] == "Toggle: it is more than yes or no: enter changes it."


async def test_one_of_a_few_is_chosen_from_a_menu() -> None:
    """Each choice has its letter."""
    async with driving(MEDIUM) as driver:
        await find(driver, "log level")
        await driver.press("enter")
        assert "d debug" in driver.words("Choice Box")
        await driver.press("w")
        assert driver.shop.preferences.view("log.level").text == "warning"
        await find(driver, "leave files where")
        await driver.press("enter", "l")
        assert driver.shop.preferences.steps[1:] == []


async def test_a_secret_is_typed_hidden_and_never_shown() -> None:
    """Dots while it is typed, its mask afterwards, and the new key once."""
    shop = Runtime()
    shop.preferences.recovery_key = "RECOVERY-1234"
    async with driving(MEDIUM, shop) as driver:
        await find(driver, "access")
        assert "▸ Access token not set" in driver.words("#list")
        await driver.press("enter")
        await driver.type(SECRET)
        assert "•" * len(SECRET) in driver.text
        assert SECRET not in driver.text
        await driver.press("enter")
        assert shop.preferences.secrets == {"whatsapp.access_token": SECRET}
        assert "RECOVERY-1234" in driver.text
        await driver.press("y")
        assert driver.app.clipboard == "RECOVERY-1234"
        assert "▸ Access token ••••8f2c sealed" in driver.words("#list")
        assert "▸ sealed in the database ••••8f2c botops.db" in driver.words("#where")
        assert SECRET not in driver.text
        await driver.press("y")
        assert "value" not in driver.words("Choice Box")
        await driver.press("escape", "enter")
        assert driver.app.screen.query_one("Editor Input", Input).value == ""
        await driver.press("enter")
        assert shop.preferences.secrets == {"whatsapp.access_token": SECRET}
        await driver.press("D")
        assert shop.preferences.secrets == {}
        await driver.press("u")
        assert shop.preferences.secrets == {"whatsapp.access_token": SECRET}


async def test_a_wrong_secret_is_not_repeated() -> None:
    """The sentence about it does not say what was typed."""
    async with driving(MEDIUM) as driver:
        await find(driver, "access")
        await driver.press("enter")
        await driver.type("a b")
        assert "✗ What was given is not allowed" in driver.words("#list")
        assert "a b" not in driver.words("#list")


async def test_where_a_value_comes_from_is_told() -> None:
    """Four places, the strongest first, the one that wins marked."""
    shop = Runtime()
    shop.preferences.environment["media.max_size"] = 70_000_000
    async with driving(MEDIUM, shop) as driver:
        await find(driver, "largest")
        words = driver.words("#where")
        assert "command line — --set media.max_size" in words
        assert "▸ environment 70 MB BOTOPS_MEDIA__MAX_SIZE" in words
        assert "default 50 MB" in words
        assert "Largest photo 70 MB environment" in driver.words("#list")


async def test_what_the_environment_overrides_says_so() -> None:
    """Before and after: saving changes the file alone."""
    shop = Runtime()
    shop.preferences.environment["media.max_size"] = 70_000_000
    async with driving(LARGE, shop) as driver:
        await find(driver, "largest")
        await driver.press("enter")
        words = driver.words("#list")
        assert "The environment BOTOPS_X wins: saving changes only the file" in words
        await write(driver, "60 MB")
        await driver.press("enter")
        assert "The environment wins: BOTOPS_X. Only the file is changed." in driver.words("#saved")
        assert shop.preferences.file["media.max_size"] == "60 MB"


async def test_a_setting_goes_back_to_its_default() -> None:
    """D takes it out of the file; one that was never set says so."""
    async with driving(MEDIUM) as driver:
        await find(driver, "currency")
        await driver.press("D")
        assert "▸ Currency USD" in driver.words("#list")
        await driver.press("D")
        assert driver.toasts == ["Back to default: it is at its default."]
        await driver.press("u")
        assert "▸ Currency PEN changed" in driver.words("#list")


async def test_only_what_is_changed_is_shown() -> None:
    """C leaves out what is at its default; once more, or esc, shows all."""
    async with driving(MEDIUM) as driver:
        await driver.press("9", "c")
        assert "2 of 27 · 2 changed" in driver.words("FilterBar")
        assert "Country" not in driver.words("#list")
        await driver.press("escape")
        assert "27 settings" in driver.text
        driver.shop.preferences.file.clear()
        driver.shop.bus.publish(Changed("settings"))
        await driver.rest()
        await driver.press("c")
        assert "Every setting is at its default." in driver.text


async def test_name_and_value_are_copied() -> None:
    """Y asks which."""
    async with driving(MEDIUM) as driver:
        await find(driver, "largest")
        await driver.press("y", "k")
        assert driver.app.clipboard == "media.max_size"
        await driver.press("y", "e")
        assert driver.app.clipboard == "BOTOPS_MEDIA__MAX_SIZE"
        await driver.press("y", "v")
        assert driver.app.clipboard == "50 MB"


async def test_a_mistake_in_the_file_is_told_with_the_way_out() -> None:
    """The sentence names the line, E opens the file; once it is mended, all is there."""
    shop = Runtime()
    shop.preferences.mistake = "config.toml, line 2: media.workers: 99 is not allowed."
    async with driving(MEDIUM, shop) as driver:
        await driver.press("9")
        assert "config.toml, line 2: media.workers: 99 is not allowed." in driver.words("#list")
        assert "E open the settings file" in driver.words("#list")
        shop.preferences.mistake = ""
        shop.bus.publish(Changed("*"))
        await driver.rest()
        assert "▸ Shop name Casa Flora changed" in driver.words("#list")


async def test_an_order_that_is_refused_is_told() -> None:
    """What the desk refuses is said, and nothing else is."""
    shop = Runtime()

    def refuse(key: str) -> None:
        raise Refused("config.toml is write-protected.", hint="Make it writable, or edit it.")

    shop.preferences.unset = refuse  # type: ignore[assignment,method-assign]  # what goes wrong
    async with driving(MEDIUM, shop) as driver:
        await find(driver, "currency")
        await driver.press("D")
        assert driver.toasts == ["config.toml is write-protected. Make it writable, or edit it."]
        assert "Saved" not in driver.words("#saved")


async def test_news_leave_the_field_alone() -> None:
    """Somebody else changes a setting while a value is typed: nothing typed is lost."""
    async with driving(MEDIUM) as driver:
        await find(driver, "largest")
        await driver.press("enter")
        await write(driver, "61 MB")
        driver.shop.preferences.set("shop.country", "PE")
        await driver.rest()
        assert driver.app.screen.query_one("Editor Input", Input).value == "61 MB"
        await driver.press("enter")
        assert driver.shop.preferences.view("media.max_size").text == "61 MB"


async def test_whoever_clicks_elsewhere_leaves_the_field() -> None:
    """Another setting under the mouse closes the field of this one, and keeps its value."""
    async with driving(MEDIUM) as driver:
        await driver.press("9", "enter")
        await write(driver, "Other")
        row = next(at for at, line in enumerate(driver.lines) if "Country" in line)
        await driver.pilot.click(offset=(40, row))
        await driver.rest()
        assert not driver.app.screen.query_one("Editor").display
        assert driver.shop.preferences.view("shop.name").text == "Casa Flora"


async def test_the_file_is_opened_in_the_own_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    """$VISUAL before $EDITOR before what is there; without a terminal the path is said."""
    monkeypatch.setenv("EDITOR", "emacs -nw")
    assert settings.editor_command() == ["emacs", "-nw"]
    monkeypatch.setenv("VISUAL", "code --wait")
    assert settings.editor_command() == ["code", "--wait"]
    async with driving(MEDIUM) as driver:
        await driver.press("9", "E")
        assert driver.toasts == ["There is no terminal to open it in: /srv/casa-flora/config.toml"]
    monkeypatch.delenv("VISUAL")
    monkeypatch.delenv("EDITOR")
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert settings.editor_command() == []


async def test_a_small_terminal_shows_one_list() -> None:
    """No sections beside it; only the setting under the cursor is explained."""
    async with driving(SMALL) as driver:
        await driver.press("9", "down", "down")
        words = driver.words("#list")
        assert "▸ Country US ISO 3166 code of the country" in words
        assert "What it is called." not in words
        assert "Media ─" in words
        await driver.press("enter")
        await write(driver, "PE")
        await driver.press("enter")
        assert driver.shop.preferences.view("shop.country").text == "PE"


async def test_the_trail_leads_to_the_setting() -> None:
    """Enter on a changed setting in Audit shows the setting itself."""
    async with driving(MEDIUM) as driver:
        await driver.press("8", "enter")
        assert "[9 Settings]" in driver.text
        assert "▸ Largest photo 50 MB" in driver.words("#list")


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE, (160, 45), (12, 4), (1, 1)])
async def test_every_size_shows_what_it_can(size: Size) -> None:
    """Every section of the settings and a field that is open fit into any terminal."""
    async with driving(LARGE) as driver:
        await driver.press("9", "enter")
        await driver.pilot.resize_terminal(*size)
        await driver.rest()
        assert len(driver.lines) == size[1]
        assert max(map(len, driver.lines)) <= size[0]
        await driver.press("escape", *["down"] * 30)
        assert driver.app.is_running


def test_the_double_lies_where_the_real_file_does() -> None:
    """The path of the double is the home's."""
    assert Runtime().home.config == Path("/srv/casa-flora/config.toml")
