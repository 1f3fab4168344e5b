"""Event: the commands about the history."""

import pytest

from tests.cli.conftest import Botops


def test_a_told_event_stands_in_the_history(botops: Botops) -> None:
    """`event publish` prints the envelope, and `event list` has it."""
    told = botops("event", "publish", "till_opened", "--data", '{"till": 2}', "--json").document[
        "event"
    ]
    assert told["id"].startswith("evt_")
    assert told["data"] == {"till": 2}
    said = botops("event", "list", "--type", "till_opened", "--json").document
    assert said["events"] == [told]


@pytest.mark.parametrize(("kind", "data"), [("Bad Type", "{}"), ("fine", "[1]"), ("fine", "{")])
def test_a_bad_event_is_refused(botops: Botops, kind: str, data: str) -> None:
    """A type that is no word, or data that is no object, ends with 2 and leaves no trace."""
    said = botops("event", "publish", kind, "--data", data)
    assert said.code in (2, 4)
    assert botops("event", "list", "--json").document["count"] == 0


def test_following_needs_an_engine(botops: Botops) -> None:
    """`event tail` ends with 6 where no engine runs."""
    assert botops("event", "tail").code == 6
