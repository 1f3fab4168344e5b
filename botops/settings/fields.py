"""Fields: how a setting is written down, with all that is said about it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

MEGABYTE = 1_000_000
# When a setting that was changed takes effect in an engine that runs.
NOW, NEW_FILES = "now", "for new files"
RESTART, UNUSED = "after a restart", "not used yet"


def setting(
    default: Any,
    description: str,
    *,
    title: str,
    unit: str = "",
    effect: str = RESTART,
    **limits: Any,
) -> Any:
    """Return the field of a setting; `effect` says when a change of it is noticed."""
    extra: JsonDict = {"unit": unit, "effect": effect}
    return Field(
        default=default, title=title, description=description, json_schema_extra=extra, **limits
    )


def secret(description: str, *, title: str, effect: str) -> Any:
    """Return a setting that is never written to a file or shown: it leaves every dump out."""
    return setting(
        None,
        description,
        title=title,
        effect=effect,
        exclude=True,
        repr=False,
        min_length=8,
        max_length=4096,
    )


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Empty = BeforeValidator(_none_if_empty)
Hidden = Annotated[SecretStr | None, Empty]
Word = BeforeValidator(lambda text: text.lower() if isinstance(text, str) else text)


def effect_of(field: FieldInfo) -> str:
    """Return when a setting takes effect that was changed while the engine runs."""
    return about(field, "effect")


def about(field: FieldInfo, what: str) -> str:
    """Return what is said about a setting: its `unit` or its `effect`."""
    extra = field.json_schema_extra
    return str(extra.get(what, "")) if isinstance(extra, dict) else ""


def is_secret(field: FieldInfo) -> bool:
    """Tell whether a setting is kept sealed, and never shown."""
    return field.annotation == SecretStr | None
