"""Filter: what is typed after / becomes fields and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter as it was understood."""

    words: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str = ""
    """A sentence about the first part that was not understood, or nothing."""

    def one(self, name: str) -> str | None:
        """Return the only value of a field, or None if it was not asked for."""
        values = self.fields.get(name, ())
        return values[0] if values else None


def understand(typed: str, known: Mapping[str, Sequence[str]]) -> Asked:
    """Return the filter in `typed`; a field without known values takes any."""
    words: list[str] = []
    fields: dict[str, tuple[str, ...]] = {}
    problem = ""
    for part in typed.split():
        name, colon, value = part.partition(":")
        if not colon or not name:
            words.append(part)
            continue
        field_name = _completed(name, list(known))
        if field_name is None:
            problem = (
                problem or f"there is no field {name}; try {', '.join(f'{k}:' for k in known)}"
            )
            continue
        found, trouble = _values(field_name, value, known=known[field_name])
        problem = problem or trouble
        if found:
            fields[field_name] = (*fields.get(field_name, ()), *found)
    return Asked(" ".join(words), fields, problem)


def _values(name: str, typed: str, *, known: Sequence[str]) -> tuple[list[str], str]:
    """Return the values in `failed,running`, each completed, and what is wrong with one of them."""
    found: list[str] = []
    for value in filter(None, typed.split(",")):
        full = _completed(value, known) if known else value
        if full is None:
            return found, f"{name}: is one of {', '.join(known)}"
        found.append(full)
    return found, ""


def _completed(typed: str, known: Sequence[str]) -> str | None:
    """Return the known word that `typed` is or begins, as `media` begins media_processing."""
    low = typed.casefold()
    if low in known:
        return low
    return next((word for word in known if word.casefold().startswith(low)), None)
