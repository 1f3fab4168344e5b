"""Children: decoding processes for tests, plain and rough, and what is asked of them."""

import sys
from collections.abc import Callable
from pathlib import Path

from botops.media.pool import DecodePool
from botops.media.protocol import Decoded

SIZES = {"thumb": 100, "whatsapp": 300}
SOON = 20.0
Drop = Callable[..., Path]
Start = Callable[..., DecodePool]


def worker() -> list[str]:
    """The command of a plain child."""
    return [sys.executable, "-P", "-m", "botops.media.worker"]


def rough() -> list[str]:
    """The command of a child that does what a picture's name says."""
    return [sys.executable, "-P", "-m", "tests.media.rough_worker"]


def check(done: Decoded) -> None:
    """What a good answer looks like."""
    assert [each.name for each in done.variants] == ["whatsapp", "thumb"]
    assert all(each.path.stat().st_size == each.size for each in done.variants)


def tries(source: Path) -> int:
    """How often a picture was tried."""
    return len(Path(f"{source}.mark").read_bytes())


def pid_of(pool: DecodePool) -> int:
    """The one child's process."""
    (child,) = pool._children
    return child.pid
