"""Protocol: what the pool asks of its children and what they answer, one JSON line each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one picture may cost; the megapixels are those that its header claims."""

    baseline_megapixels: int = 220  # shrunk while it is decoded: 258 MB
    progressive_megapixels: int = 100  # all coefficients at once; 219 took 1.5 GB
    other_megapixels: int = 64
    memory: int = 1_500_000_000  # bytes above what the child has once it is ready
    cpu_seconds: float = 15.0
    wall_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to be decoded: where from, where to, and the longest side of each variant."""

    source: str
    folder: str
    stem: str
    sizes: dict[str, int]
    limits: Limits = field(default_factory=Limits)

    def line(self) -> bytes:
        """Return the order as one line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Order:
        """Return the order that a line holds."""
        said = json.loads(line)
        return cls(**{**said, "limits": Limits(**said["limits"])})

    def path(self, variant: str) -> Path:
        """Return where a variant is written: a new name in the folder, for the caller to move."""
        return Path(self.folder) / f"{self.stem}.{variant}.jpg"


@dataclass(frozen=True, slots=True)
class Variant:
    """A re-encoded JPEG of one size, safe on the disk under a temporary name."""

    name: str
    path: Path
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a picture is, as it is seen (turned upright), and the variants made of it."""

    format: str
    mime_type: str
    extension: str
    width: int
    height: int
    mode: str
    has_alpha: bool
    is_animated: bool
    notes: tuple[str, ...]
    variants: tuple[Variant, ...]

    def said(self) -> dict[str, Any]:
        """Return the same as JSON has it."""
        variants = [{**asdict(variant), "path": str(variant.path)} for variant in self.variants]
        return {**asdict(self), "variants": variants}

    @classmethod
    def heard(cls, said: dict[str, Any]) -> Decoded:
        """Return what `said` came from."""
        variants = (Variant(**{**one, "path": Path(one["path"])}) for one in said["variants"])
        return cls(**{**said, "notes": tuple(said["notes"]), "variants": tuple(variants)})
