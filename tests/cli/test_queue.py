"""Queue: the commands about queues, without an engine."""

from tests.cli.conftest import Botops


def test_a_queue_is_paused_and_goes_on(botops: Botops) -> None:
    """Both print the queue as it is then."""
    said = botops("queue", "pause", "webhook_delivery", "--json").document
    assert said["queue"]["paused"] is True
    said = botops("queue", "resume", "webhook_delivery", "--json").document
    assert said["queue"]["paused"] is False


def test_all_four_are_listed(botops: Botops) -> None:
    """The list has the contract's numbers for each."""
    said = botops("queue", "list", "--json").document
    assert [each["queue"] for each in said["queues"]] == [
        "media_processing",
        "message_sending",
        "order_processing",
        "webhook_delivery",
    ]
    assert said["count"] == 4
    numbers = {"waiting", "delayed", "active", "completed", "failed"}
    assert all(each[number] == 0 for each in said["queues"] for number in numbers)


def test_an_unknown_queue_is_wrong_usage(botops: Botops) -> None:
    """A name that is none ends with 2 and names those that are."""
    said = botops("queue", "pause", "lunch")
    assert said.code == 2
    assert "media_processing" in said.err
