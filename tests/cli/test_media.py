"""Media: the commands about photos, which do the work themselves where no engine runs."""

from pathlib import Path

from tests.cli.conftest import Botops
from tests.media import photos


def test_a_photo_is_added_and_waited_for(botops: Botops, tmp_path: Path) -> None:
    """`media add --wait` ends when the photo is ready, and leaves the file where it is."""
    file = tmp_path / "rosa.jpg"
    file.write_bytes(photos.jpeg())
    said = botops("media", "add", str(file), "--wait", "--json")
    assert said.code == 0, said.err
    photo = said.document["media"]
    assert (photo["status"], photo["file_name"]) == ("ready", "rosa.jpg")
    assert set(photo["variants"]) == {"thumb", "medium", "whatsapp"}
    assert file.exists()
    again = botops("media", "add", str(file), "--wait", "--json").document["media"]
    assert again["id"] == photo["id"]
    assert botops("media", "show", photo["id"], "--json").document["media"] == again


def test_a_refused_photo_ends_with_4_and_its_code(botops: Botops, tmp_path: Path) -> None:
    """What is no picture ends with 4, and the document says why."""
    file = tmp_path / "note.jpg"
    file.write_bytes(b"%PDF-1.7 ...")
    said = botops("media", "add", str(file), "--wait", "--json")
    assert said.code == 4
    assert said.document["media"]["code"] == "unsupported_format"


def test_a_photo_is_added_without_waiting(botops: Botops, tmp_path: Path) -> None:
    """Without `--wait` the photo is stored at once, and its work stands in the queue."""
    file = tmp_path / "rosa.jpg"
    file.write_bytes(photos.jpeg())
    said = botops("media", "add", str(file), "--json")
    assert (said.code, said.document["media"]["status"]) == (0, "processing")
    assert botops("job", "list", "--json").document["jobs"][0]["kind"] == "media.process"


def test_a_rescan_takes_in_what_lies_in_the_inbox(botops: Botops, tmp_path: Path) -> None:
    """Without an engine `media rescan` does the work, and the inbox is empty then."""
    botops("init")
    inbox = tmp_path / "home" / "media" / "inbox"
    (inbox / "rosa.jpg").write_bytes(photos.jpeg())
    said = botops("--set", "media.settle_seconds=0.1", "media", "rescan", "--json")
    assert said.document["count"] == 1
    assert not list(inbox.iterdir())
    said = botops("media", "list", "--status", "ready", "--json").document
    assert said["count"] == 1


def test_what_is_not_there_is_said(botops: Botops, tmp_path: Path) -> None:
    """A missing file is wrong usage, a number that names no photo ends with 3."""
    assert botops("media", "add", str(tmp_path / "none.jpg")).code == 2
    assert botops("media", "show", "7").code == 3
    assert botops("media", "list", "--status", "odd").code == 2
