"""Snapshots: each section at each size, as text; UPDATE_SNAPSHOTS=1 writes them anew."""

import os
from pathlib import Path

import pytest

from tests.tui.driving import LARGE, MEDIUM, SMALL, Size, driving

FOLDER = Path(__file__).parent / "snapshots"
# One walk through the program: the keys from the scene before, and the name of what is then seen.
WALK = (
    ("", "home"),
    ("semicolon", "jump"),
    ("escape 4 down", "media"),
    ("down down down enter", "media-refused"),
    ("escape 6", "jobs"),
    ("down down down down down enter", "jobs-failed"),
    ("escape question_mark", "keys"),
    ("escape R", "retry-all"),
    ("n s", "sort"),
    ("escape slash", "filter"),
    ("escape 8", "audit"),
    ("w", "audit-who"),
    ("escape down down down down down down down v", "audit-change"),
    ("escape 9", "settings"),
    ("slash s i z e enter", "settings-found"),
    ("enter 0", "settings-edit"),
)


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_each_scene_looks_as_it_did(size: Size) -> None:
    """What is drawn is what was looked at and found good, line by line, as wide as the terminal."""
    drawn: dict[str, str] = {}
    async with driving(size) as driver:
        for keys, scene in WALK:
            await driver.press(*keys.split())
            drawn[f"{scene}-{size[0]}x{size[1]}"] = driver.text + "\n"
            assert len(driver.lines) == size[1], scene
            assert max(map(len, driver.lines)) <= size[0], scene
    if os.environ.get("UPDATE_SNAPSHOTS"):
        for name, text in drawn.items():
            (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")
    kept = {name: (FOLDER / f"{name}.txt").read_text(encoding="utf-8") for name in drawn}
    assert drawn == kept


def test_no_snapshot_is_left_over() -> None:
    """Each file belongs to a scene of the walk."""
    scenes = {scene for _, scene in WALK}
    assert {file.stem.rpartition("-")[0] for file in FOLDER.glob("*.txt")} == scenes
