"""Station: what can happen to the folder, and what is said of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from botops.media.watcher import InboxWatcher, ear, station
from tests.media.watcher.post import BY_EVENTS, WHOLE, OpenPost, Post


def test_a_folder_that_was_deleted_and_made_again_is_watched_again(post: Post) -> None:
    """The ear of the old one is dead; what lies in the new one, and what comes, is found."""
    post.root.rmdir()
    post.root.mkdir()
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    post.until(lambda: post.watcher.state.word == "watching")
    post.put("b.jpg")
    assert post.next() == "b.jpg"


def test_a_missing_folder_is_said_and_waited_for(post: Post, tmp_path: Path) -> None:
    """It is never made by us, and what lies in it when it returns is handed on."""
    post.root.rename(tmp_path / "away")
    post.until(lambda: post.watcher.state.word == "missing")
    assert post.watcher.state.sentence == (
        f"The inbox {post.root} can't be read: No such file or directory."
    )
    assert post.watcher.is_alive()
    assert not post.root.exists()
    (tmp_path / "away" / "a.jpg").write_bytes(WHOLE)
    (tmp_path / "away").rename(post.root)
    assert post.next() == "a.jpg"
    post.until(lambda: post.watcher.state.word == "watching")


def test_a_folder_that_takes_the_place_of_a_renamed_one_is_watched(
    post: Post, tmp_path: Path
) -> None:
    """Events of the renamed one come with wrong paths, and nothing is taken from there."""
    post.root.rename(tmp_path / "away")
    post.root.mkdir()
    (tmp_path / "away" / "wrong.jpg").write_bytes(WHOLE)
    post.put("right.jpg")
    assert post.next() == "right.jpg"
    post.put("later.jpg")
    assert post.next() == "later.jpg"
    assert post.settled.empty()


def test_an_inbox_of_our_own_is_made_again(root: Path, open_post: OpenPost) -> None:
    """Inside the home a missing inbox is nobody's wish."""
    root.rmdir()
    post = open_post(replace(BY_EVENTS, make_root=True)).start()
    assert root.is_dir()
    post.put("a.jpg")
    assert post.next() == "a.jpg"


def test_a_file_in_the_place_of_the_folder_is_said(root: Path, open_post: OpenPost) -> None:
    """With or without leave to make the folder."""
    root.rmdir()
    root.write_bytes(WHOLE)
    open_post(BY_EVENTS).start("missing")
    open_post(replace(BY_EVENTS, make_root=True)).start("missing")


def test_an_inbox_may_be_a_link(tmp_path: Path, root: Path, open_post: OpenPost) -> None:
    """Files come with the path through the link, and a new target is noticed."""
    targets = [tmp_path / "one", tmp_path / "two"]
    root.rmdir()
    for target in targets:
        target.mkdir()
    root.symlink_to(targets[0], target_is_directory=True)
    post = open_post(BY_EVENTS).start()
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    root.unlink()
    root.symlink_to(targets[1], target_is_directory=True)
    post.put("b.jpg")
    assert post.next() == "b.jpg"


def test_the_watch_limit_of_the_system_turns_to_polling(
    open_post: OpenPost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the sentence says why."""

    def refuse() -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(ear, "Observer", refuse)
    post = open_post(replace(BY_EVENTS, poll_seconds=0.05)).start("polling")
    assert "inotify watch limit reached" in post.watcher.state.sentence
    post.put("a.jpg")
    assert post.next() == "a.jpg"


def test_a_network_share_is_polled(open_post: OpenPost) -> None:
    """By setting; files are found, changed files wait again."""
    post = open_post(replace(BY_EVENTS, polling=True, poll_seconds=0.05)).start("polling")
    post.put("SHOE/a.jpg")
    assert post.next() == "SHOE/a.jpg"
    post.put("SHOE/a.jpg", WHOLE * 2)
    assert post.next() == "SHOE/a.jpg"


def test_a_network_share_is_found_out(open_post: OpenPost, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folders tell of no change that another machine made, so it is polled unasked."""
    monkeypatch.setattr(station, "is_remote", lambda _: True)
    post = open_post(replace(BY_EVENTS, poll_seconds=0.05)).start("polling")
    assert "network share" in post.watcher.state.sentence
    post.put("a.jpg")
    assert post.next() == "a.jpg"


def test_polling_takes_a_small_part_of_the_time(root: Path) -> None:
    """The longer a scan takes, the rarer it is; with events it is rare anyway."""
    watcher = InboxWatcher(root, lambda _: None)
    assert watcher._scan_pause() == 2.5
    watcher._scan_seconds = 4.0
    assert watcher._scan_pause() == 100.0
    watcher._station.look_after()
    assert watcher._scan_pause() == 45.0
    watcher._station.close()
