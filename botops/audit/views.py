"""Views: an entry of the trail as the faces see it, and as a document."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

State = dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """Who changed what; `created_at` is ISO text, the states are what a row was and is."""

    id: str
    created_at: str
    merchant_id: str | None
    actor: str
    actor_role: str
    action: str
    target_type: str
    target_id: str | None
    before_state: State
    after_state: State
    ip_address: str | None
    user_agent: str | None
    fingerprint: str

    @property
    def verb(self) -> str:
        """What was done, as a person sees it: what is put aside is removed."""
        if self.action == "delete":
            return "remove"
        was, is_now = (
            (state or {}).get("deleted_at") is not None
            for state in (self.before_state, self.after_state)
        )
        if self.action != "update" or was == is_now:
            return self.action
        return "remove" if is_now else "restore"

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """What is different: each field with its value before and after."""
        before, after = self.before_state or {}, self.after_state or {}
        return {
            name: (before.get(name), after.get(name))
            for name in before | after
            if before.get(name) != after.get(name)
        }

    def document(self) -> dict[str, Any]:
        """Return it as the contract writes it."""
        return asdict(self)
