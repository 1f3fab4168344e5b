"""Audit words: an index by which entries of the trail are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.store.marks import TABLE, fill_sql

if TYPE_CHECKING:
    from peewee import Database


def up(_migrator: object, db: Database) -> None:
    """Make the index, and take in what is there; a trigger takes in what comes."""
    db.execute_sql(TABLE)
    db.execute_sql(fill_sql("audit_logs", " FROM audit_logs"))
