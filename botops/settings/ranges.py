"""Ranges: what a setting may be, in words and as a list where it is one of a few."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from botops.settings.fields import MEGABYTE, about, is_secret

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

Kind = Literal["text", "number", "size", "choice", "folder", "table", "secret"]
YES_NO = ("true", "false")


def kind_of(field: FieldInfo) -> Kind:
    """Return how a person sets it."""
    if is_secret(field):
        return "secret"
    if choices_of(field):
        return "choice"
    if about(field, "unit") == "bytes":
        return "size"
    of = _parts(field)
    if Path in of:
        return "folder"
    if any(get_origin(each) is dict for each in of):
        return "table"
    return "number" if {int, float} & set(of) else "text"


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """Return the words among which to choose, if it is one of a few; "" leaves it open."""
    of = _parts(field)
    words = [word for each in of if get_origin(each) is Literal for word in get_args(each)]
    if bool in of:
        words += YES_NO
    return (*words, "") if words and type(None) in of else tuple(words)


def range_of(field: FieldInfo) -> str:
    """Return what it may be, such as `from 100,000 bytes to 100 MB`, or nothing to be said."""
    if choices := [word for word in choices_of(field) if word]:
        return " or ".join(filter(None, [", ".join(choices[:-1]), choices[-1]]))
    lowest, highest = (_bound(field, name) for name in ("ge", "le"))
    if lowest is not None and highest is not None:
        return _span(about(field, "unit"), lowest, most=highest)
    shortest, longest = (_bound(field, name) for name in ("min_length", "max_length"))
    if longest is not None:
        return f"{shortest or 0} to {longest:,} characters"
    return ""


def size_text(size: int) -> str:
    """Return bytes as a person would write them."""
    return f"{size // MEGABYTE} MB" if size % MEGABYTE == 0 else f"{size:,} bytes"


def _parts(field: FieldInfo) -> tuple[Any, ...]:
    """Return the types that it may have."""
    kind = field.annotation
    return (kind,) if get_origin(kind) in (dict, Literal) else get_args(kind) or (kind,)


def _bound(field: FieldInfo, name: str) -> Any:
    bounds = (getattr(each, name, None) for each in field.metadata)
    return next((bound for bound in bounds if bound is not None), None)


def _span(unit: str, least: float, *, most: float) -> str:
    if unit == "bytes":
        return f"from {size_text(int(least))} to {size_text(int(most))}"
    if not unit:
        return f"from {least} to {most}"
    return f"from {least:,} to {most:,} {unit}"
