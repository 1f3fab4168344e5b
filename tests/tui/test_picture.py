"""Picture: a thumbnail in half cells, in the proportions of the photo."""

from pathlib import Path

import pytest
from PIL import Image

from botops.tui.widgets.picture import Picture, ask_terminal, half_cells
from tests.tui.driving import LARGE, driving
from tests.tui.fake_runtime import Runtime
from tests.tui.sample import a_photo


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    """A picture, red above and blue below."""
    picture = Image.new("RGB", (240, 320), "red")
    picture.paste("blue", (0, 160, 240, 320))
    picture.save(tmp_path / "thumb.png")
    return tmp_path / "thumb.png"


def test_a_picture_keeps_its_proportions(portrait: Path) -> None:
    """3:4 in cells that are twice as high as wide, however wide the room is."""
    strips = half_cells(portrait, width=100, height=20)
    assert len(strips) == 20
    assert {strip.cell_length for strip in strips} == {30}
    assert len(half_cells(portrait, width=12, height=20)) == 8


def test_each_cell_is_two_pixels(portrait: Path) -> None:
    """Red stays above, blue below."""
    strips = half_cells(portrait, width=100, height=20)
    top, bottom = strips[1]._segments[0].style, strips[-2]._segments[0].style
    assert top
    assert bottom
    assert (top.color, bottom.bgcolor) == (top.bgcolor, bottom.color)
    assert top.color
    assert top.color.triplet == (255, 0, 0)
    assert bottom.color
    assert bottom.color.triplet == (0, 0, 255)


async def test_the_photo_under_the_cursor_is_shown(portrait: Path) -> None:
    """Media shows the picture of a photo that is ready, and of no other."""
    shop = Runtime()
    shop.media.picture = portrait
    async with driving(LARGE, shop) as driver:
        await driver.press("4", "down")
        assert "▀▀▀▀▀▀" in driver.words("#detail")
        await driver.press("down", "down", "down")
        assert "▀▀▀▀▀▀" not in driver.text


async def test_a_picture_that_is_gone_is_no_error() -> None:
    """The file was removed since it was listed: the facts stand without it."""
    shop = Runtime()
    shop.media.picture = Path("/nowhere/thumb.jpg")
    shop.media.photos = [a_photo(1, "rosas.jpg")]
    shop.media.coming.clear()
    async with driving(LARGE, shop) as driver:
        await driver.press("4")
        assert "3024 × 4032" in driver.text
        assert driver.app.is_running


@pytest.mark.parametrize("name", ["TMUX", "STY", "ZELLIJ", "TEXTUAL_DRIVER", "NO_COLOR"])
def test_a_terminal_that_passes_pictures_on_badly_is_not_asked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside a multiplexer or a browser the picture is half cells."""
    monkeypatch.setenv(name, "1")
    ask_terminal()
    assert Picture.real is None
