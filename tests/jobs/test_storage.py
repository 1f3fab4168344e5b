"""Storage: Huey runs our jobs, and has the private names that we rely on."""

import inspect
import threading
from pathlib import Path

import huey
import pytest
from huey import Huey
from huey.api import Task
from huey.consumer import Consumer
from huey.consumer import Worker as HueyWorker
from huey.storage import BlackHoleStorage

from botops.jobs.claim import Claim
from botops.jobs.ledger import JobOptions
from botops.jobs.storage import EmbeddedConsumer, LedgerHuey, LedgerStorage, QueueRunner
from botops.store import db
from tests.jobs.rig import PATIENCE, QUEUE, Rig, until


def test_this_is_the_huey_that_was_read() -> None:
    """A new version is read again before it is let in: what follows leans on its insides."""
    assert huey.__version__ == "3.5.4"


def test_huey_has_the_names_that_are_overridden() -> None:
    """Each override overrides something; a renamed original would be called in its place."""
    assert callable(Consumer._set_signal_handlers)
    assert callable(Consumer.check_worker_health)
    assert BlackHoleStorage.blocking is False
    assert list(inspect.signature(Huey.deserialize_task).parameters) == ["self", "data"]
    assert list(inspect.signature(BlackHoleStorage.dequeue).parameters) == ["self"]


def test_huey_asks_in_the_order_that_we_answer() -> None:
    """A worker asks the Huey, which asks its storage and makes a task of the answer."""
    assert "self.huey.dequeue()" in inspect.getsource(HueyWorker.loop)
    assert "self.huey.storage.blocking" in inspect.getsource(HueyWorker.loop)
    source = inspect.getsource(Huey.dequeue)
    assert "self.storage.dequeue()" in source
    assert "self.deserialize_task(data)" in source


def test_huey_stops_as_we_stop_it() -> None:
    """The flag ends each thread's loop, and the time limit is read when they are joined."""
    assert "while not self.stop_flag.is_set()" in inspect.getsource(Consumer._create_process)
    assert "self.shutdown_timeout" in inspect.getsource(Consumer._join_workers)
    assert "self._set_signal_handlers()" in inspect.getsource(Consumer.start)


def test_a_consumer_of_ours_takes_no_signals(rig: Rig) -> None:
    """Signals belong to the program as a whole."""
    consumer = EmbeddedConsumer(LedgerHuey(rig.workers[QUEUE]), workers=1, periodic=False)
    before = inspect.getsource(type(consumer)._set_signal_handlers)
    assert "signal.signal" not in before


def test_a_message_is_the_claim_itself(rig: Rig) -> None:
    """Nothing is pickled: the task's argument is the claim, its id the job's number."""
    job = rig.add()
    ours = LedgerHuey(rig.workers[QUEUE])
    task = ours.dequeue()
    assert isinstance(task, Task)
    (claim,) = task.args
    assert isinstance(claim, Claim)
    assert (claim.id, task.id) == (job, str(job))
    ours.execute(task)
    assert rig.state(job) == "completed"


def test_jobs_come_in_by_the_ledger_only(rig: Rig) -> None:
    """Huey's own way in is shut, lest somebody use it and lose a job."""
    ours = LedgerHuey(rig.workers[QUEUE])
    assert isinstance(ours.storage, LedgerStorage)
    with pytest.raises(RuntimeError, match=r"Ledger\.enqueue"):
        ours._run_job(None)


def test_a_runner_works_off_its_queue_and_ends(rig: Rig) -> None:
    """Two threads do what waits and what comes; at the end no thread and no claim is left."""
    runner = QueueRunner(rig.workers[QUEUE], threads=2)
    rig.ledger.enqueue_many("probe", [{}] * 20, options=JobOptions(queue=QUEUE))
    runner.start()
    until(lambda: rig.desk.probe_rows() == 20, "the jobs that waited")
    assert runner.check()
    rig.add("probe")
    until(lambda: rig.desk.probe_rows() == 21, "a job that came later")
    runner.close()
    runner.join(PATIENCE)
    assert runner.worker.held() == []
    assert not any(thread.is_alive() for _impl, thread in runner._consumer.worker_threads)


def test_a_thread_that_dies_is_replaced(rig: Rig) -> None:
    """Huey notices, and the queue goes on."""

    class Die(BaseException):
        """Nothing that a handler's failure may look like."""

    def die(_run: object) -> None:
        raise Die

    rig.add_kind(die, kind="die")
    runner = QueueRunner(rig.workers[QUEUE], threads=1)
    runner.start()
    (first,) = [thread for _impl, thread in runner._consumer.worker_threads]
    rig.add("die")
    until(lambda: not first.is_alive(), "the thread's death")
    assert not runner.check()
    rig.add("probe")
    until(rig.desk.probe_rows, "the next job")
    runner.close()
    runner.join(PATIENCE)


def test_what_does_not_end_in_time_is_put_back(rig: Rig, database: Path) -> None:
    """The stop does not wait for ever; the job runs again, and its old try is void."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(_run: object) -> None:
        begun.set()
        go_on.wait(PATIENCE)

    rig.add_kind(slow, kind="slow")
    runner = QueueRunner(rig.workers[QUEUE], threads=1)
    runner.start()
    job = rig.add("slow")
    assert begun.wait(PATIENCE)
    runner.close()
    runner.join(0.01)
    assert (rig.state(job), rig.column(job, "attempt")) == ("available", 0)
    go_on.set()
    (thread,) = [thread for _impl, thread in runner._consumer.worker_threads]
    thread.join(PATIENCE)
    assert rig.state(job) == "available"


def test_a_thread_closes_its_connection(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them, at its end."""
    closed: list[str] = []
    disconnect = db.disconnect

    def close() -> None:
        closed.append(threading.current_thread().name)
        disconnect()

    monkeypatch.setattr(db, "disconnect", close)
    runner = QueueRunner(rig.workers[QUEUE], threads=2)
    runner.start()
    rig.add("probe")
    until(rig.desk.probe_rows, "the job")
    runner.close()
    runner.join(PATIENCE)
    assert sorted(closed) == ["Worker-1", "Worker-2"]
