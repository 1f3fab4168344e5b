"""Station: keeps an ear on the inbox, wherever it goes, and says how that stands."""

import errno
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from botops.kernel import clock
from botops.kernel.lease import is_remote
from botops.media.names import shown
from botops.media.watcher.ear import Ear, FolderIdentity, identify

_NETWORK_FACTOR = 2.5  # how much longer a file must rest where its times come from elsewhere
_EAR_AGAIN = 300.0  # seconds until the next try, where the system watches no more folders


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How the inbox is watched; times in seconds."""

    settle_seconds: float = 2.0
    polling: bool = False
    poll_seconds: float = 2.5
    rescan_seconds: float = 45.0
    tick_seconds: float = 1.0
    make_root: bool = False  # for the inbox inside the home; another is never made


@dataclass(frozen=True, slots=True)
class WatchState:
    """How the watcher does, in a word and in a sentence."""

    word: Literal["watching", "polling", "missing", "stuck", "stopped", "died"]
    sentence: str


class Station:
    """Listens to the folder at a path, anew whenever it is another folder than before.

    Where there are no events (a network share, or the system's limit is reached) it says
    "polling", and the folder must be scanned often.
    """

    def __init__(self, root: Path, options: WatchOptions, *, heard: Callable[[str], None]) -> None:
        self.state = WatchState("missing", "The inbox was not looked at yet.")
        self.is_remote = False
        self.ear: Ear | None = None
        self.place = shown(str(root))
        self.settle_seconds = options.settle_seconds
        self._root = root
        self._options = options
        self._heard = heard
        self._identity: FolderIdentity | None = None
        self._ear_again_at = math.inf

    @property
    def quiet_seconds(self) -> float:
        """How long a file must rest here."""
        return self.settle_seconds * (_NETWORK_FACTOR if self.is_remote else 1)

    def look_after(self) -> bool:
        """Return whether the folder is a new one, and all in it must be looked at."""
        try:
            identity = self._find()
            if self._is_fine(identity):
                return False
            self.close()
            self._open(identity)
        except OSError as error:
            self.close()
            why = error.strerror or str(error)
            self.state = WatchState("missing", f"The inbox {self.place} can't be read: {why}.")
            return False
        return True

    def close(self) -> None:
        """Listen no longer."""
        if self.ear:
            self.ear.close()
        self.ear = self._identity = None

    def _find(self) -> FolderIdentity:
        if self._options.make_root:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        identity = identify(self._root)
        if not os.access(self._root, os.R_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return identity

    def _is_fine(self, identity: FolderIdentity) -> bool:
        return (
            identity == self._identity
            and clock.monotonic() < self._ear_again_at
            and (self.ear is None or self.ear.hears(identity))
        )

    def _open(self, identity: FolderIdentity) -> None:
        self.is_remote = self._options.polling or is_remote(identity[0])
        self._ear_again_at = math.inf
        why = "by setting" if self._options.polling else "on a network share"
        if not self.is_remote:
            try:
                self.ear = Ear(self._root, self._heard)
            except OSError as error:
                self._ear_again_at = clock.monotonic() + _EAR_AGAIN
                why = error.strerror or str(error)
        self._identity = identity
        if self.ear:
            self.state = WatchState("watching", f"The inbox {self.place} is watched.")
        else:
            self.state = WatchState("polling", f"The inbox {self.place} is scanned often: {why}.")
