"""Beside an engine: what commands do while another process runs the home."""

import json
import select
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.media import photos
from tests.program import Program, drop, wait_for


def enqueue(program: Program, queue: str, **args: Any) -> str:
    """Add a probe from the shell; return its number."""
    document = program.json("job", "enqueue", queue, "probe", "--args", json.dumps(args))
    return str(document["job"]["id"])


def state_of(program: Program, job: str) -> str:
    """The state of a job, as the shell sees it."""
    return str(program.json("job", "show", job)["job"]["state"])


def test_a_command_waits_for_what_the_engine_does(program: Program, tmp_path: Path) -> None:
    """`media add --wait` ends when the running engine has made the photo ready."""
    program.serve()
    file = tmp_path / "rosa.jpg"
    file.write_bytes(photos.jpeg())
    photo = program.json("media", "add", str(file), "--wait")["media"]
    assert photo["status"] == "ready"
    assert file.exists()


def test_a_rescan_is_passed_on(program: Program) -> None:
    """`media rescan` lets the running engine look again, as a job of its own."""
    program.serve()
    job = program.json("media", "rescan")["job"]
    assert job["kind"] == "media.rescan"
    wait_for(lambda: state_of(program, job["id"]) == "completed", "the look")


def test_a_paused_queue_waits(program: Program) -> None:
    """What is paused from the shell does not begin until it is let go, and then at once."""
    program.serve()
    program.json("queue", "pause", "order_processing")
    held = enqueue(program, "order_processing")
    done = enqueue(program, "message_sending")
    wait_for(lambda: state_of(program, done) == "completed", "the other queue's job")
    assert state_of(program, held) == "available"
    program.json("queue", "resume", "order_processing")
    wait_for(lambda: state_of(program, held) == "completed", "the held job")


def test_a_running_job_is_stopped(program: Program) -> None:
    """`job cancel` reaches a job that runs in the engine, at its next safe point."""
    program.serve()
    job = enqueue(program, "order_processing", seconds=60)
    wait_for(lambda: state_of(program, job) == "running", "the start")
    program.json("job", "cancel", job)
    wait_for(lambda: state_of(program, job) == "cancelled", "the stop")
    assert program.json("job", "stats")["probe_rows"] == 0


def test_what_happens_can_be_followed(program: Program) -> None:
    """`event tail` prints each event as one line of JSON, soon after it happened."""
    program.serve()
    tail = subprocess.Popen(
        program.argv("event", "tail", "--json"), stdout=subprocess.PIPE, text=True
    )
    assert tail.stdout is not None
    try:
        wait_for(lambda: _tells(program, tail), "the tail")
        drop(program.inbox, "rosa.jpg", photos.jpeg())
        line = tail.stdout.readline()
        while json.loads(line)["type"] != "media_ready":
            line = tail.stdout.readline()
        assert json.loads(line)["data"]["fileName"] == "rosa.jpg"
    finally:
        tail.terminate()
        tail.communicate()


def test_a_full_engine_ends_in_time(program: Program) -> None:
    """`serve` ends with 0 within ten seconds of SIGTERM, and puts back what still runs."""
    program.serve()
    job = enqueue(program, "order_processing", seconds=0)
    wait_for(lambda: state_of(program, job) == "completed", "a first job")
    began = time.monotonic()
    code, out, _ = program.stop()
    assert (code, out) == (0, "")
    assert time.monotonic() - began < 10


def test_the_log_is_json_where_it_was_asked_for(program: Program) -> None:
    """`log.format=json` makes each line on stderr an object."""
    program.settings = (*program.settings, "log.format=json")
    program.serve()
    _, _, err = program.stop()
    lines = [json.loads(line) for line in err.splitlines()]
    assert lines
    assert {"timestamp", "level", "logger", "message"} <= lines[0].keys()


def _tells(program: Program, tail: "subprocess.Popen[str]") -> bool:
    """Whether a follower has started to follow: it prints what is told now."""
    assert tail.stdout is not None
    program.json("event", "publish", "hello")
    return bool(select.select([tail.stdout], [], [], 0.5)[0])
