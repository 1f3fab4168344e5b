"""Library: what is asked about pictures, and what a person does with them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from botops.catalog import NewProduct
from botops.kernel.errors import NotFound, Refused, UsageProblem
from botops.media.library import WAITING, MediaQuery
from botops.media.sightings import look
from botops.media.tasks import INGEST
from botops.store import db
from tests.media import photos
from tests.media.shop import Shop, files_below
from tests.media.test_intake import PDF, picture


def refuse_for_size(shop: Shop, name: str, content: bytes) -> str:
    """Refuse a photo as too large, then allow more; return its id."""
    rules = shop.feature._intake._rules
    shop.feature._intake._rules = replace(rules, max_size=10)
    row = shop.take_in(name, content)
    shop.feature._intake._rules = rules
    assert row.code == "too_large"
    return row.id


def names(shop: Shop, **query: Any) -> list[str]:
    """The names of the pictures that a query means."""
    return [row.original_name for row in shop.library.page(MediaQuery(**query)).items]


def test_a_refused_photo_has_a_way_back(shop: Shop) -> None:
    """After the limit was raised it becomes a picture, is told like a new one, and no reject."""
    media_id = refuse_for_size(shop, "ROSE/1.png", picture())
    shop.library.retry(media_id)
    assert len(shop.in_rejected()) == 2
    shop.work()
    row = shop.library.show(media_id)
    assert (row.status, row.code, row.reason, row.original_name) == ("ready", None, None, "1.png")
    assert shop.in_rejected() == []
    [event] = shop.events("media_ready")
    assert event["candidates"][0]["sku"] == "rose"
    shop.check()


def test_a_refused_photo_may_be_refused_again(shop: Shop) -> None:
    """It stays where it is, with the reason of now."""
    row = shop.take_in("menu.jpg", PDF)
    before = shop.in_rejected()
    shop.library.retry(row.id)
    shop.work()
    assert shop.library.show(row.id).status == "failed"
    assert shop.in_rejected() == before
    assert (shop.half_done(), len(shop.events("media_rejected"))) == ([], 2)
    shop.check()


def test_a_reject_dropped_again_becomes_a_picture(shop: Shop) -> None:
    """Under another name, after the limit was raised: that name counts, and no reject stays."""
    media_id = refuse_for_size(shop, "a.png", picture())
    row = shop.take_in("b.png", picture())
    assert (row.id, row.status, row.original_name, row.version) == (media_id, "ready", "b.png", 1)
    assert shop.in_rejected() == []


def test_a_bad_file_by_another_name_lies_there_once(shop: Shop) -> None:
    """Under the name by which it came last."""
    shop.take_in("a.jpg", PDF)
    row = shop.take_in("b.jpg", PDF)
    assert row.original_name == "b.jpg"
    assert [name[13:] for name in shop.in_rejected()] == ["b.jpg", "b.jpg.reason.json"]
    shop.check()


def test_a_reject_that_was_edited_in_place_is_another_content(shop: Shop) -> None:
    """It can't be taken for the one that was refused."""
    row = shop.take_in("menu.jpg", PDF)
    shop.vault.rejected(row.hash, "menu.jpg").write_bytes(picture())
    shop.library.retry(row.id)
    shop.work()
    state, error, _ = shop.jobs()[-1]
    assert (state, error) == ("discarded", "menu.jpg was changed where it lies. Drop it again.")


def test_a_file_that_is_gone_can_not_be_tried_again(shop: Shop) -> None:
    """The person is told at once, or the job ends for good if it went later."""
    row = shop.take_in("menu.jpg", PDF)
    shop.library.retry(row.id)
    shop.vault.forget_rejects(row.hash)
    shop.work()
    assert shop.jobs()[-1][:2] == ("discarded", "The file of menu.jpg is gone. Drop it again.")
    with pytest.raises(Refused, match="is gone"):
        shop.library.retry(row.id)


def test_new_sizes_are_made_of_a_ready_picture(shop: Shop) -> None:
    """The sizes of now, without news: the picture is the same."""
    row = shop.take_in("rose.png", picture())
    sizes = {"thumb": 16, "whatsapp": 40, "large": 48}
    shop.boot(sizes=sizes)
    shop.library.retry(row.id)
    shop.work()
    made = shop.library.show(row.id)
    assert {name: each.width for name, each in made.variants.items()} == sizes
    assert len(shop.events("media_ready")) == 1
    shop.check()


def test_a_ready_picture_stays_ready_when_it_can_not_be_made_anew(shop: Shop) -> None:
    """Its sizes of before are better than none."""
    row = shop.take_in("rose.png", picture())
    shop.vault.original(row.hash, "png").write_bytes(picture()[:60])
    shop.library.retry(row.id)
    shop.work()
    state, error, _ = shop.jobs()[-1]
    assert state == "discarded"
    assert error.startswith("rose.png stays as it is. ")
    assert shop.library.show(row.id).status == "ready"
    assert shop.half_done() == []


