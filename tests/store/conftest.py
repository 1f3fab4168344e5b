"""Fixtures: a home with rows, settings and pictures, to be saved and brought back."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from botops.kernel.paths import Home
from botops.store import db

PICTURES = (b"first picture", b"second picture", b"x" * 100_000)


def picture_path(home: Home, content: bytes) -> Path:
    """Where a picture of this content lies."""
    name = hashlib.sha256(content).hexdigest()
    return home.originals / name[:2] / f"{name}.jpg"


@pytest.fixture
def home(tmp_path: Path, template_database: Path) -> Iterator[Home]:
    """A home in use: its database is open and has rows that lie in the log only."""
    home = Home(tmp_path / "home")
    home.make()
    copyfile(template_database, home.database)
    home.config.write_text('[shop]\nname = "Saved"\n')
    for content in PICTURES:
        path = picture_path(home, content)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    db.open(home.database)
    with db.write():
        db.change("UPDATE merchants SET name = 'Saved'")
    yield home
    db.close()
