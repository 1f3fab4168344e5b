"""Model: whatever is done to the ledger in whatever order, it stays what a simple list says."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from botops.jobs.claim import Claim
from botops.jobs.outcome import Outcomes
from botops.jobs.retry import LeaseLost
from botops.kernel import clock
from botops.kernel.errors import Conflict, NotFound
from botops.store import db
from tests.jobs.rig import NOON, QUEUE, Rig, counts_are_true

ENDED = {"completed", "discarded", "cancelled"}
KEYS = st.none() | st.sampled_from(["a", "b"])


@dataclass
class Expected:
    """What a job should be."""

    state: str
    priority: int
    max_attempts: int
    unique_key: str | None
    concurrency_key: str | None
    run_at: float
    attempt: int = 0
    token: str | None = None
    rescues: int = 0
    is_cancelled: bool = False

    @property
    def is_live(self) -> bool:
        """Whether it has not ended."""
        return self.state not in ENDED


class LedgerMachine(RuleBasedStateMachine):
    """Does to a ledger what people, workers, clocks and crashes do to it."""

    claims = Bundle("claims")

    @initialize()
    def open(self) -> None:
        """Begin with an empty ledger at noon."""
        for table in ("job_attempts", "jobs", "rates", "queues"):
            db.write_one(f"DELETE FROM {table}")
        self.stack = ExitStack()
        self.clock = self.stack.enter_context(clock.freeze(NOON))
        self.rig = Rig()
        self.jobs: dict[int, Expected] = {}
        self.is_paused = False

    def teardown(self) -> None:
        """Let the clock run again."""
        if hasattr(self, "stack"):
            self.stack.close()

    @rule(
        priority=st.integers(-2, 2),
        delay=st.sampled_from([0.0, 0.0, 5.0]),
        max_attempts=st.integers(1, 3),
        unique_key=KEYS,
        concurrency_key=KEYS,
    )
    def add(
        self,
        *,
        priority: int,
        delay: float,
        max_attempts: int,
        unique_key: str | None,
        concurrency_key: str | None,
    ) -> None:
        """Somebody adds a job."""
        job = self.rig.add(
            priority=priority,
            delay=delay,
            max_attempts=max_attempts,
            unique_key=unique_key,
            concurrency_key=concurrency_key,
        )
        live = self._live_with(unique_key)
        if live is not None:
            assert job == live
            return
        assert job not in self.jobs
        self.jobs[job] = Expected(
            "scheduled" if delay else "available",
            priority,
            max_attempts,
            unique_key,
            concurrency_key,
            self.clock() + delay,
        )

    @rule(target=claims)
    def claim(self) -> Any:
        """A worker asks for work, and gets the right job."""
        found = self.rig.ledger.claim(QUEUE)
        wanted = self._next()
        if wanted is None:
            assert found is None
            return multiple()  # nothing for the bundle
        assert isinstance(found, Claim)
        job = self.jobs[wanted]
        job.state, job.attempt, job.token = "running", job.attempt + 1, found.token
        assert (found.id, found.attempt) == (wanted, job.attempt)
        return found

    @rule(claim=claims)
    def complete(self, claim: Claim) -> None:
        """A worker is done."""

        def end(outcomes: Outcomes) -> None:
            with db.write():
                outcomes.complete(claim, None)

        if self._end(claim, end):
            self.jobs[claim.id].state = "completed"

    @rule(claim=claims, final=st.booleans())
    def fail(self, claim: Claim, *, final: bool) -> None:
        """A worker fails."""
        if self._end(claim, lambda outcomes: outcomes.fail(claim, "x", wait=5, final=final)):
            job = self.jobs[claim.id]
            is_dead = final or job.attempt >= job.max_attempts
            job.state = "discarded" if is_dead else "retryable"
            job.run_at = self.clock() + 5
            if job.is_cancelled:
                job.state = "cancelled"

    @rule(claim=claims)
    def snooze(self, claim: Claim) -> None:
        """A worker puts its job off."""
        if self._end(claim, lambda outcomes: outcomes.snooze(claim, 5)):
            job = self.jobs[claim.id]
            if job.is_cancelled:
                job.state = "cancelled"
            else:
                job.state, job.run_at, job.attempt = "scheduled", self.clock() + 5, job.attempt - 1

    @rule(claim=claims)
    def release(self, claim: Claim) -> None:
        """A worker gives its job back; a zombie's gift is not taken."""
        self.rig.ledger.release(claim)
        job = self.jobs.get(claim.id)
        if job is not None and job.token == claim.token:
            job.state, job.token, job.attempt = "available", None, job.attempt - 1
            if job.is_cancelled:
                job.state = "cancelled"

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), verb=st.sampled_from(["retry", "cancel", "discard"]))
    def person(self, data: st.DataObject, verb: str) -> None:
        """A person does something to some job, removed ones among them."""
        number = data.draw(st.sampled_from(sorted(self.jobs)))
        allowed = getattr(self, f"_{verb}")(number)
        try:
            done = getattr(self.rig.control, verb)([str(number)])
        except (Conflict, NotFound):
            done = 0
        assert done == int(allowed)

    @rule(seconds=st.sampled_from([1, 6, 31]))
    def time_passes(self, seconds: int) -> None:
        """The clock moves on, due jobs become available, leases that are over are taken back."""
        self.clock.move(seconds)
        self.rig.timer().promote(self.clock())
        for job in self.jobs.values():
            if job.state in {"scheduled", "retryable"} and job.run_at <= self.clock():
                job.state = "available"
        self.rig.leases.take_back(self.clock() + (60 if seconds > 30 else -60))
        if seconds > 30:
            self._rescue_all()

    @rule()
    def crash(self) -> None:
        """The program dies and starts again."""
        self.rig = Rig()
        self.rig.leases.recover()
        self._rescue_all()

    @rule()
    def pause_or_resume(self) -> None:
        """A person pauses the queue, or lets it go on."""
        (self.rig.control.resume if self.is_paused else self.rig.control.pause)(QUEUE)
        self.is_paused = not self.is_paused

    @invariant()
    def states_are_as_expected(self) -> None:
        """Each row is what it should be, and nothing else is there."""
        rows = db.execute("SELECT id, state, attempt, lease_token FROM jobs ORDER BY id")
        assert rows == [
            (number, job.state, job.attempt, job.token) for number, job in sorted(self.jobs.items())
        ]

    @invariant()
    def counts_are_as_expected(self) -> None:
        """The kept counts are the true ones."""
        assert counts_are_true()

    @invariant()
    def keys_are_kept_to(self) -> None:
        """One live job a unique key, one running job a concurrency key."""
        unique = [job.unique_key for job in self.jobs.values() if job.is_live and job.unique_key]
        running = [
            job.concurrency_key
            for job in self.jobs.values()
            if job.state == "running" and job.concurrency_key
        ]
        assert len(set(unique)) == len(unique)
        assert len(set(running)) == len(running)

    def _live_with(self, unique_key: str | None) -> int | None:
        return next(
            (
                number
                for number, job in self.jobs.items()
                if unique_key and job.is_live and job.unique_key == unique_key
            ),
            None,
        )

    def _next(self) -> int | None:
        taken = {job.concurrency_key for job in self.jobs.values() if job.state == "running"}
        ready = [
            (-job.priority, number)
            for number, job in self.jobs.items()
            if job.state == "available"
            and (job.concurrency_key is None or job.concurrency_key not in taken)
        ]
        return min(ready)[1] if ready and not self.is_paused else None

    def _end(self, claim: Claim, end: Callable[[Outcomes], None]) -> bool:
        """Let a worker end its job; tell whether it still had the lease."""
        job = self.jobs.get(claim.id)
        has_lease = job is not None and job.token == claim.token
        try:
            end(Outcomes(self.rig.ledger.news))
        except LeaseLost:
            assert not has_lease
            return False
        assert has_lease
        assert job is not None
        job.token = None
        return True

    def _rescue_all(self) -> None:
        for job in self.jobs.values():
            if job.state != "running":
                continue
            job.rescues += 1
            job.token = None
            if job.is_cancelled or job.rescues >= 10:
                job.state = "cancelled" if job.is_cancelled else "discarded"
                continue
            job.attempt -= 1
            job.state = "available" if job.rescues <= 2 else "scheduled"
            job.run_at = self.clock() + (0 if job.rescues <= 2 else 2.0 ** (job.rescues - 2))

    def _retry(self, number: int) -> bool:
        job = self.jobs[number]
        if job.state in {"running", "completed", "available"}:
            return False
        if not job.is_live and self._live_with(job.unique_key) is not None:
            return False
        job.attempt = job.attempt if job.state == "retryable" else 0
        job.state, job.run_at, job.rescues, job.is_cancelled = "available", self.clock(), 0, False
        return True

    def _cancel(self, number: int) -> bool:
        job = self.jobs[number]
        if not job.is_live:
            return False
        if job.state == "running":
            job.is_cancelled = True
        else:
            job.state = "cancelled"
        return True

    def _discard(self, number: int) -> bool:
        job = self.jobs[number]
        if job.state == "running":
            return False
        if job.is_live:
            job.state = "discarded"
        else:
            del self.jobs[number]
        return True


@pytest.mark.usefixtures("database")
def test_the_ledger_does_what_a_simple_list_does() -> None:
    """Adding, claiming, ending, stopping, crashing in any order: rows, counts and keys hold."""
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
