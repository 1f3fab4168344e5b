"""Connection: one line to the engine, for as long as it holds."""

from __future__ import annotations

import itertools
import socket
import threading
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botops.kernel.errors import Refused, Unreachable
from botops.kernel.local_socket import connect
from botops.remote.protocol import (
    ANSWER_BYTES,
    HELLO,
    PROTOCOL,
    REQUEST_BYTES,
    Answer,
    News,
    Request,
    Unreadable,
    line_of,
    read_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECONDS = 5.0  # for connecting, greeting, and for each write
CHUNK = 65_536
LOST = "The line to the engine broke before it answered."
SILENT = "The engine does not answer."
LOOK = "It may have been done all the same: look first."


class Connection:
    """A line on which several threads may ask at once; the one that made it reads the answers."""

    def __init__(self, address: str) -> None:
        """Connect; `greet` comes next, then `read`.

        Raises:
            OSError: Nobody listens there.
        """
        self._socket, self._token = connect(address, seconds=SECONDS)
        self._socket.settimeout(SECONDS)
        self._incoming = self._lines()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._speaking = threading.Lock()
        self._is_open = True
        self._is_greeted = False
        self.is_silent = False

    def greet(self, role: str) -> dict[str, Any]:
        """Say who we are, and return what the engine says about itself.

        Raises:
            Unreachable: It does not answer.
            BotOpsError: It does not let us in.
        """
        given = {"protocol": PROTOCOL, "role": role, "token": self._token}
        try:
            self._socket.sendall(line_of(Request(next(self._numbers), HELLO, given)))
            said = read_answer(next(self._incoming))
        except (OSError, Unreadable, StopIteration) as error:
            raise Unreachable(SILENT) from error
        if isinstance(said, Answer) and said.error is None and isinstance(said.value, dict):
            self._is_greeted = True
            return said.value
        raise (said.error if isinstance(said, Answer) else None) or Unreachable(SILENT)

    def ask(self, do: str, given: dict[str, Any], *, seconds: float) -> Any:
        """Return the engine's answer, as JSON knows it.

        Raises:
            Unreachable: None came in time, or the line is broken.
            Refused: It is too much for one line.
            BotOpsError: What the engine says went wrong.
        """
        number = next(self._numbers)
        line = line_of(Request(number, do, given))
        if len(line) > REQUEST_BYTES:
            raise Refused("That is too much at once.", hint="Choose fewer things.")
        future: Future[Any] = Future()
        self._waiting[number] = future
        try:
            self._send(line)
            return future.result(seconds)
        except TimeoutError as error:
            self.is_silent = True
            raise Unreachable(SILENT, hint=LOOK) from error
        finally:
            self._waiting.pop(number, None)

    def read(self, on_news: Callable[[str], None]) -> None:
        """Take in what the engine says, until the line ends; those who wait then are told."""
        try:
            for line in self._incoming:
                self._take(read_answer(line), on_news)
        except (OSError, Unreadable):
            pass  # the line has ended, one way or the other
        finally:
            self.end()

    def end(self) -> None:
        """Close the line; only for the thread that reads, or if none does.

        Another that still uses the socket might find its number to be another file's.
        """
        self.hang_up()
        with self._speaking:
            self._socket.close()
        for future in list(self._waiting.values()):
            with suppress(InvalidStateError):  # answered at the last moment
                future.set_exception(Unreachable(LOST, hint=LOOK))

    def hang_up(self) -> None:
        """Let `read` come to its end."""
        self._is_open = False
        with suppress(OSError):  # it is broken already
            self._socket.shutdown(socket.SHUT_RDWR)

    def _take(self, said: Answer | News, on_news: Callable[[str], None]) -> None:
        self.is_silent = False
        if isinstance(said, News):
            for topic in said.topics:
                on_news(topic)
        elif (future := self._waiting.get(said.id)) is not None:
            if said.error is not None:
                future.set_exception(said.error)
            else:
                future.set_result(said.value)

    def _send(self, line: bytes) -> None:
        try:
            with self._speaking:
                if not self._is_open:
                    raise OSError("hung up")
                self._socket.sendall(line)
        except OSError as error:
            self.hang_up()
            raise Unreachable(LOST, hint=LOOK) from error

    def _lines(self) -> Iterator[bytes]:
        """Yield what comes in, line by line.

        Raises:
            OSError: The line is broken, or nobody greets back.
            Unreadable: There is no end to a line.
        """
        rest = b""
        while chunk := self._chunk():
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
            if len(rest) > ANSWER_BYTES:
                raise Unreadable("a line without an end")

    def _chunk(self) -> bytes:
        while True:
            try:
                return self._socket.recv(CHUNK)
            except TimeoutError:
                if not self._is_greeted:
                    raise
