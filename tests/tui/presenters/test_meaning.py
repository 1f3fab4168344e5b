"""Meaning: each error becomes two sentences, and none promises what will not happen."""

import pytest

from botops.media.verdict import RejectCode
from botops.tui.presenters.meaning import REFUSALS, of_job, of_refusal

ERRORS = {
    "OSError: [Errno 28] No space left on device": "The disk is full.",
    "ReadTimeout: timed out after 10 s": "It took longer than it may.",
    "HTTPError: 503 Service Unavailable": "The other side is busy (503).",
    "HTTP 429 Too Many Requests": "asked to be left alone",
    "HTTP 401 Unauthorized": "did not accept our key",
    "ConnectionRefusedError: [Errno 111]": "could not be reached",
    "MemoryError": "more memory than it may use",
    "OperationalError: database is locked": "held the database for too long",
    "PermissionError: [Errno 13] Permission denied: 'x'": "may not read or write a file",
    "FileNotFoundError: x": "A file that this needs is gone.",
    "ZeroDivisionError: division by zero": "no words for",
}


@pytest.mark.parametrize(("error", "told"), ERRORS.items())
@pytest.mark.parametrize("state", ["retryable", "discarded", "cancelled", "scheduled"])
def test_an_error_is_told_in_sentences(error: str, told: str, state: str) -> None:
    """It says what happened, in two sentences or three, and never the bare error."""
    words = of_job(state, error)
    assert told in words
    assert 2 <= words.count(". ") + words.endswith(".") <= 4
    assert error not in words


@pytest.mark.parametrize("error", ERRORS)
def test_what_has_failed_for_good_is_not_promised_again(error: str) -> None:
    """A second try by itself is only promised while there is one."""
    assert "tries again by itself" not in of_job("discarded", error)


@pytest.mark.parametrize(
    "state", ["scheduled", "available", "running", "completed", "cancelled", "new"]
)
def test_every_state_is_told(state: str) -> None:
    """Without an error there is a sentence, too."""
    assert of_job(state, None).endswith(".")


def test_every_code_of_a_refusal_has_words_and_a_way_out() -> None:
    """What media may refuse, the screen explains."""
    assert {verdict.value for verdict in RejectCode} <= set(REFUSALS)
    assert all(meaning.sentence and meaning.way_out for meaning in REFUSALS.values())


def test_the_reason_that_was_given_wins() -> None:
    """The engine knows the figures; an unknown code has words all the same."""
    assert of_refusal("too_large", "61 MB is over 50 MB.").sentence == "61 MB is over 50 MB."
    assert of_refusal("from_the_future", None).sentence == "The photo could not be used."
