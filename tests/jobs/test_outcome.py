"""Outcome: only whoever holds the lease books the end, whatever the end is."""

from collections.abc import Callable

import pytest

from botops.jobs.claim import Claim
from botops.jobs.outcome import Outcomes
from botops.jobs.retry import LeaseLost
from botops.store import db
from tests.jobs.rig import Rig, attempts, counts_are_true

End = Callable[[Outcomes, Claim], None]


def complete(outcomes: Outcomes, claim: Claim) -> None:
    """Book it as done."""
    with db.write():
        outcomes.complete(claim, None)


def fail(outcomes: Outcomes, claim: Claim) -> None:
    """Book a failed try."""
    outcomes.fail(claim, "broken", wait=5)


def give_up(outcomes: Outcomes, claim: Claim) -> None:
    """Book the last failure."""
    outcomes.fail(claim, "broken", wait=0, final=True)


def snooze(outcomes: Outcomes, claim: Claim) -> None:
    """Put it off."""
    outcomes.snooze(claim, 5)


def cancel(outcomes: Outcomes, claim: Claim) -> None:
    """Book it as stopped."""
    outcomes.cancel(claim)


def progress(outcomes: Outcomes, claim: Claim) -> None:
    """Keep how far it is."""
    outcomes.progress(claim, {"done": 1, "total": 2, "label": ""})


ENDS: list[End] = [complete, fail, give_up, snooze, cancel]


@pytest.mark.parametrize("end", [*ENDS, progress])
@pytest.mark.parametrize("lost", ["released", "rescued", "claimed again", "done"])
def test_without_the_lease_nothing_is_booked(rig: Rig, end: End, lost: str) -> None:
    """Whatever became of the job meanwhile, the zombie changes nothing and tells nobody."""
    rig.add()
    claim = rig.claim()
    outcomes = Outcomes(rig.ledger.news)
    if lost == "done":
        complete(outcomes, claim)
    else:
        rig.leases.take_back(4e9) if lost == "rescued" else rig.ledger.release(claim)
    if lost == "claimed again":
        rig.claim()
    before = db.execute("SELECT * FROM jobs"), attempts(1), list(rig.changes)
    with pytest.raises(LeaseLost):
        end(outcomes, claim)
    assert (db.execute("SELECT * FROM jobs"), attempts(1), rig.changes) == before
    assert rig.events == []
    assert counts_are_true()


@pytest.mark.parametrize("end", ENDS)
def test_an_end_lets_the_lease_go_and_tells_the_screens(rig: Rig, end: End) -> None:
    """No token is left, whoever looks is told, and whoever waited for the key is woken."""
    rig.add(concurrency_key="c")
    claim = rig.claim()
    changes, rung = len(rig.changes), [bell.rung for bell in rig.ledger.news.bells.values()]
    end(Outcomes(rig.ledger.news), claim)
    assert rig.column(1, "lease_token") is None
    assert rig.column(1, "lease_until") is None
    assert len(rig.changes) > changes
    assert all(
        bell.rung > before
        for bell, before in zip(rig.ledger.news.bells.values(), rung, strict=True)
    )
    assert counts_are_true()
