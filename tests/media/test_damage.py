"""Damage: pictures cut, turned over and overwritten by chance."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from botops.media.protocol import Limits
from botops.media.verdict import Rejected
from tests.media import photos
from tests.media.children import SIZES, Drop, Start, check, worker


@pytest.mark.parametrize("name", photos.each_format())
def test_damaged_pictures_end_in_a_verdict(
    start: Start, drop: Drop, folder: Path, name: str, dice: random.Random
) -> None:
    """Whatever is cut, turned over or repeated: decoded or rejected, and the pool lives."""
    pool = start(argv=worker, limits=Limits(cpu_seconds=5, memory=400_000_000))
    whole = photos.each_format()[name]
    for _ in range(25):
        with suppress(Rejected):
            check(pool.convert(drop("damaged", _damaged(whole, dice)), SIZES, folder=folder))
    check(pool.convert(drop("sound", whole), SIZES, folder=folder))


def _damaged(data: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(data)
    where = dice.randrange(len(damaged))
    match dice.randrange(5):
        case 0:
            del damaged[where:]
        case 1:
            damaged[where:] = bytes(len(damaged) - where)
        case 2:
            del damaged[where : where + dice.randrange(1, 40)]
        case 3:
            damaged[where:where] = damaged[where : where + dice.randrange(1, 400)]
        case _:
            for _ in range(dice.randrange(1, 12)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    return bytes(damaged)
