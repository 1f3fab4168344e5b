"""Fixtures: a program of its own for each story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """A home that nobody has used, with files that settle quickly."""
    program = Program(tmp_path / "home", "media.settle_seconds=0.2")
    yield program
    program.close()
