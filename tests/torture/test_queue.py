"""Queue: killed at random moments, it loses nothing, does nothing twice, and gets on with it."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from botops.store import db
from tests.jobs.rig import counts_are_true
from tests.torture.queue_process import acknowledged

ROOT = Path(__file__).parent.parent.parent
JOBS = 10_000
KILLS = 40
STALLED = 60.0  # seconds without progress after which the test gives up


class Victim:
    """The process that is killed and started again, on one database."""

    def __init__(self, folder: Path, *, jobs: int, seed: int) -> None:
        self.database = folder / "botops.db"
        self.file = folder / "acknowledged"
        self._words = [str(self.database), str(self.file), str(jobs), str(seed)]

    def start(self) -> subprocess.Popen[str]:
        """Start it, ready or not."""
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("queue_process.py")), *self._words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def progress(self) -> int:
        """How many jobs are acknowledged, about."""
        return self.file.stat().st_size if self.file.exists() else 0

    def kill_after(self, size: int, *, grace: float) -> None:
        """Kill it as soon as the acknowledgements have that size, and a moment has passed."""
        process = self.start()
        moved, before = time.monotonic(), self.progress()
        try:
            while self.progress() < size:
                assert process.poll() is None, "it ended by itself"
                if self.progress() > before:
                    moved, before = time.monotonic(), self.progress()
                assert time.monotonic() - moved < STALLED, "it stalled"
                time.sleep(0.002)
            time.sleep(grace)
        finally:
            process.kill()
            process.communicate()

    def kill_at_start(self, grace: float) -> None:
        """Kill it while it starts, or takes up what was left."""
        process = self.start()
        time.sleep(grace)
        process.kill()
        process.communicate()


@pytest.mark.torture
def test_a_queue_that_is_killed_again_and_again_loses_nothing(
    tmp_path: Path,
    template_database: Path,
    portion: Callable[[int], int],
    dice: random.Random,
) -> None:
    """10,000 probes in four queues, 40 kills: each acknowledged job is done, and done once."""
    jobs, kills = portion(JOBS), portion(KILLS)
    victim = Victim(tmp_path, jobs=jobs, seed=dice.randrange(10**6))
    victim.database.write_bytes(template_database.read_bytes())
    began = time.monotonic()
    length = sum(len(f"{number}\n") for number in range(jobs))
    for kill in range(kills):
        if dice.random() < 0.2:
            victim.kill_at_start(dice.uniform(0.0, 1.0))
        else:
            size = int(length * (kill + dice.random()) / kills * 0.95)
            victim.kill_after(size, grace=dice.uniform(0.0, 0.05))
    last = victim.start()
    last.communicate(timeout=600)
    assert last.returncode == 0
    report(victim, jobs, seconds=time.monotonic() - began)


def report(victim: Victim, jobs: int, *, seconds: float) -> None:
    """Check the database that is left, and say how it went."""
    assert acknowledged(victim.file) == set(range(jobs))
    db.open(victim.database)
    try:
        assert db.execute("PRAGMA integrity_check") == [("ok",)]
        assert db.execute("SELECT state, count(*) FROM jobs GROUP BY state") == [
            ("completed", jobs)
        ]
        values = db.execute("SELECT CAST(value AS INTEGER) FROM probe ORDER BY 1")
        assert [row[0] for row in values] == list(range(jobs))
        assert db.execute("SELECT count(DISTINCT job_id) FROM probe") == [(jobs,)]
        assert counts_are_true()
        assert db.execute("SELECT sum(count) FROM queue_hours") == [(jobs,)]
        rescued = db.execute("SELECT sum(rescue_count) FROM jobs")[0][0]
    finally:
        db.close()
    assert rescued, "no kill met a running job"
    print(f"\n{jobs} jobs, {rescued} taken up again after a kill, in {seconds:.0f} s")  # noqa: T201 - the figure of `make torture`
