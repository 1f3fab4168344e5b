"""Ranges: what a setting may be is told as a person would say it."""

import pytest

from botops.settings.describe import setting_fields
from botops.settings.ranges import choices_of, kind_of, range_of, size_text


@pytest.mark.parametrize(
    ("key", "kind", "words"),
    [
        ("shop.name", "text", "1 to 80 characters"),
        ("shop.currency", "text", ""),
        ("media.inbox", "folder", ""),
        ("media.keep_source", "choice", "true or false"),
        ("media.settle_seconds", "number", "from 0.05 to 60 seconds"),
        ("media.max_size", "size", "from 100,000 bytes to 100 MB"),
        ("media.sizes", "table", ""),
        ("jobs.keep_days", "number", "from 1 to 3,650 days"),
        ("api.port", "number", "from 0 to 65535"),
        ("whatsapp.app_secret", "secret", "8 to 4,096 characters"),
        ("log.level", "choice", "debug, info, warning or error"),
    ],
)
def test_a_range_is_told(key: str, kind: str, words: str) -> None:
    """Each kind of setting has its words."""
    field = setting_fields()[key]
    assert (kind_of(field), range_of(field)) == (kind, words)


def test_a_choice_has_its_words() -> None:
    """Where there are a few, all are named; an empty one leaves the choice open."""
    fields = setting_fields()
    assert choices_of(fields["log.format"]) == ("console", "json")
    assert choices_of(fields["media.polling"]) == ("true", "false")
    assert choices_of(fields["media.keep_source"]) == ("true", "false", "")
    assert choices_of(fields["shop.name"]) == ()


def test_sizes_are_written_as_people_do() -> None:
    """Whole megabytes are megabytes, anything else is bytes."""
    assert [size_text(each) for each in (50_000_000, 1_500_000)] == ["50 MB", "1,500,000 bytes"]
