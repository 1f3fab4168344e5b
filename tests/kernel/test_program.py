"""Program: started once more, it is found, and knows no more than it must."""

import subprocess
import sys
from pathlib import Path

import pytest

from botops import __version__
from botops.kernel.program import own_argv, own_environment


def test_it_starts_once_more_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a package of the same name is not in its way, and settings stay here."""
    (tmp_path / "botops.py").write_text("raise SystemExit(99)")
    monkeypatch.setenv("BOTOPS_MASTER_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    environment = own_environment()
    assert not any(name.startswith("BOTOPS_") for name in environment)
    assert environment["PYTHONPATH"].endswith(":/elsewhere")
    done = subprocess.run(
        own_argv("--version"),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert __version__ in done.stdout, done.stderr


def test_one_file_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen, the program is its own interpreter."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_argv("attach") == [sys.executable, "attach"]
