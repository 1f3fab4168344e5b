"""Views: an event as the faces see it, and as the one envelope of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botops.kernel import clock


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened; `timestamp` is epoch seconds, `seq` grows with each event."""

    id: str
    type: str
    timestamp: float
    merchant_id: str
    data: dict[str, Any]
    seq: int

    def document(self) -> dict[str, Any]:
        """Return the envelope that every system outside gets."""
        return {
            "id": self.id,
            "type": self.type,
            "timestamp": clock.iso(self.timestamp),
            "merchant_id": self.merchant_id,
            "data": self.data,
        }
