"""Claim: a job that a worker of this process holds on lease."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

COLUMNS = (
    "id, queue, kind, args, attempt, max_attempts, concurrency_key, merchant_id, "
    "gate_key, rate_key, reserved"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is needed to run a job and to say how it ended."""

    id: int
    queue: str
    kind: str
    args: str  # JSON, read by whoever runs it: a bad one must not stop the others
    attempt: int
    max_attempts: int
    concurrency_key: str | None
    merchant_id: str
    token: str
    started_at: float

    @classmethod
    def of(cls, row: tuple[Any, ...], *, token: str, now: float) -> Claim:
        """Return the claim of a row of `COLUMNS` whose attempt begins now."""
        job_id, queue, kind, args, attempt, max_attempts, concurrency_key, merchant_id = row[:8]
        return cls(
            id=job_id,
            queue=queue,
            kind=kind,
            args=args,
            attempt=attempt + 1,
            max_attempts=max_attempts,
            concurrency_key=concurrency_key,
            merchant_id=merchant_id,
            token=token,
            started_at=now,
        )

    @property
    def is_last_attempt(self) -> bool:
        """Whether the job has no more tries after this one."""
        return self.attempt >= self.max_attempts
