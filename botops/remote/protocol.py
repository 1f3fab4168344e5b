"""Protocol: what goes over the line: one JSON document a line, of a limited size.

A line begins with a greeting, `{"id":1,"do":"hello","with":{"protocol":1,…}}`. Each request has
an id, and one answer: `{"id":7,"gives":…}` or `{"id":7,"error":{"code","message",…}}`; several
may be under way. `{"changed":["health",…]}` comes unasked. A line that can't be read ends it all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botops.kernel import errors
from botops.kernel.errors import BotOpsError

PROTOCOL = 1
HELLO = "hello"
REQUEST_BYTES = 256_000
ANSWER_BYTES = 4_000_000
_KINDS: dict[str, type[BotOpsError]] = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, BotOpsError)
}


class Unreadable(ValueError):
    """What came over the line is no word of ours."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants: the name of an operation, and what it takes."""

    id: int
    do: str
    given: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: a value, or an error to be raised."""

    id: int
    value: Any = None
    error: BotOpsError | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What has changed, by topic."""

    topics: tuple[str, ...]


def line_of(said: Request | Answer | News) -> bytes:
    """Return the line that says it."""
    return json.dumps(_document(said), separators=(",", ":")).encode() + b"\n"


def read_request(line: bytes) -> Request:
    """Return the request that a line makes.

    Raises:
        Unreadable: It makes none.
    """
    document = _parsed(line)
    match document:
        case {"id": int(number), "do": str(do), **rest} if rest.keys() <= {"with"}:
            given = rest.get("with", {})
            if isinstance(given, dict) and not isinstance(number, bool):
                return Request(number, do, given)
    raise Unreadable("a request is {id, do, with}")


def read_answer(line: bytes) -> Answer | News:
    """Return what the engine says in a line.

    Raises:
        Unreadable: It says nothing that this program knows.
    """
    match _parsed(line):
        case {"changed": list(topics)}:
            return News(tuple(map(str, topics)))
        case {"id": int(number), "gives": value}:
            return Answer(number, value)
        case {"id": int(number), "error": dict(told)}:
            return Answer(number, error=_error(told))
    raise Unreadable("an answer is {id, gives}, {id, error} or {changed}")


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {error}") from error


def _document(said: Request | Answer | News) -> dict[str, Any]:
    match said:
        case Request(number, do, given):
            return {"id": number, "do": do, "with": given}
        case News(topics):
            return {"changed": list(topics)}
        case Answer(number, _, BotOpsError() as error):
            return {"id": number, "error": _told(error)}
        case Answer(number, value):
            return {"id": number, "gives": value}


def _told(error: BotOpsError) -> dict[str, Any]:
    return {
        "kind": error.code,
        "code": error.reason_code,
        "message": error.message,
        "hint": error.hint,
        "details": list(error.details),
    }


def _error(told: dict[str, Any]) -> BotOpsError:
    kind = _KINDS.get(str(told.get("kind")), BotOpsError)
    details = told.get("details")
    return kind(
        str(told.get("message", "It failed.")),
        hint=str(told.get("hint", "")),
        code=str(told.get("code", "")),
        details=tuple(map(str, details)) if isinstance(details, list) else (),
    )
