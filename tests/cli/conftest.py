"""Fixtures: commands called in this very process, which is quick."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from botops.cli import run


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Its one document."""
        return json.loads(self.out)


Botops = Callable[..., Said]


@pytest.fixture
def botops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Botops:
    """Calls `botops` with a home of this test."""

    def call(*words: str) -> Said:
        capsys.readouterr()
        code = run(["--home", str(tmp_path / "home"), *words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call
