"""Query: which jobs are meant, as a person says it and as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botops.jobs import states
from botops.kernel.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = (
    "(lower(about) LIKE ? ESCAPE '!' OR lower(args) LIKE ? ESCAPE '!' "
    "OR lower(error) LIKE ? ESCAPE '!' OR lower(kind) LIKE ? ESCAPE '!' OR id = ?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuery:
    """Which jobs are meant; `text` is looked for in what they are about, in arguments, errors."""

    queue: str | None = None
    state: tuple[str, ...] | None = None
    kind: str | None = None
    text: str = ""
    limit: int = 100
    cursor: str | None = None
    newest_first: bool = True


def conditions_of(query: JobQuery) -> tuple[str, list[Any]]:
    """Return the condition of a query and the values of its marks; page and cursor are not in it.

    Raises:
        UsageProblem: It names a queue or a state that does not exist.
    """
    conditions, values = ["TRUE"], []
    if query.queue:
        _check(query.queue, states.QUEUES, what="queue")
        conditions.append("queue = ?")
        values.append(query.queue)
    if query.state:
        conditions.append(_in_states(query.state))
    if query.kind:
        conditions.append("kind = ?")
        values.append(query.kind)
    for word in query.text.split():
        conditions.append(_WORD)
        values += [*[_pattern(word)] * 4, word]
    return " AND ".join(conditions), values


def _in_states(wanted: tuple[str, ...]) -> str:
    """Return the condition with the states spelled out: the partial indexes need to see them."""
    for state in wanted:
        _check(state, states.STATES, what="state")
    either = " OR ".join(f"state = '{state}'" for state in wanted)
    return f"({either})"


def _pattern(word: str) -> str:
    for sign in "!%_":
        word = word.replace(sign, f"!{sign}")
    return f"%{word.lower()}%"


def _check(word: str, words: Iterable[str], *, what: str) -> None:
    if word not in words:
        raise UsageProblem(f"There is no {what} {word}.", hint=f"There are {', '.join(words)}.")
