"""Reading: what a person writes is checked, and becomes what the file says."""

import traceback
from pathlib import Path
from typing import Any

import pytest

from botops.kernel.errors import UsageProblem
from botops.settings.reading import read_value


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("media.max_size", "60 MB", "60 MB"),
        ("media.max_size", "60000000", 60_000_000),
        ("media.sizes", "{thumb = 100, whatsapp = 900}", {"thumb": 100, "whatsapp": 900}),
        ("media.sizes", '{"thumb": 100, "whatsapp": 900}', {"thumb": 100, "whatsapp": 900}),
        ("media.polling", "yes", True),
        ("media.keep_source", "", ""),
        ("media.keep_source", "false", False),
        ("media.inbox", "/mnt/photos", "/mnt/photos"),
        ("media.inbox", "~/photos", "~/photos"),
        ("media.inbox", "photos", str(Path.cwd() / "photos")),
        ("log.level", " WARNING ", "warning"),
        ("jobs.keep_days", "7", 7),
        ("media.settle_seconds", "3", 3.0),
        ("shop.name", "[Casa] {Flora}", "[Casa] {Flora}"),
        ("shop.name", "12", "12"),
        ("whatsapp.verify_token", "{flora-1}", "{flora-1}"),
    ],
)
def test_a_text_is_read_by_its_setting(key: str, text: str, value: Any) -> None:
    """Numbers are numbers where one is wanted, and text stays what was written."""
    read = read_value(key, text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("media.max_size", "1 TB", "media.max_size: '1 TB' is not allowed: it takes at most"),
        ("media.sizes", "thumb", "media.sizes: 'thumb' is not allowed"),
        ("media.sizes", "{'a{b' = 99, thumb = 99, whatsapp = 99}", "'a{b' is not a plain word"),
        ("jobs.keep_days", "soon", "jobs.keep_days: 'soon' is not allowed"),
        ("media.max_siz", "1", "no setting 'media.max_siz'; did you mean media.max_size?"),
        ("media", "1", "There is no setting 'media'"),
        ("", "", "There is no setting ''"),
    ],
)
def test_a_wrong_one_is_told(key: str, text: str, said: str) -> None:
    """The sentence names setting, value, and what is allowed."""
    with pytest.raises(UsageProblem) as caught:
        read_value(key, text)
    assert said in caught.value.message


@pytest.mark.parametrize(
    "text", ["EAAG-48", "EAAG 8f2c secret", "EAAG8f2cñsecret", "EAAG8f2c" * 999]
)
def test_a_wrong_secret_is_not_repeated(text: str) -> None:
    """A secret that can't be used is in no error and no traceback."""
    with pytest.raises(UsageProblem, match=r"whatsapp\.app_secret: What was given") as caught:
        read_value("whatsapp.app_secret", text)
    error = caught.value
    said = [repr(error), error.hint, *error.details, *traceback.format_exception(error)]
    assert not [words for words in said if text in words or text[:8] in words]
