"""Load: file, then environment, then command line; one clear error for what is not right."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource, SettingsError

from botops.kernel.errors import UsageProblem
from botops.settings.mistakes import sentences
from botops.settings.schema import Settings

Document = dict[str, Any]
VARIABLE = re.compile(r"BOTOPS_(?P<section>[A-Z]+)__[A-Z0-9_]+", re.IGNORECASE)


def load(config: Path, overrides: Iterable[str] = ()) -> Settings:
    """Return the settings of a home; `overrides` are texts like `media.max_size=60 MB`.

    Raises:
        UsageProblem: A key is unknown or a value not allowed; the sentence says where.
    """
    text, file = _read(config)
    layers = _Layers(config, text, (file, _from_environment(), _from_line(overrides)))
    document = layers.merged()
    try:
        settings = Settings(**document)
    except ValidationError as error:
        first, *others = sentences(error, layers.source_of)
        raise UsageProblem(first, details=others) from error
    settings.remember_sources(
        {
            f"{section}.{key}": layers.source_of(section, key)
            for section, values in document.items()
            for key in values
        }
    )
    return settings


@dataclass(frozen=True, slots=True)
class _Layers:
    """What each source says: file, environment and command line, the strongest last."""

    config: Path
    text: str
    documents: tuple[Document, Document, Document]

    def merged(self) -> Document:
        """Return one document in which the stronger source wins, setting by setting."""
        merged: Document = {}
        for document in self.documents:
            for section, values in document.items():
                known = merged.get(section)
                if isinstance(known, dict) and isinstance(values, dict):
                    merged[section] = known | values
                else:
                    merged[section] = values
        return merged

    def source_of(self, section: str, key: str) -> str:
        """Return where a value comes from: the strongest source that has it."""
        _, environment, line = self.documents
        if _has(line, (section, key)):
            return "--set"
        if _has(environment, (section, key)):
            return f"environment BOTOPS_{section.upper()}{f'__{key}'.upper() if key else ''}"
        return f"{self.config}, line {_line_of((section, key), self.text)}"


def _has(document: Document, path: tuple[str, str]) -> bool:
    section, key = path
    if section not in document or not key:
        return section in document
    values = document[section]
    return isinstance(values, dict) and key in values


def _read(config: Path) -> tuple[str, Document]:
    try:
        text = config.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except FileNotFoundError:
        return "", {}
    except OSError as error:
        raise UsageProblem(f"{config} can't be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageProblem(f"{config}: {error}.", hint="Mend or remove that line.") from error
    _anchor(document, config.parent)
    return text, document


def _anchor(document: Document, folder: Path) -> None:
    """Let the path in a file start from where the file lies, not from the working folder."""
    media = document.get("media")
    if isinstance(media, dict) and isinstance(inbox := media.get("inbox"), str) and inbox:
        media["inbox"] = str(folder / Path(inbox).expanduser())


def _from_environment() -> Document:
    for name in os.environ:
        found = VARIABLE.fullmatch(name)
        if found and found["section"].lower() not in Settings.model_fields:
            raise UsageProblem(
                f"environment {name}: there is no section {found['section'].lower()}.",
                hint=f"Sections: {', '.join(Settings.model_fields)}.",
            )
    try:
        return dict(EnvSettingsSource(Settings)())
    except SettingsError as error:
        raise UsageProblem(f"environment: {error}.") from error


def _from_line(overrides: Iterable[str]) -> Document:
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
    """Read a list or a table as TOML or JSON; anything else is text, which the schema reads."""
    if text[:1] in ("{", "["):
        with suppress(ValueError):
            return tomllib.loads(f"value = {text}")["value"]
        with suppress(ValueError):
            return json.loads(text)
    return text


def _line_of(wanted: tuple[str, str], text: str) -> int:
    """Return the line of a setting in TOML text, or else of its section, or 1."""
    header: tuple[str, ...] = ()
    found = 1
    for number, content in enumerate(text.splitlines(), start=1):
        line = content.strip()
        if line.startswith("["):
            header = path = _words(line.strip("[] "))
        else:
            path = (*header, *_words(line.partition("=")[0]))
        if path[:2] == wanted:
            return number
        if path[:1] == wanted[:1] and found == 1:
            found = number
    return found


def _words(dotted: str) -> tuple[str, ...]:
    return tuple(word.strip().strip("\"'") for word in dotted.split("."))
