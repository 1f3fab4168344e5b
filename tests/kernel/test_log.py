"""Log: every word goes into the file and to the screen's tail, none to the terminal."""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.kernel import log as module
from botops.kernel.errors import StorageTrouble
from botops.kernel.log import LogPipe, Ring
from botops.security.redact import redact

here = logging.getLogger("botops.test")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the log lies."""
    return tmp_path / "logs" / "botops.log"


@pytest.fixture
def pipe(file: Path) -> Iterator[LogPipe]:
    """A log in use."""
    pipe = LogPipe(file, redact=redact)
    yield pipe
    pipe.stop()


def test_a_record_is_a_line(file: Path, pipe: LogPipe) -> None:
    """A line has the moment in UTC, how grave it is, who says it, and what."""
    record = logging.LogRecord("botops.x", logging.WARNING, "", 0, "%d photos", (3,), None)
    record.created = 1_795_430_526.12
    logging.getLogger().handle(record)
    pipe.stop()
    line = "2026-11-23T10:42:06.120Z WARNING botops.x  3 photos"
    assert file.read_text() == f"{line}\n"
    assert pipe.ring.tail(5) == [line]


def test_nothing_reaches_the_terminal(
    file: Path, pipe: LogPipe, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither a record, a warning, a thread's error, nor one that nobody can catch is printed."""

    class Bad:
        def __del__(self) -> None:
            raise ValueError("from a finaliser")

    def fail() -> None:
        raise ValueError("from a thread")

    here.error("a record")
    here.error("too few %d %d", 1)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("a warning", stacklevel=1)
    thread = threading.Thread(target=fail, name="worker 7")
    thread.start()
    thread.join(20)
    Bad()
    pipe.stop()
    assert capfd.readouterr() == ("", "")
    written = file.read_text()
    for words in ("a record", "a warning", "worker 7 has ended", "from a thread", "finaliser"):
        assert words in written


def test_what_must_not_be_read_is_not_there(file: Path, pipe: LogPipe) -> None:
    """Secrets are masked in messages, arguments and tracebacks, in the file and in the tail."""
    try:
        raise ValueError("token=abcdef123456")
    except ValueError:
        here.exception("call to %s failed", "https://u:passw0rd@host")
    pipe.stop()
    for text in (file.read_text(), "\n".join(pipe.ring.tail(1))):
        assert "abcdef123456" not in text
        assert "passw0rd" not in text
        assert "ValueError: token=••••" in text


def test_text_from_outside_forges_no_line(file: Path, pipe: LogPipe) -> None:
    """A text with line ends and control codes stays one record, and acts on no terminal."""
    here.info("name: %s", "a\n2026-01-01T00:00:00.000Z ERROR   forged\r\x1b[2J\x9b31m\x00é\ud800")
    pipe.stop()
    first, second = file.read_text().splitlines()
    assert first.endswith("name: a")
    assert second == "    2026-01-01T00:00:00.000Z ERROR   forged\\x0d\\x1b[2J\\x9b31m\\x00é?"


def test_a_large_log_is_rotated(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the file is full the next one begins, and only so many are kept."""
    monkeypatch.setattr(module, "FILE_BYTES", 2_000)
    monkeypatch.setattr(module, "FILES_KEPT", 2)
    pipe = LogPipe(file)
    for number in range(200):
        here.warning("line %d", number)
    pipe.stop()
    names = sorted(path.name for path in file.parent.iterdir())
    assert names == ["botops.log", "botops.log.1", "botops.log.2"]
    assert all(path.stat().st_size <= 2_000 for path in file.parent.iterdir())
    assert file.read_text().endswith("line 199\n")


def test_a_log_is_continued(file: Path) -> None:
    """A new start goes on below what is there."""
    for word in ("first", "second"):
        pipe = LogPipe(file)
        here.warning(word)
        pipe.stop()
    assert [line.split()[-1] for line in file.read_text().splitlines()] == ["first", "second"]


def test_lines_come_from_every_thread(file: Path, pipe: LogPipe) -> None:
    """No line is lost or torn, however many threads write."""

    def write(name: int) -> None:
        for number in range(50):
            here.info("%d/%d", name, number)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    pipe.stop()
    said = sorted(line.split()[-1] for line in file.read_text().splitlines())
    assert said == sorted(f"{name}/{number}" for name in range(8) for number in range(50))


def test_the_tail_is_short(pipe: LogPipe) -> None:
    """The screen gets the last lines, oldest first, and no more than there are."""
    ring = Ring(lines=3)
    for number in range(5):
        ring.emit(logging.makeLogRecord({"msg": f"{number}"}))
    assert ring.tail(2) == ["3", "4"]
    assert ring.tail(10) == ["2", "3", "4"]
    assert ring.tail(0) == []


def test_a_record_that_cannot_be_written_stops_nobody(file: Path) -> None:
    """An error while a line is made costs that line only."""

    def redact_badly(text: str) -> str:
        if "bad" in text:
            raise ValueError
        return text

    pipe = LogPipe(file, redact=redact_badly)
    for word in ("one", "bad", "two"):
        here.warning(word)
    pipe.stop()
    assert [line.split()[-1] for line in file.read_text().splitlines()] == ["one", "two"]
    assert len(pipe.ring.tail(5)) == 2


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A file in the place of the terminal."""
    path = tmp_path / "stderr"
    with path.open("w") as stream:
        monkeypatch.setattr(sys, "__stderr__", stream)
        yield path


def test_a_server_writes_lines_to_stderr(file: Path, console: Path) -> None:
    """Without a screen the lines of the file go to stderr too."""
    pipe = LogPipe(file, stderr="console", redact=redact)
    here.warning("password=abcdef")
    pipe.stop()
    assert console.read_text() == file.read_text() != ""
    assert "password=••••" in console.read_text()


def test_a_server_writes_json_to_stderr(file: Path, console: Path) -> None:
    """For machines, each record is a JSON object on a line of its own, redacted within."""
    pipe = LogPipe(file, stderr="json", redact=redact)
    record = logging.LogRecord(
        "botops.x", logging.ERROR, "", 0, 'a\n"password": "%s"', ("a b c",), None
    )
    record.created = 1_795_430_526.12
    logging.getLogger().handle(record)
    pipe.stop()
    (line,) = console.read_text().splitlines()
    assert json.loads(line) == {
        "timestamp": "2026-11-23T10:42:06.120Z",
        "level": "ERROR",
        "logger": "botops.x",
        "message": 'a\n"password": "••••"',
    }


def test_the_end_leaves_everything_as_it_was(file: Path) -> None:
    """After the end, handlers, levels and hooks are those from before; ending twice is nothing."""
    root, chatty = logging.getLogger(), logging.getLogger("PIL")

    def look() -> list[object]:
        return [
            list(root.handlers), root.level, chatty.level, logging.raiseExceptions,
            threading.excepthook, sys.unraisablehook, warnings.showwarning,
        ]  # fmt: skip

    before = look()
    pipe = LogPipe(file, level=logging.DEBUG)
    assert root.level == logging.DEBUG
    assert chatty.level == logging.WARNING
    pipe.stop()
    pipe.stop()
    assert look() == before


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder in the place of the file is an error in words."""
    with pytest.raises(StorageTrouble, match="can't be written"):
        LogPipe(tmp_path)
