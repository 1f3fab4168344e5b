"""Files: whatever people do with photos, each comes once, and whole."""

import os
from pathlib import Path

from tests.media.watcher.post import PATIENCE, WHOLE, Post


def test_a_copied_file_is_handed_on(post: Post) -> None:
    """With what identifies its bytes."""
    facts = post.put("a.jpg").lstat()
    sighting = post.settled.get(timeout=PATIENCE)
    assert sighting.path == post.root / "a.jpg"
    assert sighting.key == (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
    assert sighting.stalled is None


def test_a_file_that_is_moved_in_is_handed_on(post: Post, tmp_path: Path) -> None:
    """It comes as created, and is never closed."""
    outside = tmp_path / "a.jpg"
    outside.write_bytes(WHOLE)
    outside.rename(post.root / "a.jpg")
    assert post.next() == "a.jpg"


def test_a_download_is_handed_on_when_it_gets_its_name(post: Post) -> None:
    """A rename inside comes as moved; the unfinished name was passed over."""
    part = post.put("a.jpg.crdownload")
    post.put("b.jpg")
    assert post.next() == "b.jpg"
    part.rename(post.root / "a.jpg")
    assert post.next() == "a.jpg"


def test_files_in_folders_are_handed_on(post: Post, tmp_path: Path) -> None:
    """A folder that is made, one that is moved in whole, and one that is renamed inside."""
    post.put("SHOE/1.jpg")
    assert post.next() == "SHOE/1.jpg"
    (tmp_path / "BAG" / "deep").mkdir(parents=True)
    (tmp_path / "BAG" / "deep" / "2.jpg").write_bytes(WHOLE)
    (tmp_path / "BAG").rename(post.root / "BAG")
    assert post.next() == "BAG/deep/2.jpg"
    (post.root / "BAG").rename(post.root / "HAT")
    assert post.next() == "HAT/deep/2.jpg"
    post.put("HAT/deep/3.jpg")
    assert post.next() == "HAT/deep/3.jpg"


def test_a_slow_upload_is_handed_on_when_it_is_closed(post: Post) -> None:
    """However long it pauses: as long as it is open for writing it waits."""
    with (post.root / "slow.jpg").open("wb") as upload:
        upload.write(WHOLE)
        upload.flush()
        post.until(lambda: [each.state for each in post.watcher.pending().files] == ["writing"])
        post.put("quick.jpg")
        assert post.next() == "quick.jpg"
        upload.write(WHOLE)
    sighting = post.settled.get(timeout=PATIENCE)
    assert (sighting.path.name, sighting.size) == ("slow.jpg", 2 * len(WHOLE))


def test_a_reserved_file_waits_for_its_end(post: Post) -> None:
    """The room was reserved, the copy broke off: not handed on before the zeros are gone."""
    path = post.put("a.jpg", WHOLE + bytes(5000))
    post.until(lambda: [each.state for each in post.watcher.pending().files] == ["truncated"])
    assert post.settled.empty()
    path.write_bytes(WHOLE)
    assert post.next() == "a.jpg"


def test_names_of_all_kinds_are_handed_on_raw(post: Post) -> None:
    """Composed, decomposed, and bytes that are no UTF-8: each opens by the path that is given."""
    given = [
        os.fsdecode(name) for name in (b"caf\xc3\xa9.jpg", b"cafe\xcc\x81.jpg", b"caf\xe9.jpg")
    ]
    for name in given:
        post.put(name)
    sightings = [post.settled.get(timeout=PATIENCE) for _ in given]
    assert {sighting.path.name for sighting in sightings} == set(given)
    assert all(sighting.path.read_bytes() == WHOLE for sighting in sightings)


def test_a_link_is_not_followed(post: Post, tmp_path: Path) -> None:
    """Neither to a file nor to a folder."""
    (tmp_path / "secret.jpg").write_bytes(WHOLE)
    (post.root / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (post.root / "folder").symlink_to(tmp_path, target_is_directory=True)
    post.watcher.rescan_now(afresh=True)
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    assert post.settled.empty()
    assert post.watcher.pending().count == 0


def test_the_same_file_again_is_handed_on_again(post: Post) -> None:
    """Taken away and dropped once more, it is news; what stays is not."""
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    (post.root / "a.jpg").unlink()
    post.put("a.jpg")
    assert post.next() == "a.jpg"
    post.watcher.rescan_now()
    post.put("b.jpg")
    assert post.next() == "b.jpg"


def test_two_thousand_files_at_once_are_all_handed_on_once(post: Post) -> None:
    """A merchant drops the whole shop."""
    names = [f"{number:04}.jpg" for number in range(2000)]
    for name in names:
        (post.root / name).write_bytes(b"x")
    assert post.drain(2000) == names
    assert post.settled.empty()
