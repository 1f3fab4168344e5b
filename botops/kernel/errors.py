"""Errors: one tree, each with a sentence for the merchant.

BotOpsError                 1  it failed
├── UsageProblem            2  the words of the call are off
├── NotFound                3  there is no such thing
├── Refused                 4  a check said no
│   └── Conflict            4  somebody else changed it, or the step is not allowed from here
├── AlreadyRunning          5  another process has this home
├── Unreachable             6  a running engine is needed and there is none
└── StorageTrouble          1  the disk or the database
    ├── DiskFull            1
    └── NewerDatabase       1
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class BotOpsError(Exception):
    """What went wrong, in one sentence, and a hint at what the merchant can do.

    `details` are further sentences, where many things are wrong at once.
    """

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(
        self, message: str, *, hint: str = "", code: str = "", details: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.reason_code = code or self.code
        self.details = tuple(details)


class UsageProblem(BotOpsError):
    """The call was put wrongly."""

    code = "usage"
    exit_code = 2


class NotFound(BotOpsError):
    """There is no such thing."""

    code = "not_found"
    exit_code = 3


class Refused(BotOpsError):
    """A check said no."""

    code = "refused"
    exit_code = 4


class Conflict(Refused):
    """Somebody else was first, or the step is not allowed from here."""

    code = "conflict"


class AlreadyRunning(BotOpsError):
    """Another process runs the engine of this home."""

    code = "already_running"
    exit_code = 5


class Unreachable(BotOpsError):
    """A running engine is needed, and none answers."""

    code = "not_reachable"
    exit_code = 6


class StorageTrouble(BotOpsError):
    """The disk or the database does not do what it should."""

    code = "storage"


class DiskFull(StorageTrouble):
    """There is no room left."""

    code = "disk_full"


class NewerDatabase(StorageTrouble):
    """A newer BotOps has changed this database."""

    code = "newer_database"
