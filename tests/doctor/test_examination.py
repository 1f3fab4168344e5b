"""Examination: every look is made, whatever is found by the others."""

import pytest

from botops.doctor import Finding, examination, examine
from botops.doctor.findings import Patient
from botops.kernel.errors import StorageTrouble
from botops.kernel.paths import Home


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the looks that cost nothing."""
    slow = ("decoder", "inbox")
    quick = {name: look for name, look in examination.LOOKS.items() if name not in slow}
    monkeypatch.setattr(examination, "LOOKS", quick)


def test_everything_is_looked_at(home: Home, only: None) -> None:
    """In one order, each under its name."""
    assert [finding.name for finding in examine(home)] == list(examination.LOOKS)


def test_a_mistake_in_the_settings_stops_nothing(home: Home, only: None) -> None:
    """It is a finding with its place, and the rest is looked at with the default settings."""
    home.config.write_text("[media]\nworkers = 99\n")
    found = {finding.name: finding for finding in examine(home)}
    assert found["settings"].state == "fail"
    assert f"{home.config}, line 2: media.workers" in found["settings"].detail
    assert found["database"].state == "ok"
    assert list(found) == list(examination.LOOKS)


def test_what_goes_wrong_is_a_finding(
    home: Home, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that fails, for a reason that we know or not, does not end the examination."""

    def trouble(patient: Patient) -> Finding:
        raise StorageTrouble("The disk is gone.", hint="Bring it back.")

    def bug(patient: Patient) -> Finding:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(examination.LOOKS, "disk", trouble)
    monkeypatch.setitem(examination.LOOKS, "key", bug)
    found = {finding.name: finding for finding in examine(home)}
    assert found["disk"] == Finding("disk", "fail", "The disk is gone.", "Bring it back.")
    assert "could not be looked at: division by zero" in found["key"].detail
    assert list(found) == list(examination.LOOKS)
