"""Verify: an entry that was changed, removed, added or moved is found, whoever did it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from botops.audit import Trail, Verdict
from botops.audit import verify as verifying
from botops.store.triggers import ENTRY_COLUMNS

AddProduct = Callable[..., None]


@pytest.fixture
def trail(database: Path) -> Trail:
    """The trail of a home in which only the first shop was made."""
    return Trail()


@pytest.fixture
def tampered(database: Path, add_product: AddProduct) -> Iterator[sqlite3.Connection]:
    """A tool of somebody who has switched off what keeps the trail, with ten entries to change."""
    for number in range(9):
        add_product(f"P{number}")
    with closing(sqlite3.connect(database, isolation_level=None)) as tool:
        for name in ("audit_logs_no_update", "audit_logs_no_delete", "audit_logs_no_replace"):
            tool.execute(f"DROP TRIGGER {name}")
        yield tool


def test_a_whole_trail_is_whole(
    trail: Trail, monkeypatch: pytest.MonkeyPatch, add_product: AddProduct
) -> None:
    """Untouched, every entry is checked, however many batches it takes."""
    monkeypatch.setattr(verifying, "BATCH", 3)
    for number in range(8):
        add_product(f"P{number} ñ 🎉 \"quotes\" 'single' \\ / \x01")
    assert trail.verify() == Verdict(ok=True, checked=9)


def test_an_empty_trail_is_whole(trail: Trail, tampered: sqlite3.Connection) -> None:
    """Where nothing has happened there is nothing to doubt; where all was removed there is."""
    tampered.execute("DELETE FROM audit_logs")
    assert trail.verify() == Verdict(
        ok=False, checked=0, broken_id="1", reason="the last entries are missing"
    )
    tampered.execute("DELETE FROM sqlite_sequence WHERE name = 'audit_logs'")
    assert trail.verify() == Verdict(ok=True, checked=0)


COLUMNS = [*ENTRY_COLUMNS, "fingerprint"]


@pytest.mark.parametrize("column", COLUMNS)
def test_an_edited_entry_is_found(trail: Trail, tampered: sqlite3.Connection, column: str) -> None:
    """Whatever part of an entry is changed, the check names the entry."""
    tampered.execute(f"UPDATE audit_logs SET {column} = coalesce({column}, '') || 'x' WHERE id = 4")
    assert trail.verify() == Verdict(
        ok=False, checked=3, broken_id="4", reason="an entry was changed"
    )


def test_a_missing_entry_is_found(trail: Trail, tampered: sqlite3.Connection) -> None:
    """An entry that was removed from the middle is missed by its number."""
    tampered.execute("DELETE FROM audit_logs WHERE id = 5")
    assert trail.verify() == Verdict(
        ok=False, checked=4, broken_id="5", reason="an entry is missing"
    )


def test_a_renumbered_trail_is_found(trail: Trail, tampered: sqlite3.Connection) -> None:
    """Closing the gap that a removed entry has left does not help."""
    tampered.execute("DELETE FROM audit_logs WHERE id = 5")
    tampered.execute("UPDATE audit_logs SET id = id - 1 WHERE id > 5")
    verdict = trail.verify()
    assert (verdict.ok, verdict.broken_id) == (False, "5")


def test_a_missing_end_is_found(trail: Trail, tampered: sqlite3.Connection) -> None:
    """Entries that were removed from the end are missed, since their numbers were given."""
    tampered.execute("DELETE FROM audit_logs WHERE id >= 9")
    assert trail.verify() == Verdict(
        ok=False, checked=8, broken_id="9", reason="the last entries are missing"
    )


def test_swapped_entries_are_found(trail: Trail, tampered: sqlite3.Connection) -> None:
    """Two entries that change places are found at the first of them."""
    for old, new in ((3, 99), (4, 3), (99, 4)):
        tampered.execute(f"UPDATE audit_logs SET id = {new} WHERE id = {old}")
    assert trail.verify().broken_id == "3"


def test_an_entry_from_outside_is_found(trail: Trail, tampered: sqlite3.Connection) -> None:
    """An entry that no trigger has written does not fit."""
    tampered.execute(
        "INSERT INTO audit_logs (created_at, actor, actor_role, action, target_type, fingerprint) "
        "VALUES ('2026', 'ana', 'owner', 'delete', 'products', 'f')"
    )
    assert trail.verify().broken_id == "11"
