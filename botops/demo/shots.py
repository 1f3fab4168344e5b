"""Shots: photos that are to be taken of the sample products, as the painting child is told."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

WIDTH = 1600  # pixels
LARGE = 4000  # pixels: 12 megapixels, as phones make them


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One photo: under which name, of what, and what is odd about it."""

    name: str
    sku: str
    take: int = 1
    width: int = WIDTH
    is_grainy: bool = False  # taken at night: noise can't be packed, and the file becomes large
    part: float = 1.0  # share of the bytes that arrive: less than 1 is a copy that broke off


@dataclass(frozen=True, slots=True)
class Order:
    """A shot for the painting child: where the file goes, and the seed of all chance in it."""

    shot: Shot
    file: str
    seed: int

    def line(self) -> str:
        """Return the order as one line."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str) -> Order:
        """Return the order that a line holds."""
        said = json.loads(line)
        return cls(**{**said, "shot": Shot(**said["shot"])})
