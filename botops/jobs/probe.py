"""Probe: a job for trying things out; it waits, fails as often as told, and writes one row."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from botops.jobs.registry import Task
from botops.jobs.retry import Backoff
from botops.kernel import clock
from botops.kernel.errors import BotOpsError
from botops.store import db

if TYPE_CHECKING:
    from botops.jobs.run import JobRun

LOOK_EVERY = 0.2  # seconds between two looks at whether it was stopped


class ProbeFailed(BotOpsError):
    """The probe was told to fail."""


def run_probe(run: JobRun) -> None:
    """Do what the arguments say: `{"seconds": 0, "fail_times": 0, "value": "x"}`."""
    _wait(run, float(run.args.get("seconds", 0)))
    if run.attempt <= int(run.args.get("fail_times", 0)):
        raise ProbeFailed(f"probe fails as told, on try {run.attempt}")
    value = json.dumps(run.args.get("value"))
    with run.completing():
        db.change("INSERT INTO probe (job_id, value) VALUES (?, ?)", (run.job_id, value))


def probe_rows() -> int:
    """Return how many rows probes have written."""
    return int(db.execute("SELECT count(*) FROM probe")[0][0])


def _wait(run: JobRun, seconds: float) -> None:
    until = clock.monotonic() + seconds
    pause = threading.Event()
    while (left := until - clock.monotonic()) > 0:
        run.checkpoint()
        pause.wait(min(left, LOOK_EVERY))


PROBE = Task(kind="probe", handler=run_probe, backoff=Backoff(first=1.0, cap=60), is_public=True)
