"""Audit: entries are found, the chain is checked, and both go out as documents and files."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from botops.kernel import clock
from tests.cli.conftest import Botops

NOON = 1_795_448_526.0  # 2026-11-23T15:42:06Z


@pytest.fixture
def used(botops: Botops) -> Botops:
    """A home in which some things were changed."""
    with clock.freeze(NOON):
        botops("init")
        botops("settings", "set", "media.max_size", "60 MB")
        botops("merchant", "add", "flora", "--name", "=Flora()")
    with clock.freeze(NOON + 86_400):
        botops("settings", "set", "shop.name", "Casa Flora")
        botops("merchant", "remove", "flora")
    return botops


def found(botops: Botops, *words: str) -> list[str]:
    """What was done to what, the newest first."""
    said = botops("audit", "list", *words, "--json").document
    assert said["count"] == len(said["entries"])
    return [f"{entry['action']} {entry['target_id']}" for entry in said["entries"]]


def test_entries_are_listed(used: Botops) -> None:
    """With who did it, from where, and how it was before."""
    said = used("audit", "list", "--json").document
    assert (said["success"], said["total"], said["next_cursor"]) == (True, 5, None)
    entry = said["entries"][1]
    assert (entry["action"], entry["target_type"]) == ("set", "settings")
    assert (entry["before_state"], entry["after_state"]) == (
        {"value": ""}, {"value": "Casa Flora"},
    )  # fmt: skip
    assert entry["actor_role"] == "shell"
    assert "settings/shop.name" in used("audit", "list").out


def test_entries_are_found(used: Botops) -> None:
    """By what was done, to what, when, whose, by whom, and by words."""
    assert found(used, "--what", "set") == ["set shop.name", "set media.max_size"]
    assert found(used, "--what", "remove") == ["update flora"]
    assert found(used, "--about", "settings") == ["set shop.name", "set media.max_size"]
    assert found(used, "--about", "settings/media.max_size") == ["set media.max_size"]
    assert found(used, "--merchant", "flora") == ["update flora", "insert flora"]
    assert found(used, "-q", "casa") == ["set shop.name"]
    assert found(used, "--who", "nobody") == []
    assert found(used, "--since", "2026-11-24T15:00Z") == ["update flora", "set shop.name"]
    assert found(used, "--since", "2026-11-24", "--what", "set") == ["set shop.name"]
    assert "set media.max_size" in found(used, "--until", "2026-11-24T00:00Z")
    with clock.freeze(NOON + 86_500):
        assert found(used, "--since", "2h", "--what", "set") == ["set shop.name"]
    assert found(used, "--limit", "1", "--what", "set") == ["set shop.name"]


def test_pages_follow_each_other(used: Botops) -> None:
    """The cursor of a page leads to the next."""
    first = used("audit", "list", "--limit", "2", "--json").document
    second = used("audit", "list", "--cursor", first["next_cursor"], "--json").document
    assert len(first["entries"]) + len(second["entries"]) == 5


def test_a_strange_time_is_wrong_usage(used: Botops) -> None:
    """The sentence shows how a time is written."""
    said = used("audit", "list", "--since", "soon")
    assert said.code == 2
    assert "Such as 2026-11-23" in said.err


def test_a_whole_chain_is_whole(used: Botops) -> None:
    """`verify` says how many entries it has checked."""
    said = used("audit", "verify", "--json").document
    assert said["verdict"] == {"ok": True, "checked": 5, "broken_id": None, "reason": ""}
    assert used("audit", "verify").out == "5 entries, and the chain is whole.\n"


def test_a_broken_chain_ends_with_4(used: Botops, tmp_path: Path) -> None:
    """Somebody who rewrites an entry is found out, and the entry is named."""
    with closing(sqlite3.connect(tmp_path / "home" / "botops.db")) as tool:
        tool.execute("DROP TRIGGER audit_logs_no_update")
        tool.execute("UPDATE audit_logs SET actor = 'nobody' WHERE id = 3")
        tool.commit()
    said = used("audit", "verify", "--json")
    assert said.code == 4
    assert said.document["success"] is False
    assert said.document["code"] == "trail_broken"
    assert said.document["verdict"]["broken_id"] == "3"
    told = used("audit", "verify")
    assert told.code == 4
    assert "broken at entry 3: an entry was changed" in told.err


def test_entries_are_exported(used: Botops, tmp_path: Path) -> None:
    """As a table for a spreadsheet, in which no cell is a formula, or as one object a line."""
    table = tmp_path / "trail.csv"
    assert used("audit", "export", str(table), "--json").document["count"] == 5
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert [row["id"] for row in rows] == ["5", "4", "3", "2", "1"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]
    lines = tmp_path / "trail.jsonl"
    said = used("audit", "export", str(lines), "--what", "set")
    assert said.out == f"2 entries written to {lines}.\n"
    entries = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [entry["target_id"] for entry in entries] == ["shop.name", "media.max_size"]


def test_entries_are_exported_to_a_pipe(used: Botops) -> None:
    """Without a file they go to stdout, and nothing else does."""
    assert used("audit", "export").out.splitlines()[0].startswith("id,created_at,")
    lines = used("audit", "export", "--format", "jsonl").out.splitlines()
    assert len([json.loads(line) for line in lines]) == 5
