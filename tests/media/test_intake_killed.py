"""Killed: at each step of a photo's way the program may die, and the next run ends it as well."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from botops.jobs.outcome import Outcomes
from botops.store import db
from tests.media import photos
from tests.media.shop import Shop, files_below

# All that changes the disk, but for the database: between two of them nothing can be lost.
STEPS = ("open", "replace", "rename", "unlink", "mkdir", "link")
PNG = photos.saved(photos.scene(48, 36), "PNG")
OTHER = photos.saved(photos.scene(36, 48), "PNG")
BAD = b"%PDF-1.7\n" + b"x" * 500


class Killed(BaseException):
    """The process is gone; nothing in it may clean up."""


class Tripwire:
    """Lets so many steps pass, and none after them."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def __call__(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """The step, with the wire before it."""

        def guarded(*args: Any, **named: Any) -> Any:
            if self.left <= 0:
                self.left = -1
                raise Killed
            self.left -= 1
            return step(*args, **named)

        return guarded

    @property
    def is_torn(self) -> bool:
        """Whether the process has died."""
        return self.left < 0


@dataclass(frozen=True)
class Story:
    """What was there before, and what happens when the kill comes."""

    before: Callable[[Shop], object]
    act: Callable[[Shop], object]
    settings: dict[str, Any] = field(default_factory=dict)


def lay(*files: tuple[str, bytes]) -> Callable[[Shop], None]:
    """Lay files down in the inbox."""

    def run(shop: Shop) -> None:
        for name, content in files:
            shop.drop(name, content)

    return run


def take_in(shop: Shop) -> None:
    """Take in what lies there."""
    shop.offer()
    shop.work()


def both(*parts: Callable[[Shop], object]) -> Callable[[Shop], None]:
    """One after the other."""

    def run(shop: Shop) -> None:
        for part in parts:
            part(shop)

    return run


def retry(shop: Shop) -> None:
    """Try the refused file again."""
    [row] = [each for each in shop.pictures() if each.status == "failed"]
    shop.library.retry(row.id)
    shop.work()


def give(content: bytes) -> Callable[[Shop], None]:
    """Lay a file down somewhere else."""

    def run(shop: Shop) -> None:
        (shop.home.root / "given.png").write_bytes(content)

    return run


def add(shop: Shop) -> None:
    """Hand the file over by name."""
    shop.library.add(shop.home.root / "given.png")
    shop.work()


def refuse_for_its_size(shop: Shop) -> None:
    """Refuse a photo as too large, then allow more."""
    rules = shop.feature._intake._rules
    shop.feature._intake._rules = replace(rules, max_size=10)
    both(lay(("ROSE/1.png", PNG)), take_in)(shop)
    shop.feature._intake._rules = rules


STORIES: dict[str, Story] = {
    "a photo": Story(lay(("rose.png", PNG)), take_in),
    "a bad file": Story(lay(("menu.jpg", BAD)), take_in),
    "a duplicate": Story(both(lay(("rose.png", PNG)), take_in, lay(("tulip.png", PNG))), take_in),
    "a new version": Story(
        both(lay(("rose.png", PNG)), take_in, lay(("rose.png", OTHER))), take_in
    ),
    "a bad file by another name": Story(
        both(lay(("a.jpg", BAD)), take_in, lay(("b.jpg", BAD))), take_in
    ),
    "a refused file, again": Story(refuse_for_its_size, retry),
    "a refused file, in vain": Story(both(lay(("menu.jpg", BAD)), take_in), retry),
    "a photo given by name": Story(give(PNG), add),
    "a broken photo given by name": Story(give(PNG[:-60]), add),
    "a folder that is kept": Story(
        lay(("rose.png", PNG), ("menu.jpg", BAD)), take_in, {"keep_source": True}
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_kill_at_any_step_changes_nothing(
    name: str, tmp_path: Path, template_database: Path
) -> None:
    """One row, one event, whole files, an empty inbox and no rest: as if there had been no kill."""
    story = STORIES[name]
    expected, _ = run(story, Tripwire(1_000_000), tmp_path / "whole", template_database)
    for steps in count():
        wire = Tripwire(steps)
        found, rest = run(story, wire, tmp_path / str(steps), template_database)
        assert found == expected, steps
        assert rest == [], steps
        if not wire.is_torn:
            break
    assert steps > 5


def run(
    story: Story, wire: Tripwire, folder: Path, template: Path
) -> tuple[dict[str, Any], list[str]]:
    """Tell a story, killed where the wire says, and start anew; return what there is then."""
    folder.mkdir()
    shutil.copyfile(template, folder / "botops.db")
    db.open(folder / "botops.db")
    db.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug here
    try:
        shop = Shop(folder / "home", **story.settings)
        story.before(shop)
        with wired(wire):
            story.act(shop)
        shop.die()
        shop.boot(**story.settings)
        if (given := shop.home.root / "given.png").exists():  # the person calls the command again
            shop.library.add(given)
        shop.offer()
        shop.work()
        shop.check()
        found = snapshot(shop, has_been_given=given.exists())
        rest = shop.half_done()
        shop.feature.close()
        assert files_below(shop.home.tmp) == []
        return found, rest
    finally:
        db.close()


class wired:  # noqa: N801 - reads as a verb in a with statement
    """Puts a wire before each step; a kill ends the block."""

    def __init__(self, wire: Tripwire) -> None:
        self.wire = wire
        self.patch = pytest.MonkeyPatch()

    def __enter__(self) -> None:
        """Put the wires."""
        self.patch.setattr(os, "fsync", lambda _descriptor: None)
        for step in STEPS:
            self.patch.setattr(os, step, self.wire(getattr(os, step)))
        self.patch.setattr(Outcomes, "complete", self.wire(Outcomes.complete))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        """Take the wires away."""
        self.patch.undo()
        return kind is Killed


def snapshot(shop: Shop, *, has_been_given: bool) -> dict[str, Any]:
    """Everything that a person can see; what was given twice is told twice, or not."""
    events = [*tellings(shop, "media_ready"), *tellings(shop, "media_rejected")]
    return {
        "rows": [
            (row.original_name, row.hash, row.status, row.code, row.version, row.id)
            for row in shop.pictures()
        ],
        "events": set(events) if has_been_given else events,
        "inbox": shop.in_inbox(),
        "live jobs": [state for state, *_ in shop.jobs() if state != "completed"],
        "originals": files_below(shop.home.originals),
        "variants": files_below(shop.home.variants),
        "sources": db.execute("SELECT media_id, size FROM media_sources ORDER BY path"),
        "rejects": {row.original_name for row in shop.pictures() if row.status == "failed"},
    }


def tellings(shop: Shop, kind: str) -> Iterator[tuple[Any, ...]]:
    """The events of a kind, without what differs from run to run."""
    for event in shop.events(kind):
        yield kind, event["mediaId"], event["fileName"], event.get("replaces"), event.get("code")
