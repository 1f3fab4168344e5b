"""Redact: makes secrets and phone numbers unreadable before text is kept or shown."""

from __future__ import annotations

import re
from typing import Any

MASK = "••••"
# Each repetition has an end, so that no text, however long or wicked, takes more than its length.
_OURS = re.compile(
    r"\b(?P<kind>bo_(?:live|test)_|whsec_|EAA(?=[A-Za-z0-9]{20}))[A-Za-z0-9+/_=-]{6,4096}"
)
_NAMES = (
    r"token|secret|passw(?:or)?d|passphrase|api[_-]?key|(?:private|master|recovery|admin)_key"
    r"|credentials?"
)
_NAMED = re.compile(
    rf"(?P<name>(?:authorization|{_NAMES})\\?[\"']?\s{{0,4}}[=:]\s{{0,4}}"
    r"(?:(?:bearer|basic|digest)\s)?|\bbearer\s{1,4})"
    r"(?:(?P<quote>\\?[\"'])(?:(?!(?P=quote))(?:\\.|.)){1,4096}"
    r"|[^\s\"',;&)}\]]{4,4096})",
    re.IGNORECASE,
)
_PASSWORD_IN_URL = re.compile(r"(://[^/\s:@]{0,64}:)[^@\s]{1,256}@")
_PHONES = re.compile(r"(?<![\w.])\+(\d{1,2})[\d ().-]{5,16}(\d{2})(?!\d)")
# WhatsApp writes numbers without their plus; a bare number is a phone only by its name.
_NAMED_PHONES = re.compile(
    r"(?P<name>(?:phone(?:_number)?|wa_id|msisdn|recipient|\bfrom|\bto)\\?[\"']?\s{0,4}[=:]\s{0,4}"
    r"\\?[\"']?)(?P<first>\d{2})\d{5,11}(?P<last>\d{2})(?!\d)",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile(rf"authorization|{_NAMES}", re.IGNORECASE)
# What a text must have (in small letters) for a pattern to be worth a look: most have none of it.
_RULES: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = (
    (("bo_", "whsec_", "eaa"), _OURS, rf"\g<kind>{MASK}"),
    (
        ("token", "secret", "passw", "passphrase", "key", "credential", "authoriz", "bearer"),
        _NAMED,
        rf"\g<name>\g<quote>{MASK}",
    ),
    (("://",), _PASSWORD_IN_URL, rf"\1{MASK}@"),
    (("+",), _PHONES, rf"+\1 {MASK} \2"),
    (
        ("phone", "wa_id", "msisdn", "recipient", "from", "to"),
        _NAMED_PHONES,
        rf"\g<name>\g<first> {MASK} \g<last>",
    ),
)


def redact(text: str) -> str:
    """Return the text with tokens, secrets and phone numbers masked."""
    lowered = text.lower()
    for hints, pattern, replacement in _RULES:
        if any(hint in lowered for hint in hints):
            text = pattern.sub(replacement, text)
    return text


def redact_document(value: Any) -> Any:
    """Return a JSON document with its secrets masked, by the names of its fields and by sight."""
    if isinstance(value, dict):
        return {
            name: MASK
            if content is not None and _SECRET_NAME.search(str(name))
            else redact_document(content)
            for name, content in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact_document(content) for content in value]
    return redact(value) if isinstance(value, str) else value
