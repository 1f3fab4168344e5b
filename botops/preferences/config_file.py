"""Config file: one setting changed in a TOML text, with all else left as it stands."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from botops.kernel.errors import Refused
from botops.settings.default_file import default_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Document = dict[str, Any]


def value_in(text: str, key: str) -> Any:
    """Return what a text sets a setting to, as it stands there, or None."""
    section, _, name = key.partition(".")
    values = tomllib.loads(text).get(section)
    return values.get(name) if isinstance(values, dict) else None


def with_value(text: str, key: str, *, value: Any) -> str:
    """Return the text with a setting set, where it stands or where its default is explained.

    Raises:
        Refused: The text is written such that only a person can do it.
    """
    wanted = _changed(tomllib.loads(text), key, value=value)
    plain, ending = _plain(text)
    ways = [_in_place_of_default, _by_toolkit] if value_in(text, key) is None else [_by_toolkit]
    return _first_right(
        [partial(way, plain, key, value=value) for way in ways], wanted, ending=ending
    )


def without(text: str, key: str) -> str:
    """Return the text with a setting taken out; its default is explained again in its place.

    Raises:
        Refused: The text is written such that only a person can do it.
    """
    if value_in(text, key) is None:
        return text
    wanted = _changed(tomllib.loads(text), key, value=None)
    plain, ending = _plain(text)
    ways = [partial(way, plain, key) for way in (_commented_out, _removed_by_toolkit)]
    return _first_right(ways, wanted, ending=ending)


def _plain(text: str) -> tuple[str, str]:
    """Return the text with simple line ends, and the ones that it has."""
    ending = "\r\n" if "\r\n" in text else "\n"
    return text.replace("\r\n", "\n"), ending


def _first_right(ways: Iterable[Callable[[], str | None]], wanted: Document, *, ending: str) -> str:
    """Return the first text that says what is wanted, and nothing else."""
    from tomlkit.exceptions import TOMLKitError

    for way in ways:
        with suppress(TOMLKitError):
            text = way()
            if text is not None and _says(text, wanted):
                return text.replace("\n", ending)
    raise Refused(
        "The settings file is written in a way that can't be changed from here.",
        hint="Change it with a text editor.",
    )


def _says(text: str, wanted: Document) -> bool:
    try:
        return _filled(tomllib.loads(text)) == _filled(wanted)
    except tomllib.TOMLDecodeError:
        return False


def _filled(document: Document) -> Document:
    return {section: values for section, values in document.items() if values != {}}


def _changed(document: Document, key: str, *, value: Any) -> Document:
    section, _, name = key.partition(".")
    values = {**document.get(section, {}), name: value}
    if value is None:
        del values[name]
    return {**document, section: values}


def _in_place_of_default(text: str, key: str, *, value: Any) -> str | None:
    """Put the line where the default stands as a comment, so that its explanation is above it."""
    import tomlkit

    name = key.partition(".")[2]
    line = f"{name} = {tomlkit.item(_inline(value)).as_string()}"
    return _replaced(text, key, pattern=rf"#\s?{re.escape(name)}\s*=.*", line=line)


def _commented_out(text: str, key: str) -> str | None:
    """Put the default in the line's place, as a comment."""
    name = key.partition(".")[2]
    return _replaced(text, key, pattern=rf"\s*{re.escape(name)}\s*=.*", line=default_line(key))


def _replaced(text: str, key: str, *, pattern: str, line: str) -> str | None:
    """Return the text with the first line of a section that fits put anew.

    What somebody has noted beside the old line stays.
    """
    section, _, name = key.partition(".")
    lines = text.split("\n")
    is_inside = False
    for number, content in enumerate(lines):
        if header := re.fullmatch(r"\s*\[([^\[\]]+)\]\s*(#.*)?", content):
            is_inside = header[1].strip() == section
        elif is_inside and re.fullmatch(pattern, content):
            new = f"{line}  {_noted(content, name)}".rstrip()
            return "\n".join([*lines[:number], new, *lines[number + 1 :]])
    return None


def _noted(line: str, name: str) -> str:
    import tomlkit

    assigned: Any = tomlkit.parse(line.removeprefix("#").strip())
    return str(assigned.item(name).trivia.comment)


def _by_toolkit(text: str, key: str, *, value: Any) -> str:
    import tomlkit

    section, _, name = key.partition(".")
    document = tomlkit.parse(text)
    if section not in document:
        document[section] = tomlkit.table()
    values: Any = document[section]
    present = values.get(name)
    if isinstance(present, dict) and isinstance(value, dict):
        for gone in present.keys() - value.keys():
            del present[gone]
        present.update(value)
    else:
        values[name] = _inline(value)
    return tomlkit.dumps(document)


def _removed_by_toolkit(text: str, key: str) -> str:
    import tomlkit

    section, _, name = key.partition(".")
    document = tomlkit.parse(text)
    values: Any = document[section]
    del values[name]
    return tomlkit.dumps(document)


def _inline(value: Any) -> Any:
    """Return a table as one that fits on a line."""
    import tomlkit

    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    table.update(value)
    return table
