"""Visit: one connection to the engine, from its greeting to its end."""

from __future__ import annotations

import asyncio
import hmac
import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from botops.kernel.errors import BotOpsError, Conflict, Refused, UsageProblem
from botops.remote import operations
from botops.remote.protocol import (
    ANSWER_BYTES,
    HELLO,
    PROTOCOL,
    Answer,
    News,
    Request,
    Unreadable,
    line_of,
    read_request,
)
from botops.store.actor import Actor, acting_as

if TYPE_CHECKING:
    from botops.kernel.local_socket import Peer
    from botops.remote.hands import Hands
    from botops.runtime import Runtime

log = logging.getLogger(__name__)
ROLES = ("screen", "shell")
HELLO_SECONDS = 3.0  # until somebody has said who it is
LINE_SECONDS = 5.0  # from the first byte of a line to its end
WRITE_SECONDS = 5.0  # until somebody has read what it asked for
AT_ONCE = 4  # requests of one visitor that are under way
BUFFERED = 65_536  # bytes that wait for one who does not read


class Host(Protocol):
    """What a visit needs of the server."""

    runtime: Runtime
    hands: Hands
    token: str

    def welcome(self) -> dict[str, Any]:
        """Return what is told to somebody who comes in.

        Raises:
            BotOpsError: There is no room.
        """


class Visit:
    """One who asks, over one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, host: Host, peer: Peer
    ) -> None:
        self.is_greeted = False
        self._reader = reader
        self._writer = writer
        self._host = host
        self._peer = peer
        self._role = ""
        self._news: set[str] = set()
        self._speaking = asyncio.Lock()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        writer.transport.set_write_buffer_limits(high=BUFFERED)

    async def run(self) -> None:
        """Listen and answer until one of both ends it."""
        try:
            await self._listen()
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            log.debug("a line of process %s has ended: %r", self._peer.pid, error)
        finally:
            self.end()

    def tell(self, topics: set[str]) -> None:
        """Say what has changed, now or when somebody has read what it was told before."""
        if not self.is_greeted:
            return
        self._news |= topics
        if self._news and not self._writer.transport.get_write_buffer_size():
            self._writer.write(line_of(News(tuple(sorted(self._news)))))
            self._news.clear()

    @property
    def is_owed_news(self) -> bool:
        """Whether something could not be told yet."""
        return bool(self._news)

    def end(self) -> None:
        """End it, whatever is under way."""
        self.is_greeted = False
        for task in self._tasks:
            task.cancel()
        self._writer.transport.abort()

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                await self._greet()
            while self.is_greeted:
                await self._slots.acquire()
                self._begin(read_request(await self._line()))
        except (Unreadable, asyncio.LimitOverrunError) as error:
            await self._say(Answer(0, error=UsageProblem(f"That can't be read: {error}.")))

    async def _line(self) -> bytes:
        first = await self._reader.readexactly(1)
        if first == b"\n":
            return first
        async with asyncio.timeout(LINE_SECONDS):
            return first + await self._reader.readuntil(b"\n")

    async def _greet(self) -> None:
        request = read_request(await self._line())
        try:
            self._role = self._role_of(request)
            welcome = self._host.welcome()
        except BotOpsError as error:
            await self._say(Answer(request.id, error=error))
            return
        self.is_greeted = True
        await self._say(Answer(request.id, welcome))

    def _role_of(self, request: Request) -> str:
        given = request.given
        if request.do != HELLO:
            raise UsageProblem(f"The first word is {HELLO!r}.", code="no_greeting")
        if not self._peer.is_us or not self._knows_token(given.get("token", "")):
            raise Refused("This engine belongs to somebody else.", code="not_yours")
        if given.get("protocol") != PROTOCOL:
            raise Conflict(
                "The engine speaks to other versions of BotOps.",
                hint="Restart it with the version that you use.",
                code="other_protocol",
            )
        role = given.get("role")
        if role not in ROLES:
            raise UsageProblem(f"A role is one of {', '.join(ROLES)}.")
        return str(role)

    def _knows_token(self, token: object) -> bool:
        return isinstance(token, str) and hmac.compare_digest(
            token.encode(errors="replace"), self._host.token.encode()
        )

    def _begin(self, request: Request) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(request))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()):
            log.debug("an answer to process %s got lost: %r", self._peer.pid, error)
            self.end()

    async def _answer(self, request: Request) -> None:
        await self._say(await self._done(request))

    async def _done(self, request: Request) -> Answer:
        try:
            return Answer(request.id, await self._host.hands.do(partial(self._do, request)))
        except BotOpsError as error:
            return Answer(request.id, error=error)
        except Exception as error:
            log.exception("%s, asked for by process %s, failed", request.do, self._peer.pid)
            told = BotOpsError(f"That did not work: {error}.", hint="The log says more.")
            return Answer(request.id, error=told)

    def _do(self, request: Request) -> Any:
        agent = f"process {self._peer.pid}" if self._peer.pid else None
        with acting_as(Actor(self._peer.user, self._role, agent=agent)):
            return operations.run(request.do, request.given, runtime=self._host.runtime)

    async def _say(self, answer: Answer) -> None:
        line = line_of(answer)
        if len(line) > ANSWER_BYTES:
            line = line_of(Answer(answer.id, error=Refused("The answer is too long.")))
        async with self._speaking, asyncio.timeout(WRITE_SECONDS):
            self._writer.write(line)
            await self._writer.drain()
