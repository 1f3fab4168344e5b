"""Snapshots: each section at each size, as text; UPDATE_SNAPSHOTS=1 writes them anew."""

import os
from pathlib import Path

import pytest

from tests.tui.driving import LARGE, MEDIUM, SMALL, Size, driving

FOLDER = Path(__file__).parent / "snapshots"
SCENES = {
    "home": (),
    "media": ("4", "down"),
    "media-refused": ("4", "down", "down", "down", "down", "enter"),
    "jobs": ("6",),
    "jobs-failed": ("6", *["down"] * 5, "enter"),
    "keys": ("6", "question_mark"),
    "retry-all": ("6", "R"),
    "sort": ("6", "s"),
    "jump": ("1", "semicolon"),
}


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES)
async def test_a_section_looks_as_it_did(scene: str, size: Size) -> None:
    """What is drawn is what was looked at and found good."""
    async with driving(size) as driver:
        await driver.press(*SCENES[scene])
        drawn = driver.text + "\n"
    file = FOLDER / f"{scene}-{size[0]}x{size[1]}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert file.exists(), f"no snapshot yet; look at this:\n{drawn}"
    assert drawn == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("section", ["1", "4", "6"])
async def test_a_section_fills_the_screen_exactly(section: str, size: Size) -> None:
    """No line is wider than the terminal, and the keys are on the last one."""
    async with driving(size) as driver:
        await driver.press(section)
        lines = driver.lines
        assert len(lines) == size[1]
        assert max(map(len, lines)) <= size[0]
        assert lines[-1].startswith(" ? Keys")
