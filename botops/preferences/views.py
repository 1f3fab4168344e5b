"""Views: where a value comes from, and what a change has done, as the faces see it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from botops.settings import SettingView

ENVIRONMENT, SEALED = "environment", "sealed in the database"
COMMAND_LINE, FILE, DEFAULT = "command line", "settings file", "default"


@dataclass(frozen=True, slots=True)
class SourceView:
    """One place from which a setting may have its value.

    `place` is where exactly: a variable, or a file with its line.
    """

    name: str
    text: str
    place: str
    has_value: bool = False
    wins: bool = False

    def winning(self) -> SourceView:
        """Return it as the one whose value counts."""
        return replace(self, wins=True)

    def document(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        return {
            "source": self.name,
            "value": self.text if self.has_value else None,
            "place": self.place,
            "wins": self.wins,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A setting that was changed: how it was, how it is, and what stands in the way.

    `overridden_by` is a stronger source, for as long as that has a value; `recovery_key` is the
    master key, if it was made for this secret: it is never told again.
    """

    before: SettingView
    after: SettingView
    overridden_by: str = ""
    recovery_key: str = field(default="", repr=False)

    @property
    def notice(self) -> str:
        """What somebody should know who has made the change, or nothing."""
        if self.overridden_by.startswith("--set"):
            return f"The command line wins: {self.overridden_by} was given."
        if self.overridden_by:
            return f"The environment wins: {self.overridden_by}."
        return ""

    def document(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        return {
            "setting": self.after.document(),
            "before": self.before.value,
            "overridden_by": self.overridden_by or None,
            "recovery_key": self.recovery_key or None,
        }
