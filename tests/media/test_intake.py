"""Intake: each file ends as a picture, a reject or a duplicate, and leaves the inbox last."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from botops.jobs.retry import JobCancelled
from botops.media.pool import DecodeFailed, DecodeStopped
from botops.store import db
from tests.media import photos
from tests.media.shop import Shop, sha

PDF = b"%PDF-1.7\n" + b"x" * 500


def picture(number: int = 0) -> bytes:
    """A small picture of its own for each number."""
    scene = photos.scene(48, 36)
    scene.putpixel((0, 0), (number, number, number))
    return photos.saved(scene, "PNG")


def test_a_photo_is_stored_and_leaves_the_inbox(shop: Shop) -> None:
    """Its original and its variants lie in their places, the row says so, the event too."""
    content = picture()
    row = shop.take_in("Rose-1.png", content)
    assert (row.status, row.original_name, row.version) == ("ready", "Rose-1.png", 1)
    assert (row.width, row.height, row.mime_type) == (48, 36, "image/png")
    assert shop.vault.original(row.hash, "png").read_bytes() == content
    assert (shop.in_inbox(), shop.half_done(), shop.results()) == ([], [], ["stored"])
    [event] = shop.events("media_ready")
    assert (event["mediaId"], event["fileName"]) == (row.id, "Rose-1.png")
    assert event["candidates"][1] == {"sku": "rose", "sequence": 1, "primary": False}
    shop.check()


def test_a_bad_file_is_refused(shop: Shop) -> None:
    """It lies among the rejects under its hash and name, its reason beside it, and is a row."""
    row = shop.take_in("menu.jpg", PDF)
    assert (row.status, row.code) == ("failed", "unsupported_format")
    name = f"{sha(PDF)[:12]}_menu.jpg"
    assert shop.in_rejected() == [name, f"{name}.reason.json"]
    note = json.loads((shop.home.rejected / f"{name}.reason.json").read_text())
    assert {*note} == {"code", "reason", "file_name", "sha256", "size", "rejected_at"}
    assert (note["file_name"], note["size"], note["reason"]) == ("menu.jpg", 509, row.reason)
    [event] = shop.events("media_rejected")
    assert event == {
        "mediaId": row.id, "fileName": "menu.jpg", "code": row.code, "reason": row.reason
    }  # fmt: skip
    assert (shop.in_inbox(), shop.half_done()) == ([], [])
    assert not any(shop.home.originals.rglob("*.*"))
    shop.check()


def test_the_same_bytes_again_are_one_picture(shop: Shop) -> None:
    """A duplicate is told like a new one, so that its name is linked, and has its own source."""
    first = shop.take_in("rose.png", picture())
    again = shop.take_in("tulip.png", picture())
    assert again.id == first.id
    assert shop.results() == ["stored", "duplicate"]
    assert shop.pool.converted == 1
    assert [each["fileName"] for each in shop.events("media_ready")] == ["rose.png", "tulip.png"]
    sources = db.execute("SELECT path, outcome, media_id FROM media_sources ORDER BY id")
    assert [(Path(path).name, outcome) for path, outcome, _ in sources] == [
        ("rose.png", "stored"), ("tulip.png", "duplicate")
    ]  # fmt: skip
    assert shop.in_inbox() == []


def test_a_duplicate_that_was_decoded_beside_the_first_is_told_too(shop: Shop) -> None:
    """Two workers with the same bytes both look at them; both names are told, one row is there."""
    shop.drop("a.png", picture())
    shop.drop("b.png", picture())

    def let_the_other_be_first(_checkpoint: object) -> None:
        shop.pool.before = lambda _checkpoint: None
        shop.work()

    shop.pool.before = let_the_other_be_first
    shop.offer()
    shop.work()
    assert len(shop.pictures()) == 1
    assert sorted(each["fileName"] for each in shop.events("media_ready")) == ["a.png", "b.png"]
    assert (shop.in_inbox(), shop.pool.converted) == ([], 2)


def test_a_verdict_does_not_undo_what_another_copy_has_shown(shop: Shop) -> None:
    """A copy that is refused (a busy machine) while another is made ready is a duplicate."""
    shop.drop("a.png", picture())
    shop.drop("b.png", picture())

    def give_up(_checkpoint: object) -> None:
        from botops.media import verdict

        shop.pool.before = lambda _checkpoint: None
        shop.work()
        raise verdict.too_slow()

    shop.pool.before = give_up
    shop.offer()
    shop.work()
    [row] = shop.pictures()
    assert (row.status, shop.in_rejected(), shop.in_inbox()) == ("ready", [], [])
    assert (len(shop.events("media_ready")), shop.events("media_rejected")) == (2, [])


def test_new_bytes_under_an_old_name_are_a_new_version(shop: Shop) -> None:
    """The version grows, without regard to case, and the event names what it replaces."""
    first = shop.take_in("rose.png", picture(1))
    second = shop.take_in("ROSE.PNG", picture(2))
    assert (first.version, second.version) == (1, 2)
    assert [each["replaces"] for each in shop.events("media_ready")] == [None, first.id]


def test_an_old_version_that_comes_again_is_the_newest(shop: Shop) -> None:
    """Whoever drops the former photo again wants it back."""
    first = shop.take_in("rose.png", picture(1))
    second = shop.take_in("rose.png", picture(2))
    again = shop.take_in("rose.png", picture(1))
    assert (again.id, again.version) == (first.id, 3)
    assert shop.events("media_ready")[-1]["replaces"] == second.id


def test_a_name_that_was_lent_to_a_known_picture_is_followed(shop: Shop) -> None:
    """Known bytes under another's name replace it there, and are replaced there in turn."""
    tulip = shop.take_in("tulip.png", picture(1))
    rose = shop.take_in("rose.png", picture(2))
    shop.take_in("tulip.png", picture(2))
    shop.take_in("tulip.png", picture(3))
    replaced = [each["replaces"] for each in shop.events("media_ready")]
    assert replaced == [None, None, tulip.id, rose.id]


