"""Toasts: what was said of late, so that the same words again are one toast with a count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from botops.tui.text import clean

if TYPE_CHECKING:
    from textual.notifications import Notification

MESSAGE, TITLE = 400, 80  # letters


class Toasts:
    """Remembers the toasts that are to be seen."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[Notification, int]] = {}

    def take(self, note: Notification) -> tuple[Notification, Notification | None]:
        """Return the toast to be shown, cleaned and counted, and the one it takes the place of."""
        self._seen = {
            key: (before, times)
            for key, (before, times) in self._seen.items()
            if not before.has_expired
        }
        message = clean(note.message, MESSAGE)
        key = (message, note.severity)
        before, times = self._seen.get(key, (None, 0))
        told = f"{message}  ×{times + 1}" if times else message
        shown = replace(note, message=told, title=clean(note.title, TITLE))
        self._seen[key] = (shown, times + 1)
        return shown, before
