"""Claim: a job that a worker of this process holds on lease."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

COLUMNS = (
    "id, queue, kind, args, attempt, max_attempts, concurrency_key, gate_key, rate_key, reserved, "
    "merchant_id, rescue_count"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is needed to run a job and to say how it ended."""

    id: int
    queue: str
    kind: str
    args: dict[str, Any]
    attempt: int
    max_attempts: int
    concurrency_key: str | None
    merchant_id: str
    token: str
    started_at: float

    @classmethod
    def of(cls, row: tuple[Any, ...], *, token: str, now: float) -> Claim:
        """Return the claim of a row of `COLUMNS` whose attempt begins now."""
        return cls(
            id=row[0],
            queue=row[1],
            kind=row[2],
            args=json.loads(row[3]),
            attempt=row[4] + 1,
            max_attempts=row[5],
            concurrency_key=row[6],
            merchant_id=row[10],
            token=token,
            started_at=now,
        )

    @property
    def is_last_attempt(self) -> bool:
        """Whether the job has no more tries after this one."""
        return self.attempt >= self.max_attempts
