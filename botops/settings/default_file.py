"""Default file: the settings file that a new home gets, in which all stands and nothing is set."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from botops.kernel.files import written
from botops.settings.describe import sections, setting_fields, unit_of
from botops.settings.fields import is_secret
from botops.settings.ranges import size_text

WIDTH = 96
_HEAD = (
    "Settings of BotOps. Each stands here with its default; take the # away in front of it to "
    "change it. The environment (BOTOPS_SECTION__KEY) and --set section.key=value come before "
    "this file. No secret belongs in here: `botops settings set KEY` seals it."
)


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
    for section, model in sections().items():
        lines += ["", *_comment(model.__doc__ or ""), f"[{section}]"]
        for key in model.model_fields:
            field = fields[f"{section}.{key}"]
            lines += ["", *_comment(_meaning(field)), default_line(f"{section}.{key}")]
    return "\n".join([*lines, ""])


def default_line(key: str) -> str:
    """Return the line of a settings file that says the default, and does nothing."""
    field = setting_fields()[key]
    if is_secret(field):
        return f"# It is kept sealed: botops settings set {key}"
    return f"#{key.partition('.')[2]} = {_toml(field)}"


def _meaning(field: FieldInfo) -> str:
    description, unit = field.description or "", unit_of(field)
    if unit in ("", "bytes"):
        return description
    return f"{description.removesuffix('.')}, in {unit}."


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH)]


def _toml(field: FieldInfo) -> str:
    """Return the default as it would stand in the file."""
    default: Any = field.default
    if default is None:
        return '""'
    if unit_of(field) == "bytes":
        return f'"{size_text(default)}"'
    if isinstance(default, dict):
        return f"{{ {', '.join(f'{name} = {value}' for name, value in default.items())} }}"
    return json.dumps(default, ensure_ascii=False)
