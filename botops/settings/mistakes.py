"""Mistakes: what is wrong with a setting, and what is allowed, in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from botops.kernel.errors import UsageProblem
from botops.settings.describe import setting_fields, unit_of
from botops.settings.fields import is_secret
from botops.settings.ranges import size_text

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

SHOWN = 60  # characters of a wrong value
_ALLOWED = {
    "byte_size": "it takes a size, such as 50 MB",
    "byte_size_unit": "it takes a size, such as 50 MB",
    "model_type": "it is a section, and takes its settings below [{name}]",
    "bool_parsing": "it takes true or false",
    "bool_type": "it takes true or false",
}


def sentences(error: ValidationError, source_of: Callable[[str, str], str]) -> list[str]:
    """Return what is wrong, setting by setting; `source_of` tells where a setting was made."""
    return [_sentence(mistake, source_of) for mistake in error.errors(include_url=False)]


def _sentence(mistake: ErrorDetails, source_of: Callable[[str, str], str]) -> str:
    path = [str(part) for part in mistake["loc"]]
    section, key = (*path, "")[:2]
    place = source_of(section, key)
    return f"{f'{place}: ' if place else ''}{'.'.join(path)}: {_what(mistake, path)}."


def _what(mistake: ErrorDetails, path: list[str]) -> str:
    kind, name = mistake["type"], ".".join(path)
    if kind == "extra_forbidden":
        return f"there is no such {'setting' if len(path) > 1 else 'section'}{_close_to(name)}"
    allowed = _ALLOWED.get(kind) or _limit(mistake, name) or _rule(mistake, name)
    return f"{_shown(mistake, path[0])} is not allowed: {allowed.replace('{name}', name)}"


def _shown(mistake: ErrorDetails, section: str) -> str:
    """Return what was given; where secrets are kept, nothing of it."""
    fields = setting_fields()
    if any(is_secret(fields[key]) for key in fields if key.startswith(f"{section}.")):
        return "What was given"
    shown = repr(mistake["input"])
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"


def _limit(mistake: ErrorDetails, name: str) -> str:
    context = mistake.get("ctx", {})
    for word, bound in (("at most", context.get("le")), ("at least", context.get("ge"))):
        if bound is not None:
            unit = unit_of(setting_fields()[name]) if name in setting_fields() else ""
            number = int(bound) if bound == int(bound) else bound
            text = size_text(number) if unit == "bytes" else f"{number:,} {unit}".rstrip()
            return f"it takes {word} {text}"
    if mistake["type"] in ("too_short", "too_long"):
        word, bound = (
            ("at least", context.get("min_length"))
            if mistake["type"] == "too_short"
            else ("at most", context.get("max_length"))
        )
        return f"it has {word} {bound:,} characters"
    return ""


def _rule(mistake: ErrorDetails, name: str) -> str:
    """Return the words of a check of ours, else what the setting is, else the library's words."""
    if "error" in (context := mistake.get("ctx", {})):
        return str(context["error"])
    if mistake["type"] == "string_pattern_mismatch" and name in setting_fields():
        return str(setting_fields()[name].description).removesuffix(".")
    return mistake["msg"][:1].lower() + mistake["msg"][1:]


def unknown(key: str) -> UsageProblem:
    """Return the error of a name that no setting has, with one that is close."""
    return UsageProblem(
        f"There is no setting {key[:SHOWN]!r}{_close_to(key)}.",
        hint="`botops settings` lists them.",
    )


def _close_to(name: str) -> str:
    known, last = list(setting_fields()), name.rpartition(".")[2]
    close = get_close_matches(name, known, n=1) or [
        each for each in known if each.endswith(f".{last}")
    ]
    return f"; did you mean {close[0]}?" if close else ""
