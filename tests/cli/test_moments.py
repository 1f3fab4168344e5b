"""Moments: a time is understood however a person writes it, and means one moment."""

import pytest

from botops.cli.moments import moment
from botops.kernel import clock
from botops.kernel.errors import UsageProblem

NOON = 1_795_448_526.0  # 2026-11-23T15:42:06Z


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-23T10:30Z", "2026-11-23T10:30:00.000Z"),
        ("2026-11-23T10:30:15.5+02:00", "2026-11-23T08:30:15.500Z"),
        (" 2H ", "2026-11-23T13:42:06.000Z"),
        ("30m", "2026-11-23T15:12:06.000Z"),
        ("7d", "2026-11-16T15:42:06.000Z"),
        ("1w", "2026-11-16T15:42:06.000Z"),
    ],
)
def test_a_time_is_understood(text: str, iso: str) -> None:
    """With a zone it is what it says, a span is before now."""
    with clock.freeze(NOON):
        assert moment(text) == iso


def test_a_day_is_where_the_computer_is() -> None:
    """What names no zone begins at midnight here."""
    with clock.freeze(NOON):
        here = clock.local(NOON)
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        assert moment("today") == clock.iso(midnight)
        assert moment(here.date().isoformat()) == clock.iso(midnight)
        assert moment("yesterday") < moment("today")


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "999999h", "2x", "-2h", "99999999w"])
def test_what_is_none_is_told(text: str) -> None:
    """The sentence shows how one is written."""
    with pytest.raises(UsageProblem, match="is no time"):
        moment(text)
