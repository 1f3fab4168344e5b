"""Ids: names and chances that nobody else has drawn."""

from __future__ import annotations

import random
import secrets
import threading

from botops.kernel import clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: sorts as it counts
_RANDOM_BITS = 74
_LENGTH = 25
_lock = threading.Lock()
_last = 0


def new_id(prefix: str) -> str:
    """Return an id such as `evt_06cq…` that sorts by the time at which it was made.

    48 bits of milliseconds and 74 random bits, as in UUID 7 (RFC 9562). Within one process
    each id is greater than the one before, even when the clock is set back.
    """
    global _last  # noqa: PLW0603 - the order of ids is a promise of the whole process
    drawn = int(clock.epoch() * 1000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    with _lock:
        _last = drawn = max(drawn, _last + 1)
    return f"{prefix}_{_encode(drawn)}"


def token() -> str:
    """Return 128 random bits as text."""
    return secrets.token_hex(16)


def jitter(low: float, high: float) -> float:
    """Return a factor between `low` and `high`, so that waits don't fall on one moment."""
    return random.uniform(low, high)  # noqa: S311 - spreads load, guards nothing


def _encode(number: int) -> str:
    letters = []
    for _ in range(_LENGTH):
        number, rest = divmod(number, 32)
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))
