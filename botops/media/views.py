"""Views: pictures as the faces see them, and as documents of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botops.kernel.clock import iso, to_epoch

if TYPE_CHECKING:
    from botops.media.models import MediaFile
    from botops.media.vault import Vault


@dataclass(frozen=True, slots=True)
class VariantView:
    """A re-encoded picture of one size; `path` is where it lies."""

    width: int
    height: int
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class MediaView:
    """A picture; `created_at` is in epoch seconds."""

    id: str
    original_name: str
    status: str
    mime_type: str | None
    size: int
    width: int | None
    height: int | None
    version: int
    hash: str
    code: str | None
    reason: str | None
    created_at: float
    variants: dict[str, VariantView]
    notes: tuple[str, ...]
    format: str | None
    merchant_id: str
    is_removed: bool
    products: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return it as the contract writes it."""
        url = f"/api/media/{self.id}/file"
        is_ready = self.status == "ready"
        return {
            "id": self.id,
            "file_name": self.original_name,
            "mime_type": self.mime_type,
            "size": self.size,
            "width": self.width,
            "height": self.height,
            "version": self.version,
            "hash": self.hash,
            "status": self.status,
            "code": self.code,
            "reason": self.reason,
            "url": url if is_ready else None,
            "thumbnail_url": f"{url}?size=thumb" if is_ready else None,
            "variants": {
                name: {
                    "width": each.width,
                    "height": each.height,
                    "size": each.size,
                    "url": f"{url}?size={name}",
                }
                for name, each in self.variants.items()
            },
            "notes": list(self.notes),
            "merchant_id": self.merchant_id,
            "created_at": iso(self.created_at),
        }


@dataclass(frozen=True, slots=True)
class PendingView:
    """A file that is still in the inbox; `state` is settling or waiting."""

    name: str
    size: int
    state: str


def view(row: MediaFile, vault: Vault) -> MediaView:
    """Return a row as the faces see it."""
    facts = row.metadata or {}
    variants = {
        name: VariantView(
            each["width"], each["height"], each["size"], str(vault.variant(row.hash, name))
        )
        for name, each in facts.get("variants", {}).items()
    }
    return MediaView(
        id=str(row.id),
        original_name=row.original_name,
        status=row.status,
        mime_type=row.mime_type,
        size=row.size,
        width=row.width,
        height=row.height,
        version=row.version,
        hash=row.hash,
        code=row.code,
        reason=row.reason,
        created_at=to_epoch(row.created_at),
        variants=variants,
        notes=tuple(facts.get("notes", ())),
        format=facts.get("format"),
        merchant_id=row.merchant_id,
        is_removed=row.deleted_at is not None,
    )