def test_a_picture_that_was_put_aside_is_listed_no_more(shop: Shop) -> None:
    """It can be brought back, and the same photo dropped again brings it back, too."""
    row = shop.take_in("rose.png", picture())
    shop.library.remove(row.id)
    assert (shop.pictures(), shop.library.counts()) == ([], {})
    assert shop.library.show(row.id).is_removed
    with pytest.raises(Refused, match="put aside"):
        shop.library.retry(row.id)
    shop.library.restore(row.id)
    assert names(shop) == ["rose.png"]
    shop.library.remove(row.id)
    assert shop.take_in("rose.png", picture()).id == row.id
    assert shop.in_inbox() == []
    assert [len(shop.events(f"media_{what}")) for what in ("removed", "restored", "ready")] == [
        2, 1, 2
    ]  # fmt: skip


def test_a_picture_put_aside_while_it_waits_stays_aside(shop: Shop, tmp_path: Path) -> None:
    """It is made ready, and shown by no product before it comes back."""
    shop.catalog.add(NewProduct(sku="ROSE", name="A rose", price=100))
    file = tmp_path / "rose.png"
    file.write_bytes(picture())
    added, _ = shop.library.add(file)
    shop.library.remove(added.id)
    shop.work()
    assert shop.library.show(added.id).is_removed
    assert shop.catalog.get("ROSE").media_ids == ()
    shop.library.restore(added.id)
    assert shop.library.show(added.id).status == "ready"
    assert shop.catalog.get("ROSE").media_ids == (added.id,)


def test_a_photo_given_by_name_is_stored_at_once(shop: Shop, tmp_path: Path) -> None:
    """The job makes its sizes; the file stays; the same bytes again are the same picture."""
    file = tmp_path / "rose.png"
    file.write_bytes(picture())
    added, job = shop.library.add(file)
    assert (added.status, added.original_name, file.exists()) == ("processing", "rose.png", True)
    assert shop.library.add(file) == (added, job)
    shop.work()
    assert shop.library.show(added.id).status == "ready"
    again, none = shop.library.add(file)
    assert (again.id, none) == (added.id, None)
    assert [each["fileName"] for each in shop.events("media_ready")] == ["rose.png", "rose.png"]
    shop.check()


def test_a_broken_photo_given_by_name_leaves_no_original(shop: Shop, tmp_path: Path) -> None:
    """Its bytes lie among the rejects, and nowhere else."""
    file = tmp_path / "rose.png"
    file.write_bytes(photos.jpeg()[:2000])
    added, _ = shop.library.add(file)
    shop.work()
    assert shop.library.show(added.id).status == "failed"
    assert files_below(shop.home.originals) == []
    shop.check()


def test_an_original_that_another_shop_needs_stays(shop: Shop, tmp_path: Path) -> None:
    """A content is stored once for all; what one shop's try ends with is not the other's."""
    file = tmp_path / "rose.png"
    file.write_bytes(photos.jpeg()[:2000])
    with db.write():
        db.change(
            "INSERT INTO merchants (id, name, created_at, updated_at) VALUES ('b', 'B', '', '')"
        )
    mine, _ = shop.library.add(file)
    theirs, _ = shop.library.add(file, merchant_id="b")
    assert mine.id != theirs.id
    originals = files_below(shop.home.originals)
    claim = shop._claim()
    assert claim is not None
    shop._worker.run(claim)
    assert shop.library.show(mine.id).status == "failed"
    assert shop.library.show(theirs.id).status == "processing"
    assert files_below(shop.home.originals) == originals
    shop.work()
    assert shop.library.show(theirs.id).status == "failed"
    assert files_below(shop.home.originals) == []
    assert len(shop.in_rejected()) == 2


def test_a_reject_that_another_shop_needs_stays(shop: Shop, tmp_path: Path) -> None:
    """One shop's retry does not take the other's file away."""
    with db.write():
        db.change(
            "INSERT INTO merchants (id, name, created_at, updated_at) VALUES ('b', 'B', '', '')"
        )
    file = tmp_path / "menu.jpg"
    file.write_bytes(PDF)
    shop.library.add(file)
    theirs, _ = shop.library.add(file, merchant_id="b")
    with db.write():
        db.change("UPDATE media_files SET status = 'ready' WHERE merchant_id = 'default'")
    shop.library.retry(theirs.id)
    shop.work()
    assert len(shop.in_rejected()) == 2


def test_what_can_not_be_added_is_said(shop: Shop, tmp_path: Path) -> None:
    """No file, a folder; a link means the file behind it."""
    with pytest.raises(NotFound, match="There is no file"):
        shop.library.add(tmp_path / "none.jpg")
    with pytest.raises(Refused, match="no plain file"):
        shop.library.add(tmp_path)
    (tmp_path / "real.png").write_bytes(picture())
    link = tmp_path / "link.png"
    link.symlink_to(tmp_path / "real.png")
    added, _ = shop.library.add(link)
    assert added.original_name == "link.png"
    refused, job = shop.library.add(write(tmp_path / "menu.jpg", PDF))
    assert (refused.status, refused.code, job) == ("failed", "unsupported_format", None)
    assert shop.half_done() == []
    shop.check()


