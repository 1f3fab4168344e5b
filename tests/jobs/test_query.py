"""Query: words become conditions that find what is meant, and never SQL."""

import pytest

from botops.jobs.query import JobQuery, conditions_of
from botops.kernel.errors import UsageProblem
from botops.store import db
from tests.jobs.rig import QUEUE, Rig


def found(rig: Rig, text: str) -> list[str]:
    """What a person finds who types this."""
    return [job.about for job in rig.desk.page(JobQuery(text=text, newest_first=False)).items]


@pytest.fixture
def shelf(rig: Rig) -> Rig:
    """Three jobs about different things."""
    rig.add_kind(lambda run: 1 / 0, kind="bad", max_attempts=1)
    rig.add(about="Rosa.jpg", args={"path": "/inbox/50%_off"})
    rig.add("bad", about="Order 7 of Ana")
    rig.add(about="café", args={"name": "x"})
    rig.run_all()
    return rig


@pytest.mark.parametrize(
    ("text", "abouts"),
    [
        ("rosa", ["Rosa.jpg"]),
        ("ROSA jpg", ["Rosa.jpg"]),
        ("50%_", ["Rosa.jpg"]),
        ("%", ["Rosa.jpg"]),
        ("division", ["Order 7 of Ana"]),
        ("bad", ["Order 7 of Ana"]),
        ("2", ["Order 7 of Ana"]),
        ("café", ["café"]),
        ("ana rosa", []),
        ("' OR 1=1 --", []),
        ("!", []),
        ("", ["Rosa.jpg", "Order 7 of Ana", "café"]),
    ],
)
def test_words_are_looked_for_in_all_that_is_shown(
    shelf: Rig, text: str, abouts: list[str]
) -> None:
    """Subject, arguments, error, kind, number; all words must be there, in any case."""
    assert found(shelf, text) == abouts


def test_filters_narrow_together(shelf: Rig) -> None:
    """Queue, states and kind are all kept to."""
    query = JobQuery(queue=QUEUE, state=("discarded", "completed"), kind="bad")
    assert [job.about for job in shelf.desk.page(query).items] == ["Order 7 of Ana"]


@pytest.mark.parametrize("query", [JobQuery(queue="nope"), JobQuery(state=("x' OR '1'='1",))])
def test_what_does_not_exist_is_refused(query: JobQuery) -> None:
    """Names are checked, so they can stand in the statement."""
    with pytest.raises(UsageProblem) as caught:
        conditions_of(query)
    assert "There are" in caught.value.hint


@pytest.mark.parametrize("state", ["running", "discarded", "cancelled", "retryable", "scheduled"])
def test_rare_states_are_found_by_index(rig: Rig, state: str) -> None:
    """Among 200,000 done jobs the few that failed are found without reading the others."""
    where, _values = conditions_of(JobQuery(state=(state,)))
    plan = db.execute(f"EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE {where} ORDER BY id DESC")
    assert [row[3] for row in plan] == ["SEARCH jobs USING INDEX jobs_state (state=?)"]
