"""Server: does what is on its list, in the caller's name, and nobody's manners harm the others."""

import os
import pwd
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from botops import __version__
from botops.audit.search import AuditQuery
from botops.audit.trail import Trail
from botops.kernel import local_socket
from botops.kernel.events import Changed
from botops.kernel.local_socket import Peer
from botops.remote import operations, visit
from botops.remote import server as server_module
from botops.remote.protocol import PROTOCOL, REQUEST_BYTES
from botops.remote.server import Server
from botops.runtime import Runtime
from tests.program import wait_for
from tests.remote.conftest import Caller

Call = Callable[[], Caller]
ROSE = {"sku": "R1", "name": "Rose", "price": 250}


def code_of(answer: Any) -> str:
    """The code of an answer that is an error."""
    return str(answer["error"]["code"])


# What is done.


def test_a_greeting_is_answered_with_what_a_screen_must_know(call: Call) -> None:
    """Version, process and settings of the engine come first."""
    told = call().greet()["gives"]
    assert (told["protocol"], told["version"], told["pid"]) == (PROTOCOL, __version__, os.getpid())
    assert told["settings"]["shop"]["name"] == "Casa Flora"


def test_an_order_is_done_in_the_name_of_who_gave_it(caller: Caller, runtime: Runtime) -> None:
    """The trail says which user, from a screen, by which process: the system says so, not they."""
    product = caller.ask("catalog.add", new=ROSE)["gives"]
    assert runtime.catalog.get("R1").id == product["id"]
    entry = Trail().entries(AuditQuery()).items[0]
    assert (entry.actor, entry.actor_role) == (pwd.getpwuid(os.getuid()).pw_name, "screen")
    assert entry.user_agent == f"process {os.getpid()}"


def test_what_goes_wrong_comes_back_as_it_is(caller: Caller) -> None:
    """Kind, code, sentence and hint of an error go over the line."""
    error = caller.ask("jobs.retry", job_ids=["4711"])["error"]
    assert error == {
        "kind": "not_found",
        "code": "not_found",
        "message": "There is no job 4711.",
        "hint": "",
        "details": [],
    }
    assert caller.ask("health")["gives"][0]["name"] == "watcher"


def test_an_error_of_ours_is_told_and_logged(
    caller: Caller,
    runtime: Runtime,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What nobody foresaw is a sentence for the screen and a traceback for the log."""

    def burst(_count: int) -> list[str]:
        raise RuntimeError("boom")

    monkeypatch.setattr(runtime.logs, "tail", burst)
    assert "boom" in caller.ask("logs.tail", count=3)["error"]["message"]
    assert "logs.tail" in caplog.text


def test_several_things_are_under_way_at_once(
    caller: Caller, call: Call, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one thing takes long, others are answered, to the same caller and to others."""
    release = threading.Event()
    monkeypatch.setattr(runtime.logs, "tail", lambda _count: [str(release.wait(20))])
    caller.send(b'{"id":7,"do":"logs.tail","with":{"count":1}}\n')
    assert caller.ask("health")["id"] == 1
    other = call()
    other.greet()
    assert other.ask("health")["gives"]
    release.set()
    assert caller.read() == {"id": 7, "gives": ["True"]}


def test_news_that_no_commit_tells_go_to_everybody_once(
    caller: Caller, call: Call, runtime: Runtime
) -> None:
    """Health and files on their way are told to all who are attached, a storm of them as one."""
    other = call()
    other.greet()
    for _ in range(1000):
        runtime.bus.publish(Changed("health"))
        runtime.bus.publish(Changed("jobs"))
        runtime.bus.publish(Changed("media"))
    for each in (caller, other):
        topics: list[str] = []
        while set(topics) != {"health", "media"}:
            topics += each.read()["changed"]
        assert len(topics) < 50
    assert caller.ask("health")["gives"]


# What is refused.


@pytest.mark.parametrize(
    ("do", "given", "code"),
    [
        ("jobs._ledger", {}, "unknown_command"),
        ("home", {}, "unknown_command"),
        ("media.watch", {}, "unknown_command"),
        ("jobs.retry", {}, "usage"),
        ("jobs.retry", {"job_ids": 4}, "usage"),
        ("jobs.retry", {"job_ids": ["4"], "force": True}, "usage"),
        ("jobs.retry_where", {"query": {"state": "failed", "what": 1}}, "usage"),
        ("catalog.add", {"new": {"sku": "R1"}}, "usage"),
        ("logs.tail", {"count": "many"}, "usage"),
    ],
)
def test_what_is_not_on_the_list_is_refused(
    caller: Caller, do: str, given: dict[str, Any], code: str
) -> None:
    """Neither another name nor another argument reaches anything; the line goes on."""
    assert code_of(caller.ask(do, **given)) == code
    assert caller.ask("health")["gives"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"protocol": 2}, "other_protocol"),
        ({"role": "engine"}, "usage"),
        ({"role": None}, "usage"),
        ({"token": "guess"}, "not_yours"),
        ({"token": 5}, "not_yours"),
        ({"token": "\ud800"}, "not_yours"),
    ],
)
def test_who_greets_wrongly_is_sent_away(call: Call, given: dict[str, Any], code: str) -> None:
    """Another version, role or token gets a reason, and the end of the line."""
    caller = call()
    assert code_of(caller.greet(**given)) == code
    assert caller.is_hung_up()


def test_nothing_is_done_before_the_greeting(call: Call, runtime: Runtime) -> None:
    """A command as the first word is refused, and not done."""
    caller = call()
    assert code_of(caller.ask("jobs.pause", queue="message_sending")) == "no_greeting"
    assert caller.is_hung_up()
    assert not any(queue.paused for queue in runtime.jobs.queues())


