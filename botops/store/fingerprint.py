"""Fingerprint: ties each entry of the trail to the one before it."""

from __future__ import annotations

import hashlib
import json


def fingerprint(*parts: object) -> str:
    """Return the SHA-256 of the parts; the first is the fingerprint of the entry before."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
