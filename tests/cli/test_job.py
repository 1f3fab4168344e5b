"""Job: the commands about jobs, without an engine."""

from typing import Any

import pytest

from tests.cli.conftest import Botops


def probe(botops: Botops, *words: str) -> Any:
    """Add a probe and return its document."""
    said = botops("job", "enqueue", "message_sending", "probe", "--json", *words)
    assert said.code == 0, said.err
    return said.document


def test_a_new_job_is_printed_as_the_contract_has_it(botops: Botops) -> None:
    """`job enqueue` prints the job, with all that was asked for."""
    job = probe(botops, "--args", '{"value": "x"}', "--priority", "3", "--max-attempts", "2")["job"]
    assert job["state"] == "available"
    assert job["args"] == {"value": "x"}
    assert (job["priority"], job["max_attempts"]) == (3, 2)
    assert isinstance(job["id"], str)
    keys = {"id", "queue", "kind", "state", "priority", "run_at", "attempt", "max_attempts"}
    keys |= {"created_at", "started_at", "finished_at", "error", "attempts", "args", "result"}
    assert keys <= job.keys()


def test_the_same_idempotency_key_is_the_same_job(botops: Botops) -> None:
    """A second job with the same key is the first one, and no error."""
    first = probe(botops, "--idempotency-key", "k")["job"]
    assert probe(botops, "--idempotency-key", "k")["job"]["id"] == first["id"]
    assert botops("job", "list", "--json").document["count"] == 1


def test_many_at_once_are_counted(botops: Botops) -> None:
    """`--count` adds so many, and prints them with their number."""
    said = probe(botops, "--count", "7")
    assert said["count"] == len(said["jobs"]) == 7


def test_a_delayed_job_is_counted_as_delayed(botops: Botops) -> None:
    """`--delay` makes it wait for its time, and the stats say so."""
    assert probe(botops, "--delay", "60")["job"]["state"] == "scheduled"
    [queue] = [
        each
        for each in botops("job", "stats", "--json").document["queues"]
        if each["queue"] == "message_sending"
    ]
    assert (queue["waiting"], queue["delayed"], queue["active"]) == (0, 1, 0)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nowhere", "probe"), 2),
        (("message_sending", "nothing"), 2),
        (("message_sending", "probe", "--args", "{"), 2),
        (("message_sending", "probe", "--args", "[1]"), 2),
        (("message_sending", "probe", "--delay", "-1"), 2),
    ],
)
def test_a_bad_job_is_refused_and_changes_nothing(
    botops: Botops, words: tuple[str, ...], code: int
) -> None:
    """Unknown queues and kinds, and arguments that are no object, end with 2."""
    said = botops("job", "enqueue", *words)
    assert said.code == code
    assert said.err
    assert botops("job", "list", "--json").document["count"] == 0


def test_a_cancelled_job_can_be_tried_again(botops: Botops) -> None:
    """Stop and try again, by number, each printing the job as it is now."""
    number = probe(botops)["job"]["id"]
    assert botops("job", "cancel", number, "--json").document["job"]["state"] == "cancelled"
    assert botops("job", "cancel", number).code == 4
    assert botops("job", "retry", number, "--json").document["job"]["state"] == "available"


def test_dead_jobs_are_given_up_by_a_filter(botops: Botops) -> None:
    """`job discard` makes waiting ones dead, and with a filter removes all that are."""
    for number in (probe(botops)["job"]["id"], probe(botops)["job"]["id"]):
        state = botops("job", "discard", number, "--json").document["job"]["state"]
        assert state == "discarded"
    words = ("job", "discard", "--state", "discarded", "--queue", "message_sending", "--json")
    assert botops(*words).document["count"] == 2
    assert botops("job", "list", "--json").document["count"] == 0


def test_no_number_and_no_filter_is_wrong_usage(botops: Botops) -> None:
    """A bare `job discard` asks which jobs are meant."""
    assert botops("job", "discard").code == 2


def test_lists_are_paged(botops: Botops) -> None:
    """`--limit` and `--cursor` lead through all jobs, each once."""
    probe(botops, "--count", "5")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        more = ("--cursor", cursor) if cursor else ()
        page = botops("job", "list", "--limit", "2", "--json", *more).document
        seen += [job["id"] for job in page["jobs"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["5", "4", "3", "2", "1"]


def test_a_job_is_readable_for_a_person(botops: Botops) -> None:
    """Without `--json` there are columns, and an empty list prints nothing."""
    assert botops("job", "list").out == ""
    probe(botops)
    assert botops("job", "list").out.splitlines()[0].split()[:4] == ["id", "queue", "kind", "state"]
    assert "message_sending" in botops("job", "show", "1").out
