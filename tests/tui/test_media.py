"""Media: photos come in live, are refused with a reason, removed and put back."""

from botops.kernel.events import Changed
from botops.media.views import PendingView
from tests.tui.driving import LARGE, driving
from tests.tui.fake_runtime import Runtime
from tests.tui.sample import a_photo


async def test_a_photo_comes_in_before_the_eyes() -> None:
    """A file in the folder is arriving, then resizing, then ready, without a key."""
    shop = Runtime()
    async with driving(LARGE, shop) as driver:
        await driver.press("4")
        shop.media.coming = [PendingView("nueva.jpg", 2_000_000, "settling")]
        shop.bus.publish(Changed("media"))
        await driver.rest()
        assert "nueva.jpg … arriving" in driver.words("#list")
        shop.media.coming.clear()
        for status, word in (("processing", "▶ resizing"), ("ready", "✓ ready")):
            shop.media.photos[-1:] = [a_photo(900, "nueva.jpg", status=status)]
            shop.bus.publish(Changed("media"))
            await driver.rest()
            assert f"nueva.jpg {word}" in driver.words("#list")


async def test_who_reads_sees_a_file_become_its_photo() -> None:
    """The cursor is on a file on its way in: row and cursor stay where they are."""
    shop = Runtime()
    shop.media.coming = [PendingView("nueva.jpg", 2, "settling"), *shop.media.coming]
    async with driving(LARGE, shop) as driver:
        await driver.press("4", "down", "up")
        shop.media.coming.pop(0)
        shop.media.photos.append(a_photo(900, "nueva.jpg"))
        shop.bus.publish(Changed("media"))
        await driver.rest()
        assert "▸ nueva.jpg ✓ ready" in driver.words("#list")
        assert "newer above" not in driver.text


async def test_a_refused_photo_says_why_and_what_to_do() -> None:
    """The reason and the way out stand beside the list."""
    async with driving() as driver:
        await driver.press("4", "slash")
        await driver.type("state:refused")
        await driver.press("enter")
        assert "61 MB is over the 50 MB limit." in driver.words("#why")
        assert "Why refused?" in driver.text
        assert "r looks at it again" in driver.words("#why")


async def test_a_refused_photo_is_tried_again() -> None:
    """R looks at one again, R at all."""
    async with driving() as driver:
        await driver.press("4", *["down"] * 4, "r")
        assert driver.toasts == ["1 photo will be looked at again."]
        assert driver.shop.media.counts()["failed"] == 0
        await driver.press("R")
        assert driver.toasts[-1] == "Try all again: nothing has failed."


async def test_a_removed_photo_is_put_back() -> None:
    """D takes it out at once, u brings it back; nothing is asked."""
    async with driving() as driver:
        await driver.press("4", "down", "d")
        assert "rosas-12.jpg" not in "\n".join(driver.lines[:-4])
        assert driver.toasts == ["Removed rosas-12.jpg. u puts it back."]
        await driver.press("u")
        assert driver.toasts[-1] == "rosas-12.jpg is back."
        await driver.press("f")
        assert "rosas-12.jpg" in "\n".join(driver.lines[:-4])
        await driver.press("u")
        assert driver.toasts[-1] == "Undo: there is nothing to undo."


async def test_marked_photos_are_removed_together() -> None:
    """Marks count, and one u brings all of them back."""
    async with driving() as driver:
        await driver.press("4", "down", "space", "space")
        assert "2 marked" in driver.text
        await driver.press("d")
        assert len(driver.shop.media.removed) == 2
        await driver.press("u")
        assert not driver.shop.media.removed


async def test_a_file_that_is_not_taken_in_cannot_be_removed() -> None:
    """What lies in the folder is the merchant's own: the key says so."""
    async with driving() as driver:
        await driver.press("4", "d")
        assert driver.toasts == ["Remove: it is not taken in yet."]


async def test_a_photo_is_linked_to_a_product() -> None:
    """l, a part of the name, enter; u takes it back."""
    async with driving(LARGE) as driver:
        await driver.press("4", "down", "down", "l")
        assert "TARJETA" in driver.text
        await driver.type("liri")
        assert "TARJETA" not in driver.words("Pick OptionList")
        await driver.press("enter")
        assert driver.toasts == ["LIRIOS is now shown by 1 photo. u takes it back."]
        assert "used by LIRIOS" in driver.words("#detail Detail")
        await driver.press("u")
        assert driver.toasts[-1] == "LIRIOS is no longer shown by 1 photo."
        assert "used by" not in driver.words("#detail Detail")


async def test_a_product_that_is_not_there_is_no_choice() -> None:
    """Nothing is found: the box says what to do, and enter does nothing."""
    async with driving() as driver:
        await driver.press("4", "down", "l")
        await driver.type("zzz")
        assert "No such product. Add one with botops product add." in driver.text
        await driver.press("enter", "escape")
        assert not driver.toasts


async def test_the_oldest_come_first_if_asked_for() -> None:
    """S and a letter turn the list around; files on their way in are no part of the past."""
    async with driving() as driver:
        await driver.press("4", "s", "o")
        assert "rosas-0.jpg" in driver.words("#list")
        assert "girasol.heic" not in driver.words("#list")
        await driver.press("end", "end")
        assert "rosas-12.jpg" in driver.words("#list")


async def test_an_empty_shop_says_where_photos_belong() -> None:
    """The first thing to do is named with the folder."""
    shop = Runtime()
    shop.media.photos.clear()
    shop.media.coming.clear()
    async with driving(shop=shop) as driver:
        await driver.press("4")
        assert "No photos yet." in driver.text
        assert "Drop some into ~/Pictures/catalog" in driver.text


async def test_a_full_disk_is_told_above_the_list() -> None:
    """While photos wait for room, the folder's line says so."""
    shop = Runtime()
    shop.media.is_paused = True
    async with driving(shop=shop) as driver:
        await driver.press("4")
        assert "‖ paused: the disk is full" in driver.text


async def test_several_products_and_notes_are_told() -> None:
    """The detail names what uses a photo and what was done to it."""
    async with driving(LARGE) as driver:
        await driver.press("4", "down")
        assert "used by Ramo de rosas rojas, Ramo mixto" in driver.words("#detail Detail")
        assert "The first frame of an animation was taken." in driver.words("#detail Detail")
