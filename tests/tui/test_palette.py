"""Palette: commands and things are found by a part of their name."""

from tests.tui.driving import driving


async def test_a_command_is_found_and_run() -> None:
    """`: pau` and enter twice pauses the queue of the job under the cursor."""
    async with driving() as driver:
        await driver.press("6", "colon")
        await driver.type("message_s")
        await driver.until("Pause queue: message_sending")
        await driver.press("down", "enter")
        assert driver.shop.jobs.paused == {"message_sending"}


async def test_a_command_that_is_off_says_why() -> None:
    """The reason stands below its name, and running it says it again."""
    async with driving() as driver:
        await driver.press("6", "colon")
        await driver.type("Cancel")
        await driver.until("already finished")
        await driver.press("down", "enter")
        assert driver.toasts == ["Cancel: already finished."]


async def test_a_thing_is_found_and_shown() -> None:
    """A photo's name leads to the photo."""
    async with driving() as driver:
        await driver.press("colon")
        await driver.type("tarjeta")
        await driver.until("Photo tarjeta.png")
        await driver.press("down", "enter")
        assert "[4 Media]" in driver.text
        assert "/ tarjeta.png" in driver.text


async def test_a_verb_without_a_key_lives_here() -> None:
    """Looking through the folder again has no letter, but a name."""
    async with driving() as driver:
        await driver.press("4", "colon")
        await driver.type("Look through")
        await driver.until("Find what the watcher may have missed")
        await driver.press("down", "enter")
        assert driver.toasts == ["Looking through the photo folder."]


async def test_the_colours_are_changed_here() -> None:
    """Both own looks are offered first."""
    async with driving() as driver:
        await driver.press("colon")
        await driver.type("botops-light")
        await driver.until("Look: botops-light")
        await driver.press("down", "enter")
        assert driver.app.theme == "botops-light"


async def test_ctrl_p_is_the_same() -> None:
    """The palette opens by the key that other programs use, too."""
    async with driving() as driver:
        await driver.press("ctrl+p")
        await driver.until("Go to Jobs")
