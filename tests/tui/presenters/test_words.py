"""Words: times, sizes and counts are said as people say them."""

import pytest

from botops.tui.presenters import words

DAY = 86_400


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "0 B"), (999, "999 B"), (1_000, "1 KB"), (28_400, "28 KB"), (999_600, "1.0 MB"),
        (2_100_000, "2.1 MB"), (61_000_000, "61 MB"), (1_500_000_000, "1.5 GB"), (None, "—"),
    ],
)  # fmt: skip
def test_sizes(number: int | None, told: str) -> None:
    """A megabyte is a million, and small ones have a decimal."""
    assert words.size(number) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-3, "0 s"), (8.9, "8 s"), (89, "89 s"), (90, "2 min"), (3_500, "58 min"),
        (3_600, "1 h"), (47 * 3_600, "47 h"), (3 * DAY, "3 d"),
    ],
)  # fmt: skip
def test_spans(seconds: float, told: str) -> None:
    """The largest unit is enough."""
    assert words.span(seconds) == told


def test_ago() -> None:
    """Now, minutes, hours, days, and a date when it is long ago."""
    now = 1_795_448_526.0
    told = [words.ago(now - back, now) for back in (0, 59, 240, 7_200, 5 * DAY, 60 * DAY)]
    assert told == ["now", "now", "4 min", "2 h", "5 d", "24 Sep"]
    assert words.ago(None, now) == "—"


def test_moments_have_their_date_when_it_is_another_day() -> None:
    """10:42:06 today, 22 Nov 10:42:06 yesterday."""
    now = 1_795_448_526.0
    assert words.moment(now, now) == "10:42:06"
    assert words.moment(now - DAY, now) == "22 Nov 10:42:06"


def test_bars() -> None:
    """Nothing is flat, the most is full, and something is never nothing."""
    assert words.bars((0, 0, 0)) == "▁▁▁"
    assert words.bars((0, 1, 1_000)) == "▁▂█"
    assert words.bars((1,) * 24, 12) == "█" * 12
    assert words.bars((), 5) == ""


def test_counts() -> None:
    """Thousands apart, and one is one."""
    assert words.count(41_208) == "41 208"
    assert words.plural(1, "photo") == "1 photo"
    assert words.plural(3, "photo") == "3 photos"


def test_unknown_states_keep_their_word() -> None:
    """A state of a newer engine is shown, not hidden."""
    assert words.job_look("dreaming").word == "dreaming"
    assert words.part_look("asleep").word == "asleep"
