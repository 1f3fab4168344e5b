"""Export: every entry that is meant is in the file, once, and is safe to open."""

import csv
import io
import json
from pathlib import Path

import pytest

from botops.audit import AuditQuery, Trail
from botops.audit import export as exporting
from botops.audit.export import COLUMNS, write
from botops.kernel import clock
from botops.kernel.errors import StorageTrouble

NOON = 1_795_430_526.0


@pytest.fixture
def trail(database: object, monkeypatch: pytest.MonkeyPatch) -> Trail:
    """A trail of five entries, read two at a time."""
    monkeypatch.setattr(exporting, "BATCH", 2)
    trail = Trail()
    for number in range(4):
        trail.note("set", "settings", target_id=f"n{number}", after={"value": "=1+1\nñ"})
    return trail


def test_a_spreadsheet_gets_a_row_an_entry(trail: Trail, tmp_path: Path) -> None:
    """With names above the columns, the newest first."""
    with clock.freeze(NOON):
        file, count = trail.export(AuditQuery(), tmp_path / "exports", form="csv")
    assert (file.parent, count) == (tmp_path / "exports", 5)
    assert file.name.startswith("audit-2026-11-23-")
    with file.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    assert tuple(head) == COLUMNS
    assert [row[0] for row in rows] == ["5", "4", "3", "2", "1"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_program_gets_a_document_an_entry(trail: Trail) -> None:
    """JSON Lines are what `show` gives."""
    stream = io.StringIO()
    assert write(stream, AuditQuery(text="n2"), form="jsonl") == 1
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line) == trail.show("4").document()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_nothing_is_taken_for_a_formula(trail: Trail, text: str) -> None:
    """What a spreadsheet would calculate is text there."""
    trail.note("set", "settings", target_id=text)
    stream = io.StringIO()
    write(stream, AuditQuery(target_id=text), form="csv")
    (row,) = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))[1:]
    assert row[COLUMNS.index("target_id")] == f"'{text}"


def test_a_folder_that_can_not_be_written_is_told(trail: Trail, tmp_path: Path) -> None:
    """The sentence names the file."""
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(StorageTrouble, match="can't be written"):
        trail.export(AuditQuery(), blocked, form="csv")
