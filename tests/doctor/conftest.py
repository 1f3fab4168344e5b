"""Fixtures: a home to be looked over."""

from pathlib import Path

import pytest

from botops.cli import run
from botops.doctor.findings import Patient
from botops.kernel.paths import Home
from botops.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home as `init` leaves it."""
    home = Home(tmp_path / "home")
    assert run(["--home", str(home.root), "--quiet", "init"]) == 0
    return home


@pytest.fixture
def patient(home: Home) -> Patient:
    """That home, with the default settings."""
    return Patient(home, Settings())
