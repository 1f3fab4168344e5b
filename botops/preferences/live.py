"""Live: notices that somebody has changed the settings, and lets the running engine follow."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from botops.kernel.errors import UsageProblem
from botops.kernel.events import Changed
from botops.kernel.health import Part, PartView
from botops.preferences.config_store import ConfigStore
from botops.settings.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from botops.settings import Settings

log = logging.getLogger(__name__)


class LiveSettings:
    """Reads the file again when it is another one: at once where somebody tells, else by looking.

    A file with a mistake changes nothing, and is told until it is mended.
    """

    def __init__(
        self, config: Path, overrides: Iterable[str], *, follow: Callable[[Settings], None]
    ) -> None:
        self._file = ConfigStore(config)
        self._overrides = tuple(overrides)
        self._follow = follow
        self._stamp = self._file.stamp()
        self._trouble = ""
        self._looking = threading.RLock()

    def part(self) -> Part:
        """Return it as something that is looked after."""
        return Part(self._view, self._look_now_and_then)

    def hear(self, changed: Changed) -> None:
        """Look at once when settings were changed, here or in another process."""
        if changed.topic in ("settings", "*"):
            self.look()

    def look(self) -> None:
        """Read the file, if it is another one than before."""
        with self._looking:
            stamp = self._file.stamp()
            if stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                fresh = load(self._file.path, self._overrides)
            except UsageProblem as error:
                self._trouble = f"{error.message} Until it is mended, the settings before it count."
                log.warning("%s", self._trouble)
                return
            self._trouble = ""
            self._follow(fresh)  # one after the other: the last one read is the one that counts

    def _look_now_and_then(self) -> str:
        self.look()
        return ""

    def _view(self) -> PartView:
        return PartView("settings", "degraded" if self._trouble else "up", self._trouble)
