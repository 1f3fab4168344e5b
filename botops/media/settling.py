"""Settling: when a file that was seen may be taken in, because nobody works on it any more."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from botops.kernel import clock
from botops.media.sightings import Finding, Sighting, Stall, look, probe

WaitState = Literal["settling", "writing", "empty", "truncated", "unreadable", "retrying"]

_LONGEST_PAUSE = 5.0  # between two looks at a file that is not whole yet
_SHORTEST_RETRY = 0.05
_LONGEST_RETRY = 60.0


@dataclass(frozen=True, slots=True)
class Senses:
    """How files are looked at and time is read; tests have their own."""

    look: Callable[[str], Sighting | None] = look
    probe: Callable[[str], Finding] = probe
    clock: Callable[[], float] = clock.monotonic


@dataclass(slots=True)
class Waiting:
    """One file that is not taken in yet."""

    sighting: Sighting
    since: float  # unchanged since then, by the clock of the senses
    check_at: float
    state: WaitState = "settling"
    tries: int = 0


class Settling:
    """Files that were seen, each looked at again when its time has come.

    A file settles when inode, size and mtime stayed the same for `quiet_seconds` and it is
    whole: not empty, no zeros at its end, no writer. One that is not whole `stall_seconds` after
    its last change settles too, marked, so that its reject can say why.
    """

    def __init__(
        self, quiet_seconds: float, *, stall_seconds: float = 60.0, senses: Senses | None = None
    ) -> None:
        self.quiet_seconds = quiet_seconds
        self.version = 0  # grows with each change of what is waiting
        self._stall_seconds = stall_seconds
        self._senses = senses or Senses()
        self._waiting: dict[str, Waiting] = {}
        # Entries that no longer match a file's `check_at` are left in, and skipped when they come.
        self._agenda: list[tuple[float, int, str]] = []
        self._serial = itertools.count()

    def __len__(self) -> int:
        return len(self._waiting)

    def see(self, sighting: Sighting, *, age: float = 0.0) -> None:
        """Note a file; a change starts its time anew.

        `age` is for how many seconds it is known to be unchanged already.
        """
        now = self._senses.clock()
        known = self._waiting.get(sighting.file)
        if known is None or known.sighting.key != sighting.key:
            waiting = Waiting(sighting, now - age, 0.0)
            self._waiting[sighting.file] = waiting
            self._plan(waiting, max(now, waiting.since + self.quiet_seconds))
            self.version += 1
        elif known.state not in {"settling", "retrying"}:
            self._plan(known, now)  # perhaps its writer has just closed it

    def holds(self, sighting: Sighting) -> bool:
        """Return whether exactly this is waiting already."""
        known = self._waiting.get(sighting.file)
        return known is not None and known.sighting.key == sighting.key

    def forget(self, file: str) -> None:
        """Drop a file: it is gone, or it was taken in."""
        if self._waiting.pop(file, None) is not None:
            self.version += 1

    def take(self, limit: int = 50) -> list[Sighting]:
        """Look at files whose time has come, at most `limit`, and return those that settled.

        They stay here until `forget` is called, and are returned again after a growing pause:
        nothing is lost with a caller that fails.
        """
        now = self._senses.clock()
        settled: list[Sighting] = []
        for _ in range(limit):
            waiting = self._pop(now)
            if waiting is None:
                break
            if found := self._examine(waiting, now):
                settled.append(found)
        return settled

    def next_check(self) -> float | None:
        """Return when the next file's time comes, by the clock of the senses."""
        while self._agenda:
            at, _, file = self._agenda[0]
            waiting = self._waiting.get(file)
            if waiting is not None and waiting.check_at == at:
                return at
            heapq.heappop(self._agenda)
        return None

    def waiting(self, limit: int) -> list[Waiting]:
        """Return the first files that wait, in the order in which they were seen."""
        return list(itertools.islice(self._waiting.values(), limit))

    def _pop(self, now: float) -> Waiting | None:
        at = self.next_check()
        if at is None or at > now:
            return None
        return self._waiting[heapq.heappop(self._agenda)[2]]

    def _plan(self, waiting: Waiting, at: float) -> None:
        waiting.check_at = at
        heapq.heappush(self._agenda, (at, next(self._serial), waiting.sighting.file))

    def _examine(self, waiting: Waiting, now: float) -> Sighting | None:
        """Return the file if it has settled; otherwise plan the next look."""
        fresh = self._senses.look(waiting.sighting.file)
        if fresh is None:
            self.forget(waiting.sighting.file)
            return None
        if fresh.key != waiting.sighting.key:
            self.see(fresh)
            return None
        waiting.sighting = fresh
        quiet = now - waiting.since
        if quiet < self.quiet_seconds:
            self._plan(waiting, waiting.since + self.quiet_seconds)
            return None
        finding = self._senses.probe(fresh.file)
        if finding == "whole":
            return self._settled(waiting, now, stalled=None)
        if finding != "writing" and quiet >= self._stall_seconds:
            return self._settled(waiting, now, stalled=finding)
        self._enter(waiting, finding)
        self._plan(waiting, now + self._pause(quiet, finding))
        return None

    def _settled(self, waiting: Waiting, now: float, *, stalled: Stall | None) -> Sighting:
        shortest = min(1.0, max(_SHORTEST_RETRY, self.quiet_seconds))
        self._plan(waiting, now + min(_LONGEST_RETRY, shortest * 2 ** min(waiting.tries, 16)))
        waiting.tries += 1
        self._enter(waiting, "retrying" if waiting.tries > 1 else "settling")
        return replace(waiting.sighting, stalled=stalled)

    def _pause(self, quiet: float, finding: Finding) -> float:
        """Look often at first, seldom at what has been lying about, and in time for its stall."""
        pause = max(self.quiet_seconds, min(quiet / 4, _LONGEST_PAUSE))
        if finding == "writing":
            return pause
        return min(pause, self._stall_seconds - quiet)

    def _enter(self, waiting: Waiting, state: WaitState) -> None:
        if waiting.state != state:
            waiting.state = state
            self.version += 1
