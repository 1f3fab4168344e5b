"""Views: jobs and queues as the faces see them, and as documents of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botops.jobs import text
from botops.kernel.clock import iso_or_none
from botops.kernel.paging import Page

__all__ = ["COLUMNS", "AttemptView", "JobView", "Page", "QueueView", "view_of"]
COLUMNS = (
    "id, queue, kind, state, priority, run_at, attempt, max_attempts, created_at, started_at, "
    "finished_at, error, about, merchant_id, rescue_count, args, result, progress, cancel_requested"
)


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt; times are epoch seconds."""

    started_at: float | None
    finished_at: float | None
    error: str | None

    def document(self) -> dict[str, Any]:
        """Return it as the contract writes it."""
        return {
            "started_at": iso_or_none(self.started_at),
            "finished_at": iso_or_none(self.finished_at),
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class JobView:
    """A job; times are epoch seconds, `progress` is (done, total, what)."""

    id: str
    queue: str
    kind: str
    state: str
    priority: int
    run_at: float
    attempt: int
    max_attempts: int
    created_at: float
    started_at: float | None
    finished_at: float | None
    error: str | None
    args: dict[str, Any]
    result: Any
    about: str
    merchant_id: str
    progress: tuple[int, int, str] | None
    cancel_requested: bool
    rescue_count: int
    attempts: tuple[AttemptView, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return it as the contract writes it."""
        return {
            "id": self.id,
            "queue": self.queue,
            "kind": self.kind,
            "state": self.state,
            "priority": self.priority,
            "run_at": iso_or_none(self.run_at),
            "attempt": self.attempt,
            "max_attempts": self.max_attempts,
            "created_at": iso_or_none(self.created_at),
            "started_at": iso_or_none(self.started_at),
            "finished_at": iso_or_none(self.finished_at),
            "error": self.error,
            "attempts": [attempt.document() for attempt in self.attempts],
            "args": self.args,
            "result": self.result,
            "about": self.about,
            "merchant_id": self.merchant_id,
            "cancel_requested": self.cancel_requested,
        }


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue; `hourly` are jobs done in each of the last 24 hours, the last one is now."""

    name: str
    waiting: int
    delayed: int
    active: int
    completed: int
    failed: int
    paused: bool
    pause_reason: str
    workers: int
    per_minute: int
    hourly: tuple[int, ...]

    def document(self) -> dict[str, Any]:
        """Return it as the contract writes it."""
        return {
            "queue": self.name,
            "waiting": self.waiting,
            "delayed": self.delayed,
            "active": self.active,
            "completed": self.completed,
            "failed": self.failed,
            "paused": self.paused,
            "pause_reason": self.pause_reason,
            "workers": self.workers,
            "per_minute": self.per_minute,
        }


def view_of(row: tuple[Any, ...]) -> JobView:
    """Return the job in a row of `COLUMNS`."""
    *plain, args, result, progress, cancel_requested = row
    names = COLUMNS.split(", ")[: len(plain)]
    values = dict(zip(names, plain, strict=True))
    done = text.from_json(progress)
    return JobView(
        **{**values, "id": str(values["id"])},
        args=text.from_json(args),
        result=text.from_json(result),
        progress=done and (done["done"], done["total"], done["label"]),
        cancel_requested=bool(cancel_requested),
    )
