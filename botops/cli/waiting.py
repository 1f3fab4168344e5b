"""Waiting: lets a command wait for work: the engine's, or its own where none runs."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botops.jobs.states import ENDED, MEDIA_PROCESSING
from botops.kernel.errors import AlreadyRunning
from botops.kernel.platform import EngineInfo, InstanceLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botops.cli.context import Call
    from botops.parts import Parts

LOOK_EVERY = 0.05  # seconds


def wait_for_job(call: Call, parts: Parts, *, job_id: int) -> None:
    """Wait until a job has ended, whoever does it."""
    with _somebody_working(call, parts):
        _wait(parts, job_id)


def rescan_here(call: Call, parts: Parts) -> int | None:
    """Take in what lies in the inbox, if no engine runs; return how many files, or None."""
    from botops.media.inbox import Inbox, nothing_seen
    from botops.media.settling import Settling

    lock = InstanceLock(call.home.lock)
    try:
        lock.take(EngineInfo(pid=os.getpid()))
    except AlreadyRunning:
        return None
    seconds = parts.settings.media.settle_seconds
    seen = parts.media.seen if parts.pictures.keeps_source else nothing_seen
    inbox = Inbox(parts.media.inbox, Settling(seconds), ignore_seen=seen)
    try:
        with _working(parts):
            jobs = [parts.media.take(each) for each in inbox.gather(patience=60 + 2 * seconds)]
            for job in jobs:
                _wait(parts, job)
    finally:
        lock.release()
    return len(jobs)


def _wait(parts: Parts, job_id: int) -> None:
    while parts.jobs.show(str(job_id)).state not in ENDED:
        time.sleep(LOOK_EVERY)


@contextmanager
def _somebody_working(call: Call, parts: Parts) -> Iterator[None]:
    lock = InstanceLock(call.home.lock)
    try:
        lock.take(EngineInfo(pid=os.getpid()))
    except AlreadyRunning:
        yield
        return
    try:
        with _working(parts):
            yield
    finally:
        lock.release()


@contextmanager
def _working(parts: Parts) -> Iterator[None]:
    from botops.jobs.system import QueueSystem

    queues = QueueSystem(parts.ledger, {MEDIA_PROCESSING: parts.settings.media.workers})
    queues.start()
    try:
        yield
    finally:
        queues.stop()
