"""Troubles: failures are survived, and said once."""

import logging
from collections.abc import Callable

import pytest

from botops.media.watcher.troubles import Troubles


def failing(reason: str) -> Callable[[], None]:
    """Something that fails for a reason."""

    def fail() -> None:
        raise RuntimeError(reason)

    return fail


def well() -> None:
    """Do nothing, and do it well."""


def test_an_action_that_goes_well_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The caller is told that it went well."""
    assert Troubles().survives("a", well, what="A failed")
    assert not caplog.records


def test_one_reason_is_said_once_for_all(caplog: pytest.LogCaptureFixture) -> None:
    """A thousand files for which the database is locked are one line, with its traceback."""
    troubles = Troubles()
    for number in range(1000):
        assert not troubles.survives(number, failing("locked"), what=f"{number} failed")
    (record,) = caplog.records
    assert record.message == "0 failed; it is tried again"
    assert (record.levelno, bool(record.exc_info)) == (logging.ERROR, True)


def test_another_reason_is_said_too(caplog: pytest.LogCaptureFixture) -> None:
    """Also for what has failed before."""
    troubles = Troubles()
    troubles.survives("a", failing("locked"), what="A failed")
    troubles.survives("a", failing("disk full"), what="A failed")
    assert len(caplog.records) == 2


def test_a_reason_is_said_again_after_all_was_well(caplog: pytest.LogCaptureFixture) -> None:
    """Success of some does not end the trouble of others; success of all does."""
    troubles = Troubles()
    for key in ("a", "b"):
        troubles.survives(key, failing("locked"), what=f"{key} failed")
    troubles.survives("a", well, what="a failed")
    troubles.survives("b", failing("locked"), what="b failed")
    assert len(caplog.records) == 1
    troubles.survives("b", well, what="b failed")
    troubles.survives("b", failing("locked"), what="b failed")
    assert len(caplog.records) == 2
