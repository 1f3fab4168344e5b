"""Reading: what a person has written, as the value that belongs into the settings file."""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from botops.kernel.errors import UsageProblem
from botops.settings.describe import setting_fields
from botops.settings.mistakes import sentences, unknown
from botops.settings.ranges import kind_of
from botops.settings.schema import Settings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def field_of(key: str) -> FieldInfo:
    """Return the definition of a setting.

    Raises:
        UsageProblem: There is none of this name; one that is close is named.
    """
    if key not in setting_fields():
        raise unknown(key)
    return setting_fields()[key]


def read_value(key: str, text: str) -> Any:
    """Return the value that a text means for a setting, as TOML can say it.

    Raises:
        UsageProblem: There is no such setting, or it can't have this value.
    """
    kind = kind_of(field_of(key))
    section, _, name = key.partition(".")
    text = text.strip()
    given = _table(text) if kind == "table" else text
    try:
        checked = getattr(getattr(Settings(**{section: {name: given}}), section), name)  # type: ignore[arg-type]  # named by text
    except ValidationError as error:
        first, *others = sentences(error, lambda *_: "")
        raise UsageProblem(first, details=others) from (None if kind == "secret" else error)
    match checked:
        case None:
            return ""
        case SecretStr():
            return checked.get_secret_value()
        case Path():
            return text if text.startswith("~") else str(checked)
        case int() if kind == "size":
            return int(checked) if text.isdigit() else text
    return checked


def _table(text: str) -> Any:
    with suppress(tomllib.TOMLDecodeError):
        return tomllib.loads(f"value = {text}")["value"]
    with suppress(ValueError):
        return json.loads(text)
    return text