def test_the_same_name_in_another_folder_is_another_name(shop: Shop) -> None:
    """`1.png` in the folders of two products are no versions of each other."""
    shop.take_in("ROSE/1.png", picture(1))
    row = shop.take_in("TULIP/1.png", picture(2))
    assert (row.version, row.original_name) == (1, "1.png")
    event = shop.events("media_ready")[-1]
    assert event["candidates"][0] == {"sku": "tulip", "sequence": 1, "primary": False}


def test_the_very_same_file_seen_twice_is_taken_in_once(shop: Shop) -> None:
    """Killed between the row and the removal: only the removal is left to do, and no event."""
    file = shop.drop("rose.png", picture())
    kept = shop.home.root / "kept.png"
    os.link(file, kept)
    for _ in range(2):
        shop.offer()
        shop.work()
        assert shop.in_inbox() == []
        os.link(kept, file)
    assert shop.results() == ["stored", "known"]
    assert len(shop.events("media_ready")) == 1


def test_two_looks_at_one_file_are_one_job(shop: Shop) -> None:
    """A file that is offered again while its job waits gets no second one."""
    shop.drop("rose.png", picture())
    assert shop.offer() == shop.offer()


def test_a_file_that_changed_since_is_left_for_the_watcher(shop: Shop) -> None:
    """Nothing is stored of it; it is offered again once it is at rest."""
    file = shop.drop("rose.png", picture(1))
    shop.offer()
    file.write_bytes(picture(2) + b"more")
    shop.work()
    assert (shop.results(), shop.pictures(), shop.in_inbox()) == (["changed"], [], ["rose.png"])


