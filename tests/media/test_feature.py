"""Feature: which folder is watched, what stays in it, and how a start cleans up."""

import os
from pathlib import Path
from typing import Any

import pytest

from botops.kernel.errors import UsageProblem
from tests.media.shop import Shop, files_below
from tests.media.test_intake import PDF, picture


def settle(shop: Shop) -> None:
    """Take in what lies in the inbox."""
    shop.offer()
    shop.work()


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Somebody's folder of pictures, with a good and a bad one."""
    album = tmp_path / "album"
    album.mkdir()
    (album / "rose.png").write_bytes(picture())
    (album / "menu.jpg").write_bytes(PDF)
    return album


def test_nothing_in_a_folder_of_somebody_is_moved(shop: Shop, album: Path) -> None:
    """Pictures and rejects are copies; what was seen is known after a restart, by its identity."""
    shop.boot(inbox=album)
    assert shop.feature.keeps_source
    settle(shop)
    assert files_below(album) == ["menu.jpg", "rose.png"]
    assert sorted(row.status for row in shop.pictures()) == ["failed", "ready"]
    assert len(shop.in_rejected()) == 2
    shop.boot(inbox=album)
    assert shop.offer() == []
    os.utime(album / "rose.png", (1, 1))
    settle(shop)
    assert shop.results()[2:] == ["duplicate"]
    assert files_below(album) == ["menu.jpg", "rose.png"]


def test_a_known_file_of_somebody_that_is_offered_again_is_not_read(
    shop: Shop, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rescan of a large folder is a matter of moments, and tells nothing twice."""
    shop.boot(inbox=album)
    settle(shop)
    monkeypatch.setattr(shop.library, "seen", lambda _sightings: ())  # as `media rescan`
    settle(shop)
    assert shop.results()[2:] == ["known", "known"]
    assert len(shop.events("media_ready")) == 1


@pytest.mark.parametrize(
    ("settings", "inside", "stays"),
    [
        ({}, True, False),
        ({"keep_source": True}, True, True),
        ({}, False, True),
        ({"keep_source": False}, False, False),
    ],
)
def test_what_is_kept_can_be_chosen(
    shop: Shop, tmp_path: Path, settings: dict[str, Any], inside: bool, stays: bool
) -> None:
    """An inbox in the home is emptied, any other is left as it is, unless the merchant says so."""
    inbox = shop.home.root / "photos" if inside else tmp_path / "photos"
    inbox.mkdir()
    shop.boot(inbox=inbox, **settings)
    shop.drop("rose.png", picture())
    settle(shop)
    assert bool(shop.in_inbox()) is stays


def test_a_link_in_the_home_leads_to_a_folder_of_somebody(shop: Shop, album: Path) -> None:
    """What counts is where the files really lie, also when the link came while all runs."""
    shop.home.inbox.rmdir()
    shop.home.inbox.symlink_to(album)
    settle(shop)
    assert files_below(album) == ["menu.jpg", "rose.png"]
    shop.boot()
    assert shop.feature.keeps_source


def test_a_path_that_leads_out_of_the_home_is_outside(shop: Shop, album: Path) -> None:
    """`home/../album` begins like the home, and is none of it."""
    shop.boot(inbox=shop.home.root / ".." / "album")
    settle(shop)
    assert files_below(album) == ["menu.jpg", "rose.png"]


@pytest.mark.parametrize(
    "place", ["", "..", "media", "media/originals", "media/variants/ab", "tmp", "logs/x", "link"]
)
def test_our_own_files_are_no_inbox(shop: Shop, place: str) -> None:
    """What is written there would come in again, and be removed from where it belongs."""
    (shop.home.root / "link").symlink_to(shop.home.originals)
    with pytest.raises(UsageProblem, match=r"The photo folder can't be .*own files there"):
        shop.boot(inbox=shop.home.root / place)


def test_a_start_brings_back_what_was_on_its_way_out(shop: Shop) -> None:
    """Killed while a file left the inbox: the stored one goes, another one comes back."""
    stored = picture(1)
    shop.take_in("rose.png", stored)
    for name, content in (("rose.png", stored), ("tulip.png", picture(2))):
        shop.vault.bench.way_out(name).write_bytes(content)
    shop.boot()
    assert (shop.in_inbox(), shop.half_done()) == (["tulip.png"], [])
    settle(shop)
    assert len(shop.pictures()) == 2


def test_an_end_leaves_nothing_half_done(shop: Shop) -> None:
    """The folder of this process is gone, and the next process makes its own."""
    shop.take_in("rose.png", picture())
    shop.feature.close()
    assert files_below(shop.home.tmp) == []


def test_the_disk_says_what_is_wrong_with_it(shop: Shop) -> None:
    """While photos wait for room, the part is degraded."""
    watcher, disk = shop.feature.parts()
    assert (watcher.look().state, disk.look().state) == ("down", "up")
    shop.vault.room._sentence, shop.vault.room._said_at = "Full.", 1e12
    assert (disk.look().state, disk.look().detail) == ("degraded", "Full.")