def test_another_user_is_sent_away(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs under another name has no business here, though the file let it in."""
    stranger = Peer("mallory", 1, is_us=False)
    monkeypatch.setattr(server_module, "peer_of", lambda _line: stranger)
    caller = call()
    assert code_of(caller.greet()) == "not_yours"
    assert caller.is_hung_up()


def test_a_line_over_loopback_needs_the_token(
    server: Server, home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are no sockets in files, the word in a file that only this user reads is."""
    monkeypatch.setattr(
        server_module,
        "listen",
        lambda path: local_socket.listen(path, prefers_unix=False),
    )
    caller = Caller(server.start())
    assert len(caller.token) > 30
    assert code_of(caller.greet(token="")) == "not_yours"
    caller.close()
    caller = Caller(server._listener.address if server._listener else "")
    assert caller.greet()["gives"]
    caller.close()


# Bad manners.


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"\n",
        b"[]\n",
        b'{"id":1}\n',
        b'{"id":"1","do":"health"}\n',
        b'{"id":true,"do":"health"}\n',
        b'{"id":1,"do":"health","with":[]}\n',
        b'{"id":1,"do":"health","with":{},"as":"root"}\n',
        b'{"id":1,"do":' + b"[" * 100_000 + b"\n",
        b'{"id":' + b"9" * 5_000 + b',"do":"health"}\n',
        b"\xff\xfe\n",
        b"x" * (REQUEST_BYTES * 2),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("is_greeted", [False, True])
def test_garbage_ends_the_line_and_nothing_else(
    caller: Caller, call: Call, line: bytes, is_greeted: bool
) -> None:
    """What can't be read is answered with a reason where possible, then the line is ended."""
    rude = call()
    if is_greeted:
        rude.greet()
    with suppress(ConnectionError):  # hung up before all of it was written
        rude.send(line)
    assert rude.is_hung_up()
    assert caller.ask("health")["gives"]


def test_half_a_line_is_not_waited_for(
    caller: Caller, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who begins a line and does not end it, or never says hello, is let go of."""
    monkeypatch.setattr(visit, "LINE_SECONDS", 0.1)
    monkeypatch.setattr(visit, "HELLO_SECONDS", 0.1)
    slow, silent = call(), call()
    assert silent.is_hung_up()
    monkeypatch.setattr(visit, "HELLO_SECONDS", 20)
    slow = call()
    slow.greet()
    slow.send(b'{"id":1,')
    assert slow.is_hung_up()
    assert caller.ask("health")["gives"]


def test_who_never_reads_is_let_go_of(
    caller: Caller, call: Call, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers that nobody takes fill a bounded buffer, then the line ends; others go on."""
    monkeypatch.setattr(visit, "WRITE_SECONDS", 0.2)
    monkeypatch.setattr(runtime.logs, "tail", lambda count: ["x" * 1_000] * count)
    deaf = call()
    deaf.greet()
    line = b'{"id":1,"do":"logs.tail","with":{"count":300}}\n'
    with pytest.raises(ConnectionError):
        deaf.send(line * 100_000)
    assert caller.ask("health")["gives"]


def test_a_crowd_of_strangers_keeps_nobody_out(caller: Caller, call: Call, server: Server) -> None:
    """Lines on which nobody says who it is give way to new ones; those within go on."""
    crowd = [call() for _ in range(150)]
    assert call().greet()["gives"]
    assert caller.ask("health")["gives"]
    assert crowd[0].is_hung_up()
    assert len(server._visits) <= server_module.STRANGERS + 3


def test_there_is_room_for_so_many_and_the_next_is_told(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One too many gets a reason; when somebody leaves there is room again."""
    monkeypatch.setattr(server_module, "VISITORS", 3)
    inside = [call() for _ in range(3)]
    for each in inside:
        each.greet()
    assert code_of(call().greet()) == "too_many"
    inside[0].close()
    wait_for(lambda: "gives" in call().greet(), "room")


def test_a_caller_who_leaves_in_the_middle_is_not_missed(
    caller: Caller, call: Call, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was begun for one who is gone is done, and its answer thrown away."""
    begun, done = threading.Event(), threading.Event()

    def tail(_count: int) -> list[str]:
        begun.set()
        done.wait(20)
        return []

    monkeypatch.setattr(runtime.logs, "tail", tail)
    gone = call()
    gone.greet()
    gone.send(b'{"id":1,"do":"logs.tail","with":{"count":1}}\n')
    assert begun.wait(20)
    gone.close()
    done.set()
    assert caller.ask("health")["gives"]


def test_too_long_an_answer_is_none(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer over the limit is told to be one, instead of being sent."""
    monkeypatch.setattr(visit, "ANSWER_BYTES", 50)
    assert caller.ask("health")["error"]["message"] == "The answer is too long."


# Start and end.


def test_the_end_leaves_nothing(
    server: Server, caller: Caller, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Stopped, the line ends, the socket is gone, nothing is said; a second stop is harmless."""
    server.stop()
    assert caplog.text == ""
    assert caller.is_hung_up()
    assert not Path(address).exists()
    server.stop()


def test_a_server_that_never_started_can_be_stopped(server: Server) -> None:
    """The engine may fail before."""
    server.stop()


def test_log_lines_are_few_and_short(caller: Caller, runtime: Runtime) -> None:
    """Whatever the log holds and somebody wants, an answer stays within its limits."""
    for number in range(600):
        runtime.logs._lines.append(f"{number} {'😀' * 10_000}")
    found = caller.ask("logs.tail", count=100_000)["gives"]
    assert len(found) == operations.LOG_LINES
    assert found[-1].startswith("599 ")
    assert max(map(len, found)) == operations.LOG_WIDTH