def test_a_file_that_is_written_to_while_it_is_copied_is_not_stored(shop: Shop) -> None:
    """A copy of two halves that never were one file is thrown away."""
    file = shop.drop("rose.png", picture(1))
    shop.offer()
    original_fsync = os.fsync

    def fsync(descriptor: int) -> None:
        file.write_bytes(picture(2))
        original_fsync(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        shop.work()
    assert (shop.results(), shop.in_inbox(), shop.half_done()) == (["changed"], ["rose.png"], [])
    assert shop.pool.converted == 0


def test_a_file_that_changed_after_it_was_stored_stays(shop: Shop) -> None:
    """What was written meanwhile is another content: it stays, and is taken in, too."""
    file = shop.drop("rose.png", picture(1))
    shop.offer()

    def write(_checkpoint: object) -> None:
        file.write_bytes(picture(2))

    shop.pool.before = write
    shop.work()
    assert (shop.results(), shop.in_inbox()) == (["stored"], ["rose.png"])
    shop.pool.before = lambda _checkpoint: None
    shop.offer()
    shop.work()
    assert sorted(each.version for each in shop.pictures()) == [1, 2]
    assert shop.in_inbox() == []


def test_a_vanished_file_is_no_failure(shop: Shop) -> None:
    """Whoever takes a file away again did not want it taken in."""
    file = shop.drop("rose.png", picture())
    shop.offer()
    file.unlink()
    shop.work()
    assert (shop.results(), shop.pictures()) == (["gone"], [])


def test_a_link_is_not_followed(shop: Shop, tmp_path: Path) -> None:
    """A link put in the place of a photo that was seen leads nowhere."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture(7))
    file = shop.drop("rose.png", picture())
    shop.offer()
    file.unlink()
    file.symlink_to(secret)
    shop.work()
    assert (shop.results(), shop.pictures()) == (["changed"], [])
    assert secret.exists()


def test_a_folder_swapped_for_a_link_is_not_followed(shop: Shop, tmp_path: Path) -> None:
    """The file behind it is another one than was seen."""
    file = shop.drop("ROSE/1.png", picture())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "1.png").write_bytes(picture())
    shop.offer()
    file.parent.rename(tmp_path / "away")
    file.parent.symlink_to(elsewhere)
    shop.work()
    assert shop.results() == ["changed"]
    assert (elsewhere / "1.png").exists()


def test_a_file_that_may_not_be_read_is_tried_again(shop: Shop) -> None:
    """It is no reject, since nobody knows what is in it; the job says what is wrong."""
    shop.drop("rose.png", picture())
    shop.offer()
    really_open = os.open

    def refuse(path: str | Path, *rest: int, **named: int) -> int:
        if str(path).endswith("rose.png"):
            raise PermissionError(13, "Permission denied")
        return really_open(path, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", refuse)
        shop.work()
    [(state, error, _)] = shop.jobs()
    assert (state, error) == ("retryable", "rose.png can't be read: Permission denied.")
    shop.make_due()
    shop.work()
    assert shop.results() == ["stored"]


def test_a_name_that_is_no_text_comes_through(shop: Shop) -> None:
    """The raw name opens and removes the file, a safe one is shown, stored and told."""
    raw = os.fsdecode(b"caf\xe9\x1b\n.png")
    shop.drop(raw, picture())
    shop.offer()
    shop.work()
    [row] = shop.pictures()
    assert (row.original_name, shop.in_inbox()) == ("caf%E9%1B%0A.png", [])
    assert shop.events("media_ready")[0]["fileName"] == "caf%E9%1B%0A.png"


def test_names_that_are_shown_alike_are_told_apart(shop: Shop) -> None:
    """A byte that is no text and a name that spells it are two files."""
    shop.boot(keep_source=True)
    shop.drop(os.fsdecode(b"caf\xe9.png"), picture(1))
    shop.drop("caf%E9.png", picture(2))
    shop.offer()
    shop.work()
    assert len(shop.pictures()) == 2
    assert shop.offer() == []


def test_a_file_from_the_far_future_is_taken_in(shop: Shop) -> None:
    """Some disks tell of years that no database knows."""
    file = shop.drop("rose.png", picture())
    os.utime(file, ns=(1, 2**63 + 5))
    shop.offer()
    shop.work()
    assert shop.results() == ["stored"]


def test_an_ending_program_burns_no_attempt(shop: Shop) -> None:
    """A decoder that was closed says nothing about the photo."""

    def stop(_checkpoint: object) -> None:
        raise DecodeStopped("closed")

    shop.drop("rose.png", picture())
    shop.offer()
    shop.pool.before = stop
    shop.work()
    assert shop.jobs() == [("scheduled", "", 0)]
    assert (shop.in_inbox(), shop.half_done()) == (["rose.png"], [])


def test_a_cancelled_job_leaves_the_file(shop: Shop) -> None:
    """It stays in the inbox, nothing of it is stored, and the job can be tried again."""

    def cancel(_checkpoint: Callable[[], None]) -> None:
        raise JobCancelled

    shop.drop("rose.png", picture())
    [job] = shop.offer()
    shop.pool.before = cancel
    shop.work()
    assert [state for state, *_ in shop.jobs()] == ["cancelled"]
    assert (shop.in_inbox(), shop.half_done()) == (["rose.png"], [])
    assert not any(shop.home.originals.iterdir())
    shop.pool.before = lambda _checkpoint: None
    shop.control.retry([str(job)])
    shop.work()
    assert (shop.results(), shop.in_inbox()) == (["stored"], [])


def test_a_cancel_is_heard_while_a_file_is_copied(shop: Shop) -> None:
    """Between two megabytes a job can stop."""
    shop.drop("rose.png", picture())
    [job] = shop.offer()
    claim = shop._claim()
    assert claim is not None
    shop.control.cancel([str(job)])
    shop._worker.run(claim)
    assert [state for state, *_ in shop.jobs()] == ["cancelled"]
    assert (shop.in_inbox(), shop.half_done(), shop.pool.converted) == (["rose.png"], [], 0)


def test_a_job_that_failed_for_good_keeps_its_file(shop: Shop) -> None:
    """After ten tries the file lies in the inbox still, and a rescan offers it again."""

    def fail(_checkpoint: object) -> None:
        raise DecodeFailed("The picture decoder does not start.")

    shop.drop("rose.png", picture())
    shop.offer()
    shop.pool.before = fail
    for _ in range(10):
        shop.work()
        shop.make_due()
    assert shop.jobs() == [("discarded", "The picture decoder does not start.", 10)]
    assert (shop.in_inbox(), shop.half_done()) == (["rose.png"], [])
    shop.pool.before = lambda _checkpoint: None
    shop.offer()
    shop.work()
    assert (shop.results(), shop.in_inbox()) == (["stored"], [])


def test_a_file_that_can_not_be_taken_out_is_stored_all_the_same(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """A read-only inbox is said in the log, and makes no second picture."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    shop.drop("rose.png", picture())
    shop.offer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        shop.work()
    assert "can't be taken out of the inbox: Permission denied" in caplog.text
    assert (shop.results(), shop.in_inbox()) == (["stored"], ["rose.png"])
    shop.offer()
    shop.work()
    assert (shop.results(), shop.in_inbox()) == (["stored", "known"], [])


def test_a_duplicate_brings_back_what_was_lost(shop: Shop) -> None:
    """Where somebody has removed the stored files, the photo that comes again replaces them."""
    row = shop.take_in("rose.png", picture())
    Path(row.variants["thumb"].path).unlink()
    shop.vault.original(row.hash, "png").write_bytes(b"cut")
    shop.take_in("rose.png", picture())
    shop.check()
    assert len(shop.events("media_ready")) == 2
