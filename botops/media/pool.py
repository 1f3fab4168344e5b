"""Pool: pictures decoded by a few killable processes that come when needed and go when idle."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from botops.kernel import clock, ids
from botops.kernel.errors import BotOpsError, DiskFull
from botops.media import verdict
from botops.media.child import GLANCE, Child, ChildDied, ChildTooSlow, command
from botops.media.protocol import Decoded, Limits, Order
from botops.media.verdict import RejectCode, Rejected

RECYCLE_AFTER = 500  # pictures: what a decoder library leaks is given back
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_OUT_OF_CPU = {-getattr(signal, "SIGPROF", 0), -getattr(signal, "SIGXCPU", 0)} - {0}
_KILLED = -getattr(signal, "SIGKILL", 9)

log = logging.getLogger(__name__)


class DecodeFailed(BotOpsError):
    """The picture could not be looked at; it may be fine, and another try may succeed."""

    code = "decode_failed"


class DecodeStopped(BotOpsError):
    """The pool was closed meanwhile; nothing is known about the picture."""

    code = "decode_stopped"


def _go_on() -> None:
    """Object to nothing."""


class DecodePool:
    """At most `size` pictures at once, from any thread.

    A picture that brings its process down, or takes too long, is tried once more with nothing
    beside it before it is rejected.
    """

    def __init__(
        self,
        size: int = 2,
        *,
        idle_seconds: float = 60.0,
        limits: Limits | None = None,
        argv: Callable[[], Sequence[str]] = command,
    ) -> None:
        self._limits = limits or Limits()
        self._argv = argv
        self._idle_seconds = idle_seconds
        self._seats = _Seats(size)
        self._changed = threading.Condition()
        self._idle: list[Child] = []
        self._children: set[Child] = set()
        self._watching = False
        self._closed = False

    @property
    def alive(self) -> int:
        """Return how many decoding processes run, busy or idle."""
        with self._changed:
            return sum(child.is_alive for child in self._children)

    def convert(
        self,
        source: Path,
        sizes: Mapping[str, int],
        *,
        folder: Path,
        checkpoint: Callable[[], None] = _go_on,
    ) -> Decoded:
        """Return what the picture is, and its variants as new files in `folder`.

        `sizes` names each variant and its longest side in pixels. `checkpoint` is called some
        times a second: what it raises stops the work and goes on to the caller.

        Raises:
            Rejected: It will never be a picture, and why.
            DiskFull: There is no room for the variants.
            DecodeFailed: It could not be tried; try again later.
            DecodeStopped: The pool is closed.
        """
        stem = ids.token()
        order = Order(os.fspath(source), os.fspath(folder), stem, dict(sizes), self._limits)
        try:
            return self._twice(order, checkpoint)
        except BaseException:
            _sweep(order)
            raise

    def close(self) -> None:
        """End all processes at once; who waits for a picture gets DecodeStopped."""
        with self._changed:
            self._closed = True
            ending = list(self._children)
            self._changed.notify_all()
        for child in ending:
            self._drop(child)

    def __enter__(self) -> Self:
        """Return the pool; it is closed in the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the pool."""
        self.close()

    def _twice(self, order: Order, checkpoint: Callable[[], None]) -> Decoded:
        try:
            with self._seats.taken(1, checkpoint):
                return self._once(order, checkpoint)
        except (ChildDied, ChildTooSlow) as error:
            if isinstance(error, ChildDied) and error.returncode in _OUT_OF_CPU:
                raise verdict.too_slow() from error  # work is work, alone or not
            log.warning("decoder %s over %s; once more, alone", _what(error), order.source)
        _sweep(order)
        try:
            with self._seats.taken(self._seats.count, checkpoint):
                return self._once(order, checkpoint)
        except (ChildDied, ChildTooSlow) as error:
            log.warning("decoder %s again over %s: rejected", _what(error), order.source)
            raise _condemned(error) from error

    def _once(self, order: Order, checkpoint: Callable[[], None]) -> Decoded:
        child = self._child(checkpoint)
        try:
            answer = child.ask(order, checkpoint)
        except BaseException as error:
            self._drop(child)
            if self._closed and isinstance(error, ChildDied):
                raise _stopped() from None
            raise
        self._put_back(child)
        return _read(answer)

    def _child(self, checkpoint: Callable[[], None]) -> Child:
        while (child := self._take_idle()) is not None:
            if child.is_alive:
                return child
            self._drop(child)
        child = self._new_child()
        try:
            child.wait_ready(checkpoint)
        except (ChildDied, ChildTooSlow) as error:
            self._drop(child)
            if self._closed:
                raise _stopped() from None
            raise DecodeFailed(f"The picture decoder does not start ({error}).") from error
        except BaseException:
            self._drop(child)
            raise
        return child

    def _take_idle(self) -> Child | None:
        with self._changed:
            if self._closed:
                raise _stopped()
            return self._idle.pop() if self._idle else None

    def _new_child(self) -> Child:
        with self._changed:
            if self._closed:
                raise _stopped()
            try:
                child = Child(self._argv())
            except OSError as error:
                raise DecodeFailed(f"The picture decoder does not start ({error}).") from error
            self._children.add(child)
            return child

    def _put_back(self, child: Child) -> None:
        with self._changed:
            if not self._closed and child.served < RECYCLE_AFTER:
                child.idle_since = clock.monotonic()
                self._idle.append(child)
                self._watch_idle()
                return
        self._drop(child)

    def _drop(self, child: Child) -> None:
        with self._changed:
            self._children.discard(child)
            if child in self._idle:
                self._idle.remove(child)
        child.end()

    def _watch_idle(self) -> None:
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._end_idle, name="decode-idle", daemon=True).start()

    def _end_idle(self) -> None:
        """End each child whose time has come, until none is left."""
        while True:
            with self._changed:
                if self._closed or not self._children:
                    self._watching = False
                    return
                now = clock.monotonic()
                due = [one for one in self._idle if now >= one.idle_since + self._idle_seconds]
                if not due:
                    oldest = min((one.idle_since for one in self._idle), default=now)
                    self._changed.wait(oldest + self._idle_seconds - now)
            for child in due:
                self._drop(child)


class _Seats:
    """Places for work side by side; who needs all of them is not overtaken."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = count
        self._freed = threading.Condition()
        self._door = threading.Lock()

    @contextmanager
    def taken(self, wanted: int, checkpoint: Callable[[], None]) -> Iterator[None]:
        """Hold so many seats."""
        while not self._door.acquire(timeout=GLANCE):
            checkpoint()
        try:
            while not self._take(wanted):
                checkpoint()
        finally:
            self._door.release()
        try:
            yield
        finally:
            with self._freed:
                self._free += wanted
                self._freed.notify_all()

    def _take(self, wanted: int) -> bool:
        with self._freed:
            if not self._freed.wait_for(lambda: self._free >= wanted, timeout=GLANCE):
                return False
            self._free -= wanted
            return True


