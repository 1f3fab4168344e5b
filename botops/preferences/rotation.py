"""Rotation: a new master key in the place of the old one, killed at any point and done again.

First both keys stand in the file; then all that is sealed is sealed anew, in one transaction;
only then the old key goes. Whoever seals something meanwhile does so with the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botops.kernel.errors import Refused
from botops.preferences.secret_store import COLUMN, ROW, TABLE
from botops.security.keys import (
    VARIABLE,
    MasterKey,
    key_text,
    load_key,
    new_secret,
    replace_keys,
)
from botops.security.sealed import Place, Seals
from botops.store import db

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of sealed values, and the column whose value binds each to its row."""

    table: str
    column: str
    row: str = "id"


SEALED = (SealedColumn(TABLE, COLUMN, ROW),)
Note = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done: how many values were sealed anew, under which key, and the key itself.

    `recovery_key` is empty where the key was given by somebody, who has it.
    """

    resealed: int
    key_id: str
    recovery_key: str = field(default="", repr=False)


def rotate(file: Path, note: Note, *, given: bytes | None = None) -> Rotated:
    """Put a new key, or the given one, in the place of the present one; return what was done.

    One that was broken off before is finished with the key that it had made. `note` is called in
    the transaction, with how many values were sealed anew and the name of the new key. The
    caller holds the home's lock: an engine that runs may have secrets in hand.

    Raises:
        NotFound: There is no key.
        Refused: The key lies where it can't be replaced, or is the present one.
        SealBroken: Something can't be opened. Nothing was sealed anew, and both keys are kept.
        StorageTrouble: Something can't be written. Both keys are kept.
    """
    present = load_key(file)
    if present.is_from_environment:
        return _seal_anew(_of_environment(present, given), note)
    key = _next(present, given)
    replace_keys(file, [*key.older, key.secret])
    done = _seal_anew(key, note)
    replace_keys(file, [key.secret])
    return done if given else Rotated(done.resealed, done.key_id, key_text(key.secret))


def _next(present: MasterKey, given: bytes | None) -> MasterKey:
    if given is None and present.older:
        return present
    secret = given or new_secret()
    if secret == present.secret and not present.older:
        raise Refused("That is the present key.", hint="Give another, or let one be made.")
    older = tuple(each for each in (*present.older, present.secret) if each != secret)
    return MasterKey(secret, present.source, older=older)


def _of_environment(present: MasterKey, given: bytes | None) -> MasterKey:
    if given is not None or not present.older:
        raise Refused(
            f"The key comes from the environment ({VARIABLE}), which can't be changed from here.",
            hint=(
                f'Put the new key behind the old one, {VARIABLE}="OLD NEW", and run this again '
                "without a key; then leave the new one there alone."
            ),
        )
    return present


def _seal_anew(key: MasterKey, note: Note) -> Rotated:
    seals = Seals(key)
    with db.write():
        count = sum(_seal_column(column, seals) for column in SEALED)
        note(count, seals.key_id)
    return Rotated(count, seals.key_id)


def _seal_column(column: SealedColumn, seals: Seals) -> int:
    count = 0
    for row, merchant_id, sealed in list(_values(column)):
        place = Place(column.table, column.column, str(row), merchant_id)
        text = seals.open(sealed, place)
        if not seals.is_newest(sealed):
            db.change(
                f"UPDATE {column.table} SET {column.column} = ? "  # noqa: S608 - own names
                f"WHERE {column.row} = ? AND merchant_id = ?",
                (seals.seal(text, place), row, merchant_id),
            )
            count += 1
    return count


def _values(column: SealedColumn) -> Iterator[Sequence[str]]:
    yield from db.execute(
        f"SELECT {column.row}, merchant_id, {column.column} FROM {column.table} "  # noqa: S608 - own names
        f"WHERE {column.column} IS NOT NULL"
    )
