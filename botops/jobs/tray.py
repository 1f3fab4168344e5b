"""Tray: the claims of one queue that this process holds; some wait for a thread, others run."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botops.jobs.bells import Bell
    from botops.jobs.claim import Claim


class Tray:
    """Knows every claim from the moment it is on disk, so that its lease is kept alive."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._held: dict[str, Claim] = {}
        self._waiting: deque[Claim] = deque()
        self._promised = 0
        self._lock = threading.Lock()

    def promise(self) -> bool:
        """Keep a sleeping thread for a claim that is about to be made, if there is one."""
        with self._lock:
            if self._bell.sleepers <= len(self._waiting) + self._promised:
                return False
            self._promised += 1
            return True

    def fulfil(self, claim: Claim | None) -> None:
        """Give the claim to the thread that was promised, or let the thread off."""
        with self._lock:
            self._promised -= 1
            if claim is not None:
                self.put(claim)
        if claim is not None:
            self._bell.ring()

    def put(self, claim: Claim) -> None:
        """Keep a claim until a thread is free for it."""
        self._held[claim.token] = claim
        self._waiting.append(claim)

    def take(self) -> Claim | None:
        """Return a claim that waits, if there is one; it is held on."""
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def hold(self, claim: Claim) -> Claim:
        """Keep a claim that begins at once, and return it."""
        self._held[claim.token] = claim
        return claim

    def drop(self, claim: Claim) -> None:
        """Let go of a claim that has ended or was put back."""
        self._held.pop(claim.token, None)

    def held(self) -> list[Claim]:
        """Return all claims."""
        return list(self._held.values())
