"""One photo: from the folder to the screen, and through the end of the program."""

import json
from pathlib import Path

from PIL import Image

from tests.media import photos
from tests.program import Program, drop, wait_for


def test_a_dropped_photo_becomes_a_product_picture(program: Program) -> None:
    """A photo that is dropped into the folder is ready soon, in all sizes, and out of the inbox."""
    program.serve()
    dropped = drop(program.inbox, "rosa-1.jpg", photos.jpeg())
    [photo] = wait_for(lambda: program.media("--status", "ready"), "the photo")
    assert photo["file_name"] == "rosa-1.jpg"
    folder = program.home / "media" / "variants" / photo["hash"][:2] / photo["hash"]
    assert {file.stem for file in folder.iterdir()} == {"thumb", "medium", "whatsapp"}
    with Image.open(folder / "thumb.jpg") as thumb:
        assert thumb.size == (320, 240)
    wait_for(lambda: not dropped.exists(), "the empty inbox")
    [event] = program.json("event", "list", "--type", "media_ready")["events"]
    assert event["data"]["mediaId"] == photo["id"]
    code, out, err = program.stop()
    assert (code, out) == (0, "")
    assert "Traceback" not in err


def test_a_bad_file_lies_in_rejected_with_a_sentence(program: Program) -> None:
    """A file that is no picture is refused with a code and a sentence, and lost to nobody."""
    program.serve()
    content = b"%PDF-1.7\n" + b"x" * 500
    drop(program.inbox, "menu.jpg", content)
    [photo] = wait_for(lambda: program.media("--status", "failed"), "the refusal")
    assert photo["code"] == "unsupported_format"
    [kept] = (program.home / "media" / "rejected").glob("*_menu.jpg")
    assert kept.read_bytes() == content
    reason = json.loads(Path(f"{kept}.reason.json").read_text())
    assert reason["code"] == photo["code"]
    assert reason["reason"] == photo["reason"]
    assert {"file_name", "sha256", "size", "rejected_at"} < reason.keys()


def test_what_is_dropped_while_nothing_runs_is_taken_in_at_the_start(program: Program) -> None:
    """Photos that came while the program was off are found when it starts."""
    program.json("init")
    drop(program.inbox, "tulipan.png", photos.saved(photos.scene(), "PNG"))
    program.serve()
    [photo] = wait_for(lambda: program.media("--status", "ready"), "the photo")
    assert photo["mime_type"] == "image/png"


def test_a_killed_engine_goes_on_where_it_was(program: Program) -> None:
    """Killed with work in hand, the next start does it, and the dead one's lock is no obstacle."""
    program.serve()
    program.json("job", "enqueue", "media_processing", "probe", "--args", '{"seconds": 5}')
    wait_for(lambda: program.json("job", "list", "--state", "running")["jobs"], "the running job")
    program.kill()
    program.serve()
    wait_for(lambda: program.json("job", "stats")["probe_rows"] == 1, "the row of the probe")


def test_a_second_engine_on_the_same_home_is_told(program: Program) -> None:
    """A second start ends with 5 and says who is there."""
    program.serve()
    second = program.call("serve")
    assert second.returncode == 5
    assert "already runs" in second.stderr
