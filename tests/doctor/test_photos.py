"""Photos: whether they come in, and can be read, is tried and not guessed."""

import base64
import errno
import os
import sys
from pathlib import Path

import pytest

from botops.doctor import photos
from botops.doctor.findings import Patient
from botops.doctor.samples import SAMPLES
from botops.kernel.paths import Home
from botops.media.formats import TAKEN, taken
from botops.settings import Settings, load


def with_inbox(home: Home, folder: Path) -> Patient:
    """The home, with another folder to be watched."""
    return Patient(home, load(home.config, [f"media.inbox={folder}"]))


def test_the_inbox_is_listened_to(patient: Patient) -> None:
    """The own one is there and tells what happens."""
    found = photos.inbox(patient)
    assert (found.state, "is listened to" in found.detail) == ("ok", True)


def test_an_inbox_that_is_not_there_is_told(home: Home, tmp_path: Path) -> None:
    """The own one is made at the start; another, such as a disk that is not there, is missed."""
    found = photos.inbox(with_inbox(home, tmp_path / "none"))
    assert (found.state, str(tmp_path / "none") in found.detail) == ("fail", True)
    assert photos.inbox(Patient(Home(tmp_path / "new"), Settings())).state == "ok"


def test_an_inbox_that_cannot_be_read_is_told(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of somebody else is in the way."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert photos.inbox(patient).state == "fail"


def test_a_network_share_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """It works, and takes longer; where polling was chosen, that is no surprise."""
    monkeypatch.setattr(photos, "is_remote", lambda device: True)
    found = photos.inbox(patient)
    assert (found.state, "network share" in found.detail) == ("warn", True)
    polling = load(patient.home.config, ["media.polling=true"])
    assert photos.inbox(Patient(patient.home, polling)).state == "ok"


@pytest.mark.parametrize(
    ("number", "limit"),
    [(errno.ENOSPC, "max_user_watches"), (errno.EMFILE, "max_user_instances"), (errno.EIO, "")],
)
def test_a_used_up_limit_is_told(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, number: int, limit: str
) -> None:
    """The system's limit is named, with the command that raises it."""

    def refuse(folder: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(photos, "try_to_listen", refuse)
    found = photos.inbox(patient)
    assert found.state == "warn"
    assert (f"sudo sysctl fs.inotify.{limit}=" in found.hint) == bool(limit)
    assert "again and again" in found.hint


def test_each_format_has_its_sample() -> None:
    """What is taken is tried, and each sample is what it says."""
    known = {name: taken(base64.b64decode(content)) for name, content in SAMPLES.items()}
    assert {each.name for each in TAKEN} == {kind.name for kind in known.values() if kind}


def test_every_format_is_decoded(patient: Patient) -> None:
    """In the very process that decodes photos, and nothing is left behind."""
    found = photos.decoder(patient)
    assert found.state == "ok", found
    assert all(name in found.detail for name in SAMPLES)


def test_a_format_that_is_lacking_is_told(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that can't be read are named, with the reason."""
    broken = base64.b64encode(b"\xff\xd8\xff nothing").decode()
    monkeypatch.setattr(photos, "SAMPLES", {"PNG": SAMPLES["PNG"], "JPEG": broken})
    found = photos.decoder(patient)
    assert (found.state, "can't read JPEG: " in found.detail) == ("fail", True)


def test_a_decoder_that_does_not_start_is_told(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that is not there, as after half an update, is a sentence."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    found = photos.decoder(patient)
    assert (found.state, "does not start" in found.detail) == ("fail", True)