def _read(answer: dict[str, Any]) -> Decoded:
    if "decoded" in answer:
        return Decoded.heard(answer["decoded"])
    if "rejected" in answer:
        raise Rejected(RejectCode(answer["rejected"]["code"]), answer["rejected"]["reason"])
    trouble = answer["trouble"]
    if trouble["errno"] in _NO_ROOM:
        raise DiskFull("There is no room for the small pictures.", hint="Make room on the disk.")
    raise DecodeFailed(f"The picture could not be read or written: {trouble['text']}.")


def _condemned(error: ChildDied | ChildTooSlow) -> Rejected:
    if isinstance(error, ChildTooSlow) or error.returncode in _OUT_OF_CPU:
        return verdict.too_slow()
    # Killed by nobody here: by the system, for want of memory.
    return verdict.too_much_memory() if error.returncode == _KILLED else verdict.unreadable()


def _what(error: ChildDied | ChildTooSlow) -> str:
    return "took too long" if isinstance(error, ChildTooSlow) else str(error)


def _stopped() -> DecodeStopped:
    return DecodeStopped("The picture decoder is closed.")


def _sweep(order: Order) -> None:
    """Remove what a child that was ended left half written."""
    for variant in order.sizes:
        with contextlib.suppress(FileNotFoundError):
            order.path(variant).unlink()