def write(file: Path, content: bytes) -> Path:
    """A file with a content."""
    file.write_bytes(content)
    return file


def test_pictures_are_counted_by_status(shop: Shop) -> None:
    """Those that were put aside are not."""
    for number in range(3):
        shop.take_in(f"{number}.png", picture(number))
    shop.take_in("menu.jpg", PDF)
    shop.library.remove(shop.pictures()[-1].id)
    assert shop.library.counts() == {"ready": 2, "failed": 1}
    assert shop.library.counts("b") == {}


@pytest.mark.parametrize("newest_first", [True, False])
def test_pictures_come_a_page_at_a_time(shop: Shop, newest_first: bool) -> None:
    """The newest first or the oldest, each once; the total counts all."""
    for number in range(5):
        shop.take_in(f"{number}.png", picture(number))
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = shop.library.page(MediaQuery(limit=2, cursor=cursor, newest_first=newest_first))
        found += [row.original_name for row in page.items]
        assert page.total == 5
        cursor, pages = page.next_cursor, pages + 1
    oldest_first = [f"{number}.png" for number in range(5)]
    assert found == (oldest_first[::-1] if newest_first else oldest_first)
    assert pages == 3
    with pytest.raises(UsageProblem, match="no cursor"):
        shop.library.page(MediaQuery(cursor="x"))


def test_words_are_looked_for_as_they_are(shop: Shop) -> None:
    """In names, folders and reasons, without regard to case; % and _ mean themselves."""
    for number, name in enumerate(["50% off.png", "50 off.png", "a_b.png", "aXb.png"]):
        shop.take_in(name, picture(number))
    shop.take_in("MÜTZE/Straße.png", picture(9))
    shop.take_in("menu.jpg", PDF)
    assert names(shop, text="50%") == ["50% off.png"]
    assert names(shop, text="A_B") == ["a_b.png"]
    assert names(shop, text="mütze strasse") == ["Straße.png"]
    assert names(shop, text="pdf") == ["menu.jpg"]
    assert names(shop, text="off", status="failed") == []
    assert names(shop, status="failed") == ["menu.jpg"]
    with pytest.raises(UsageProblem, match="no status odd"):
        names(shop, status="odd")


def test_a_picture_names_the_products_that_it_shows(shop: Shop) -> None:
    """As the catalog knows them."""
    shop.catalog.add(NewProduct(sku="ROSE", name="A rose", price=100))
    row = shop.take_in("rose.png", picture())
    assert row.products == ("A rose",)
    assert shop.library.show(row.id).products == ("A rose",)


def test_settled_files_become_jobs_together(shop: Shop) -> None:
    """All or none, in one step; one alone likewise."""
    files = [shop.drop(f"{number}.png", picture(number)) for number in range(3)]
    found = [look(str(file)) for file in files]
    shop.library.settled([each for each in found if each])
    assert [state for state, *_ in shop.jobs()] == ["available"] * 3
    shop.library.settled([each for each in found[:1] if each])
    assert len(shop.jobs()) == 3
    shop.work()
    assert len(shop.pictures()) == 3


def test_what_is_on_its_way_is_told(shop: Shop) -> None:
    """Each file once, by its name in the inbox and its size, until its job has ended."""
    shop.drop("ROSE/1.png", picture())
    shop.offer()
    [waiting] = shop.library.pending()
    assert (waiting.name, waiting.size, waiting.state) == ("ROSE/1.png", len(picture()), "waiting")
    shop.work()
    assert shop.library.pending() == []


def test_what_waits_is_found_without_reading_the_history(shop: Shop) -> None:
    """A long list of finished jobs costs the screen nothing."""
    for statement in WAITING:
        plan = db.execute(f"EXPLAIN QUERY PLAN {statement}", ("media_processing", INGEST, 200))
        assert [row[3].split(" USING ")[0] for row in plan] == ["SEARCH jobs"], statement


def test_an_unknown_picture_is_not_found(shop: Shop) -> None:
    """Whatever is asked."""
    for ask in (shop.library.show, shop.library.retry, shop.library.remove, shop.library.thumbnail):
        for media_id in ("7", "x", "", "\u0667"):
            with pytest.raises(NotFound):
                ask(media_id)


def test_a_thumbnail_is_a_file(shop: Shop) -> None:
    """Of a ready picture; a reject has none."""
    row = shop.take_in("rose.png", picture())
    assert shop.library.thumbnail(row.id) == shop.vault.variant(row.hash, "thumb")
    assert shop.library.thumbnail(shop.take_in("menu.jpg", PDF).id) is None


def test_a_document_says_what_the_contract_says(shop: Shop) -> None:
    """A ready picture has addresses, a reject a code and a reason."""
    document = shop.take_in("rose.png", picture()).document()
    assert document["thumbnail_url"] == f"/api/media/{document['id']}/file?size=thumb"
    assert {*document} >= {"id", "file_name", "mime_type", "size", "hash", "status", "url"}
    refused = shop.take_in("menu.jpg", PDF).document()
    assert (refused["url"], refused["variants"], refused["code"]) == (
        None,
        {},
        "unsupported_format",
    )
