"""Worker: the child process in which pictures are decoded, so that a bad one hurts nobody else.

It has little priority and little memory, knows no secret, and ends when its parent does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from botops.media import decoder, verdict
from botops.media.protocol import Limits, Order
from botops.media.verdict import Rejected

READY = {"ready": True}
_NICENESS = 15
_IGNORED = ("SIGINT", "SIGTERM", "SIGHUP")


def main() -> int:
    """Decode what stdin orders, line by line, until it closes."""
    orders, answers = sys.stdin.buffer, _private_stdout()
    _restrain()
    decoder.prepare(Limits())
    _say(answers, READY)
    limited = False
    for line in orders:
        order = Order.read(line)
        if not limited:
            _limit_memory(order.limits.memory)
            limited = True
        _say(answers, answer(order))
    return 0


def answer(order: Order) -> dict[str, Any]:
    """Return what became of one picture, as the parent reads it."""
    _limit_cpu(order.limits.cpu_seconds)
    try:
        return {"decoded": decoder.decode(order).said()}
    except Rejected as refused:
        return _rejected(refused)
    except MemoryError:
        return _rejected(verdict.too_much_memory())
    except Exception as error:  # noqa: BLE001 - told to the parent, which raises it there
        return {"trouble": {"errno": getattr(error, "errno", None), "text": repr(error)}}
    finally:
        _limit_cpu(0)


def _rejected(refused: Rejected) -> dict[str, Any]:
    return {"rejected": {"code": refused.verdict, "reason": refused.reason}}


def _private_stdout() -> BinaryIO:
    """Keep stdout for answers alone: what a library prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _say(answers: BinaryIO, said: dict[str, Any]) -> None:
    answers.write(json.dumps(said).encode() + b"\n")
    answers.flush()


def _restrain() -> None:
    """Step back behind everything else, and leave the ending to the parent.

    A service manager signals every process of a service: that is no verdict on a picture.
    """
    for name in _IGNORED:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        os.nice(_NICENESS)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(allowed: int) -> None:
    """Allow so many bytes more than there are now (Linux only; macOS does not keep to it)."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + allowed
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


def _limit_cpu(seconds: float) -> None:
    """Let the system end this process after so many seconds of work (0: never).

    RLIMIT_CPU counts over the whole life; this timer starts anew for each picture. Its signal
    is not handled: it must work in the midst of C code, which Python's handlers wait for.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    sys.exit(main())
