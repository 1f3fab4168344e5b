"""Sources: what the file, the environment and the command line say, each for itself."""

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

from pydantic_settings import EnvSettingsSource, SettingsError

from botops.kernel.errors import UsageProblem
from botops.settings.describe import setting_fields
from botops.settings.fields import is_secret
from botops.settings.schema import Settings

Document = dict[str, Any]
VARIABLE = re.compile(r"BOTOPS_(?P<section>[A-Z]+)__[A-Z0-9_]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sources:
    """What each source says; the command line comes before the environment and the file."""

    config: Path
    text: str
    file: Document
    environment: Document
    line: Document

    def merged(self) -> Document:
        """Return one document in which the stronger source wins, setting by setting."""
        merged: Document = {}
        for document in (self.file, self.environment, self.line):
            for section, values in document.items():
                known = merged.get(section)
                if isinstance(known, dict) and isinstance(values, dict):
                    merged[section] = known | values
                else:
                    merged[section] = values
        return merged

    def source_of(self, section: str, key: str) -> str:
        """Return where a value comes from: the strongest source that has it."""
        name = f"{section}.{key}" if key else section
        if has(self.line, name):
            return "--set"
        if has(self.environment, name):
            return f"environment {variable_of(section, key)}"
        return f"{self.config}, line {self.line_of(section, key)}"

    def line_of(self, section: str, key: str) -> int:
        """Return the line on which a setting stands in the file, or else its section, or 1."""
        return _line_of((section, key), self.text)


def read_sources(
    config: Path, overrides: Iterable[str] = (), *, text: str | None = None
) -> Sources:
    """Return what there is to be read; `text` stands for what the file could hold.

    Raises:
        UsageProblem: A source can't be read, or has a secret that does not belong there.
    """
    said = _text_of(config) if text is None else text
    file = _parsed(config, said)
    sources = Sources(config, said, file, _from_environment(), _from_line(overrides))
    _refuse_secrets(sources)
    return sources


def has(document: Document, name: str) -> bool:
    """Tell whether a document sets something: a setting, or a section as a whole."""
    section, _, key = name.partition(".")
    values = document.get(section)
    if not key:
        return section in document
    return isinstance(values, dict) and key in values


def variable_of(section: str, key: str = "") -> str:
    """Return the variable of the environment by which a setting, or a section, is set."""
    return f"BOTOPS_{section}{f'__{key}' if key else ''}".upper()


def _text_of(config: Path) -> str:
    try:
        return config.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageProblem(f"{config} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageProblem(f"{config}: {error}.", hint="Save it as UTF-8.") from error


def _parsed(config: Path, text: str) -> Document:
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageProblem(f"{config}: {error}.", hint="Mend or remove that line.") from error
    _anchor(document, config.parent)
    return document


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
                f"--set {name}: it takes section.key=value, such as media.max_size=60 MB."
            )
        document.setdefault(section, {})[key] = _value(value.strip())
    return document


def _refuse_secrets(sources: Sources) -> None:
    """Let no secret lie where everybody can read it, or where it would get into a backup."""
    for name, field in setting_fields().items():
        section, _, key = name.partition(".")
        if not is_secret(field):
            continue
        for document, why in (
            (sources.line, "everybody can read what stands on the command line"),
            (sources.file, "a secret does not belong into this file"),
        ):
            if has(document, name):
                place = sources.source_of(section, key)
                raise UsageProblem(
                    f"{place}: {name}: {why}.",
                    hint=f"Take it out; `botops settings set {name}` asks for it, and seals it.",
                    code="secret_in_the_open",
                )


def _value(text: str) -> object:
    """Read a list or a table as TOML or JSON; anything else is text, which the schema reads."""
    if text[:1] in ("{", "["):
        with suppress(ValueError):
            return tomllib.loads(f"value = {text}")["value"]
        with suppress(ValueError):
            return json.loads(text)
    return text


def _line_of(wanted: tuple[str, str], text: str) -> int:
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
