"""Load: file, then environment, then command line; one clear error for what is not right."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from botops.kernel.errors import UsageProblem
from botops.settings.mistakes import sentences
from botops.settings.schema import Settings
from botops.settings.sources import Sources, read_sources


def load(config: Path, overrides: Iterable[str] = ()) -> Settings:
    """Return the settings of a home; `overrides` are texts like `media.max_size=60 MB`.

    Raises:
        UsageProblem: A key is unknown or a value not allowed; the sentence says where.
    """
    return settle(read_sources(config, overrides))


def settle(sources: Sources) -> Settings:
    """Return the settings that all sources together make.

    Raises:
        UsageProblem: A key is unknown or a value not allowed; the sentence says where.
    """
    document = sources.merged()
    try:
        settings = Settings(**document)
    except ValidationError as error:
        first, *others = sentences(error, sources.source_of)
        raise UsageProblem(first, details=others) from error
    settings.remember_sources(
        {
            f"{section}.{key}": sources.source_of(section, key)
            for section, values in document.items()
            for key in values
        }
    )
    return settings
