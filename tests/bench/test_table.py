"""Table: figures are read at a glance, and a goal that is missed is seen."""

import pytest

from bench.table import Row, lines, row, skipped


def test_rows_are_medians_beside_those_of_peers() -> None:
    """One bad round does not count; each peer has a line of its own, with the ratio to it."""
    found = row(
        "jobs/s",
        [1500.0, 100.0, 1200.0],
        goal=1000.0,
        more_is_better=True,
        peers={"huey": [600.0], "RQ": [40.0, 48.0, 41.0]},
    )
    assert lines([found]) == [
        "| what   | ours  | goal      | peer | theirs | ours ÷ theirs |",
        "| ------ | ----- | --------- | ---- | ------ | ------------- |",
        "| jobs/s | 1,200 | ≥ 1,000 ✓ | huey | 600    | 2.00          |",
        "|        |       |           | RQ   | 41.0   | 29.27         |",
    ]


@pytest.mark.parametrize(
    ("ours", "goal", "more_is_better", "is_reached"),
    [
        (2.0, 2.0, False, True),
        (2.1, 2.0, False, False),
        (9.0, 10.0, True, False),
        (1, None, True, None),
    ],
)
def test_a_goal_has_a_direction(
    ours: float, goal: float | None, *, more_is_better: bool, is_reached: bool | None
) -> None:
    """At least so many jobs, at most so many milliseconds; the mark says which it was."""
    found = Row(what="x", ours=ours, goal=goal, more_is_better=more_is_better)
    assert found.is_reached is is_reached
    assert ("✓" in lines([found])[2]) is (is_reached is True)


def test_what_was_not_measured_says_what_is_missing() -> None:
    """No figure is made up for a peer that is not there."""
    assert (
        "skipped: no redis: apt-get install redis-server"
        in lines([skipped("RQ", "no redis: apt-get install redis-server")])[2]
    )
