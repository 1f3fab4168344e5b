"""Rough worker: a decoding process that does what the name of the picture says, such as crash."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from botops.media import decoder, worker
from botops.media.protocol import Decoded, Order

real_decode = decoder.decode


def spin() -> None:
    """Work without end."""
    while True:
        pass


def work() -> None:
    """Work for a fifth of a second."""
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass


def eat() -> None:
    """Take memory without end, as a picture that unfolds does."""
    eaten = [bytearray(50_000_000)]
    while True:
        eaten.append(bytearray(50_000_000))


def fill_the_disk() -> None:
    """Meet a disk without room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def kill(number: int) -> None:
    """End by a signal, as a crash or the system does it."""
    os.kill(os.getpid(), number)


def chatter() -> None:
    """Print as libraries do, on both ways out."""
    os.write(1, b"stray words on stdout\n")
    os.write(2, b"and on stderr" * 10_000)


DEEDS: dict[str, Callable[[], None]] = {
    "spin": spin,
    "work": work,
    "eat": eat,
    "full": fill_the_disk,
    "crash": lambda: kill(signal.SIGSEGV),
    "killed": lambda: kill(signal.SIGKILL),
    "leave": lambda: os._exit(3),
    "hang": lambda: time.sleep(600),
    "nap": lambda: time.sleep(1.5),
    "terminated": lambda: kill(signal.SIGTERM),
    "chatter": chatter,
}


def decode(order: Order) -> Decoded:
    """Do the deed, leaving half a file and a mark; a name that ends in `once` does it once."""
    name = Path(order.source).name
    mark = Path(order.source + ".mark")
    tries = len(mark.read_bytes()) if mark.exists() else 0
    mark.write_bytes(b"x" * (tries + 1))
    deed, _, often = name.partition("-")
    if deed in DEEDS and not (often == "once" and tries):
        half = order.path("thumb")
        half.write_bytes(b"half")
        DEEDS[deed]()
        half.unlink()
    return real_decode(order)


if __name__ == "__main__":
    decoder.decode = decode
    sys.exit(worker.main())
