"""Describe: what there is to set, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from botops.settings.fields import about, effect_of
from botops.settings.ranges import Kind, choices_of, kind_of, range_of, size_text
from botops.settings.schema import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingView:
    """A setting: what it is now, what it is without being set, and who says so.

    Of a secret, `value` is its mask. `waits` says that the engine runs with another value until
    it is started again.
    """

    key: str
    title: str
    value: Any
    unit: str
    default: Any
    source: str
    description: str
    takes_effect: str
    kind: Kind = "text"
    allowed: str = ""
    choices: tuple[str, ...] = ()
    waits: bool = False

    @property
    def section(self) -> str:
        """The section to which it belongs."""
        return self.key.partition(".")[0]

    @property
    def secret(self) -> bool:
        """Whether it is kept sealed, and never shown."""
        return self.kind == "secret"

    @property
    def changed(self) -> bool:
        """Whether it is another value than the default."""
        return bool(self.value != self.default)

    @property
    def text(self) -> str:
        """The value for a person."""
        return value_text(self.value, self.unit)

    @property
    def default_text(self) -> str:
        """The default for a person."""
        return value_text(self.default, self.unit)

    def document(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        return {
            "key": self.key,
            "value": self.value,
            "unit": self.unit,
            "default": self.default,
            "source": self.source,
            "description": self.description,
            "secret": self.secret,
            "changed": self.changed,
            "takes_effect": self.takes_effect,
        }


def describe(settings: Settings) -> list[SettingView]:
    """Return every setting, in the order of the schema; of secrets, not even that they are set."""
    now, defaults = (each.model_dump(mode="json") for each in (settings, Settings()))
    return [
        SettingView(
            key=key,
            title=field.title or key,
            value=_at(now, key),
            unit=unit_of(field),
            default=_at(defaults, key),
            source=settings.source_of(key),
            description=field.description or "",
            takes_effect=effect_of(field),
            kind=kind_of(field),
            allowed=range_of(field),
            choices=choices_of(field),
        )
        for key, field in setting_fields().items()
    ]


def value_text(value: Any, unit: str = "") -> str:
    """Return a value for a person."""
    if value is None:
        return ""
    if unit == "bytes" and isinstance(value, int):
        return size_text(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@cache
def setting_fields() -> dict[str, FieldInfo]:
    """Return the definition of each setting under its full name."""
    return {
        f"{section}.{key}": field
        for section, model in sections().items()
        for key, field in model.model_fields.items()
    }


def unit_of(field: FieldInfo) -> str:
    """Return in what a setting is counted, or nothing."""
    return about(field, "unit")


def sections() -> dict[str, type[BaseModel]]:
    """Return the sections by their names."""
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }


def _at(document: dict[str, Any], key: str) -> Any:
    section, _, name = key.partition(".")
    return document[section].get(name)
