"""Describe: what there is to set, in words and as the file in which it is set."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from botops.kernel.files import written
from botops.settings.schema import MEGABYTE, Settings

WIDTH = 96
_HEAD = (
    "Settings of BotOps. Each stands here with its default; take the # away in front of it to "
    "change it. The environment (BOTOPS_SECTION__KEY) and --set section.key=value come before "
    "this file. No secret belongs in here."
)


@dataclass(frozen=True, slots=True)
class SettingView:
    """A setting: what it is now, what it is without being set, and who says so."""

    key: str
    value: Any
    unit: str
    default: Any
    source: str
    description: str

    @property
    def text(self) -> str:
        """The value for a person."""
        if self.value is None:
            return ""
        if self.unit == "bytes":
            return size_text(self.value)
        return self.value if isinstance(self.value, str) else json.dumps(self.value)

    def document(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        return {
            "key": self.key,
            "value": self.value,
            "unit": self.unit,
            "default": self.default,
            "source": self.source,
            "description": self.description,
        }


def describe(settings: Settings) -> list[SettingView]:
    """Return every setting, in the order of the schema."""
    now, defaults = (each.model_dump(mode="json") for each in (settings, Settings()))
    return [
        SettingView(
            key=key,
            value=_at(now, key),
            unit=unit_of(field),
            default=_at(defaults, key),
            source=settings.source_of(key),
            description=field.description or "",
        )
        for key, field in setting_fields().items()
    ]


@cache
def setting_fields() -> dict[str, FieldInfo]:
    """Return the definition of each setting under its full name."""
    return {
        f"{section}.{key}": field
        for section, model in _sections().items()
        for key, field in model.model_fields.items()
    }


def unit_of(field: FieldInfo) -> str:
    """Return in what a setting is counted, or nothing."""
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def size_text(size: int) -> str:
    """Return bytes as a person would write them."""
    return f"{size // MEGABYTE} MB" if size % MEGABYTE == 0 else f"{size:,} bytes"


def write_default_config(config: Path) -> bool:
    """Write a file in which every setting stands with its meaning, unless there is a file.

    Returns whether it was written.

    Raises:
        StorageTrouble: It can't be written.
    """
    if config.exists():
        return False
    with written(config) as part:
        part.write_text(default_config(), encoding="utf-8")
    return True


def default_config() -> str:
    """Return the text of a settings file that changes nothing."""
    lines = [*_comment(_HEAD)]
    fields = setting_fields()
    for section, model in _sections().items():
        lines += ["", *_comment(model.__doc__ or ""), f"[{section}]"]
        for key in model.model_fields:
            field = fields[f"{section}.{key}"]
            lines += ["", *_comment(_meaning(field)), f"#{key} = {_toml(field)}"]
    return "\n".join([*lines, ""])


def _sections() -> dict[str, type[BaseModel]]:
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }


def _meaning(field: FieldInfo) -> str:
    description, unit = field.description or "", unit_of(field)
    if unit in ("", "bytes"):
        return description
    return f"{description.removesuffix('.')}, in {unit}."


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH)]


def _toml(field: FieldInfo) -> str:
    default = field.default
    if default is None:
        return '""'
    if unit_of(field) == "bytes":
        return f'"{size_text(default)}"'
    if isinstance(default, dict):
        return f"{{ {', '.join(f'{name} = {value}' for name, value in default.items())} }}"
    return json.dumps(default, ensure_ascii=False)


def _at(document: dict[str, Any], key: str) -> Any:
    section, _, name = key.partition(".")
    return document[section][name]
