"""Findings: what was found about one thing, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from botops.kernel.errors import BotOpsError
    from botops.kernel.paths import Home
    from botops.settings import Settings

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """How something is: well, worth a look, or in the way; a sentence, and a hint what to do."""

    name: str
    state: State
    detail: str
    hint: str = ""

    def document(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        return {"name": self.name, "state": self.state, "detail": self.detail, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked over: a home, and the settings that hold in it, or the default ones."""

    home: Home
    settings: Settings


def ok(name: str, detail: str) -> Finding:
    """Return that all is well."""
    return Finding(name, "ok", detail)


def warn(name: str, detail: str, *, hint: str) -> Finding:
    """Return that something is worth a look; BotOps works."""
    return Finding(name, "warn", detail, hint)


def fail(name: str, detail: str, *, hint: str) -> Finding:
    """Return that something is in the way."""
    return Finding(name, "fail", detail, hint)


def failed(name: str, error: BotOpsError) -> Finding:
    """Return what an error says."""
    return Finding(name, "fail", error.message, error.hint)
