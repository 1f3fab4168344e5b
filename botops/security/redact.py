"""Redact: makes secrets and phone numbers unreadable before text is kept or shown."""

from __future__ import annotations

import re

MASK = "••••"
_SECRETS = re.compile(
    r"\b(bo_(?:live|test)_|whsec_|EAA)[A-Za-z0-9+/_=-]{6,}"
    r"|(?i:(bearer\s+|(?:token|secret|password|api[_-]?key)\"?\s*[=:]\s*\"?))[^\s\"',;&]{4,}"
)
_PHONES = re.compile(r"(?<![\w.])\+(\d{1,3})[\d ()-]{5,14}(\d{2})(?!\w)")
_PASSWORD_IN_URL = re.compile(r"(://[^/\s:@]+:)[^@\s/]+@")


def redact(text: str) -> str:
    """Return the text with tokens, secrets and phone numbers masked."""
    text = _SECRETS.sub(lambda found: f"{found[1] or found[2]}{MASK}", text)
    text = _PASSWORD_IN_URL.sub(rf"\1{MASK}@", text)
    return _PHONES.sub(rf"+\1 {MASK} \2", text)
