"""Provenance: from which of its places a setting has its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botops.preferences.secret_store import mask
from botops.preferences.views import (
    COMMAND_LINE,
    DEFAULT,
    ENVIRONMENT,
    FILE,
    SEALED,
    SourceView,
)
from botops.settings.describe import value_text
from botops.settings.sources import Document, Sources, has, variable_of

if TYPE_CHECKING:
    from botops.settings import Settings, SettingView


def where(view: SettingView, sources: Sources, *, sealed: Mapping[str, str]) -> list[SourceView]:
    """Return the places of a setting, the strongest first; the first that has a value wins."""
    found = _of_secret(view, sources, sealed=sealed) if view.secret else _of_value(view, sources)
    winner = next((index for index, each in enumerate(found) if each.has_value), None)
    return [each.winning() if index == winner else each for index, each in enumerate(found)]


def hidden_in(settings: Settings, key: str) -> str | None:
    """Return a secret that the environment gives, or None."""
    section, _, name = key.partition(".")
    hidden = getattr(getattr(settings, section), name)
    return hidden.get_secret_value() if hasattr(hidden, "get_secret_value") else None


def _of_value(view: SettingView, sources: Sources) -> list[SourceView]:
    section, _, key = view.key.partition(".")
    line = f":{sources.line_of(section, key)}" if has(sources.file, view.key) else ""
    return [
        _source(view, sources.line, name=COMMAND_LINE, place=f"--set {view.key}"),
        _source(view, sources.environment, name=ENVIRONMENT, place=variable_of(section, key)),
        _source(view, sources.file, name=FILE, place=f"{sources.config}{line}"),
        SourceView(DEFAULT, view.default_text, "", has_value=True),
    ]


def _of_secret(
    view: SettingView, sources: Sources, *, sealed: Mapping[str, str]
) -> list[SourceView]:
    section, _, name = view.key.partition(".")
    given = str(sources.environment.get(section, {}).get(name, ""))
    kept = sealed.get(view.key)
    return [
        SourceView(
            ENVIRONMENT,
            mask(given) if given else "",
            variable_of(section, name),
            has_value=bool(given),
        ),
        SourceView(SEALED, kept or "", "botops.db", has_value=kept is not None),
    ]


def _source(view: SettingView, document: Document, *, name: str, place: str) -> SourceView:
    if not has(document, view.key):
        return SourceView(name, "", place)
    section, _, key = view.key.partition(".")
    value: Any = document[section][key]
    return SourceView(name, value_text(value, view.unit), place, has_value=True)
