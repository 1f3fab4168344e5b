"""Machine: what the computer lacks is told with a way out."""

import os
import shutil
import sys
from types import SimpleNamespace

import pytest

from botops.doctor import machine
from botops.doctor.findings import Patient


def test_python_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its version and SQLite's; one that is too old, or lacks something, is in the way."""
    found = machine.python(patient)
    assert (found.state, sys.executable in found.detail) == ("ok", True)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "version_info", (3, 10, 0))
        assert machine.python(patient).state == "fail"
    monkeypatch.setattr(machine, "_lacking_in_sqlite", lambda: "full-text search")
    found = machine.python(patient)
    assert (found.state, "lacks full-text search" in found.detail) == ("fail", True)


@pytest.mark.parametrize(
    ("free", "state"), [(80_000_000_000, "ok"), (500_000_000, "warn"), (60_000_000, "fail")]
)
def test_the_room_on_the_disk_is_told(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    """Before it is too little, it is worth a look."""
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=free))
    found = machine.disk(patient)
    assert found.state == state
    assert ("GB" if free > 1e9 else "MB") in found.detail


class Terminal:
    """A stdout at which somebody sits."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding

    def isatty(self) -> bool:
        """Say that it is a terminal."""
        return True

    def fileno(self) -> int:
        """Return a number of no file."""
        return -1


@pytest.mark.parametrize(
    ("variables", "kind", "state", "said"),
    [
        ({"TERM": "xterm-256color"}, ("utf-8", 100, 30), "ok", "256 colours, utf8"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, ("UTF8", 80, 24), "ok", "all colours"),
        ({"TERM": "linux"}, ("utf-8", 80, 24), "ok", "16 colours"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, ("utf-8", 80, 24), "ok", "NO_COLOR"),
        ({"TERM": "xterm"}, ("ascii", 100, 30), "warn", "ascii"),
        ({"TERM": "dumb"}, ("utf-8", 100, 30), "warn", "dumb"),
        ({"TERM": "xterm"}, ("utf-8", 79, 24), "warn", "79×24"),
        ({"TERM": "xterm"}, ("utf-8", 80, 23), "warn", "80×23"),
    ],
)
def test_the_terminal_is_told(
    monkeypatch: pytest.MonkeyPatch,
    patient: Patient,
    variables: dict[str, str],
    kind: tuple[str, int, int],
    state: str,
    said: str,
) -> None:
    """Its size, its colours and its letters, as far as the screen needs them."""
    for name in ("TERM", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    encoding, *size = kind
    monkeypatch.setattr(sys, "__stdout__", Terminal(encoding))
    monkeypatch.setattr(os, "get_terminal_size", lambda _number: os.terminal_size(size))
    found = machine.terminal(patient)
    assert (found.state, said in found.detail) == (state, True), found
    assert bool(found.hint) == (state == "warn")


def test_without_a_terminal_all_is_well(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server has none, and needs none."""
    monkeypatch.setattr(sys, "__stdout__", None)
    assert machine.terminal(patient).state == "ok"
