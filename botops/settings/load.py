"""Load: file, then environment, then command line; one clear error for a bad value."""

from __future__ import annotations

import os
import tomllib
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource, InitSettingsSource

from botops.kernel.errors import UsageProblem
from botops.settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails
    from pydantic_settings import PydanticBaseSettingsSource

Document = dict[str, Any]
_layers: ContextVar[tuple[Document, Document]] = ContextVar("layers", default=({}, {}))


class _Layered(Settings):
    """Settings in the order of the contract: command line, environment, file, default."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[Settings],  # type: ignore[override]  # narrower: it is ours
        **sources: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where values come from, the strongest first."""
        file, line = _layers.get()
        return (
            InitSettingsSource(settings_cls, line),
            EnvSettingsSource(settings_cls),
            InitSettingsSource(settings_cls, file),
        )


def load(config: Path, overrides: Iterable[str] = ()) -> Settings:
    """Return the settings of a home; `overrides` are texts like `media.max_size=60 MB`.

    Raises:
        UsageProblem: A key is unknown or a value not allowed; the sentence says where.
    """
    text, from_file = _read(config)
    from_line = _parse_overrides(overrides)
    with _using(from_file, from_line):
        try:
            return _Layered()
        except ValidationError as error:
            first = error.errors()[0]
            raise UsageProblem(_sentence(first, config, text, from_line)) from error


@contextmanager
def _using(file: Document, line: Document) -> Iterator[None]:
    token = _layers.set((file, line))
    try:
        yield
    finally:
        _layers.reset(token)


def _read(config: Path) -> tuple[str, Document]:
    try:
        text = config.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        return "", {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageProblem(f"{config}: {error}.", hint="Mend or remove that line.") from error


def _parse_overrides(overrides: Iterable[str]) -> Document:
    document: Document = {}
    for override in overrides:
        name, equals, value = override.partition("=")
        section, dot, key = name.strip().partition(".")
        if not (equals and dot and section and key):
            raise UsageProblem(
                f"--set {override}: it takes section.key=value, such as media.max_size=60 MB."
            )
        document.setdefault(section, {})[key] = _value(value.strip())
    return document


def _value(text: str) -> object:
    """Read a value as TOML where it is TOML (a list, a table), else as plain text."""
    if text[:1] in "{[":
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            return text
    return text


def _sentence(error: ErrorDetails, config: Path, text: str, line: Document) -> str:
    path = [str(part) for part in error["loc"]]
    name = ".".join(path)
    what = "there is no such setting" if error["type"] == "extra_forbidden" else error["msg"]
    return f"{_where(path, config, text, line)}: {name}: {what}."


def _where(path: list[str], config: Path, text: str, line: Document) -> str:
    section, key = (*path, "")[:2]
    if section in line and (not key or key in line[section]):
        return "--set"
    variable = f"BOTOPS_{section}__{key}".upper()
    if variable in os.environ:
        return f"environment {variable}"
    return f"{config}, line {_line_of(section, key, text)}"


def _line_of(section: str, key: str, text: str) -> int:
    """Return the line of a key in TOML text, or of its section, or 1."""
    inside, found = False, 1
    for number, content in enumerate(text.splitlines(), start=1):
        stripped = content.strip()
        if stripped.startswith("["):
            inside = stripped.strip("[]").split(".")[0].strip() == section
            found = number if inside else found
        elif inside and stripped.partition("=")[0].strip().strip('"') == key:
            return number
    return found
