"""Marks: what the index of the trail holds of an entry, and how a word or value is asked for."""

from __future__ import annotations

# Entries are found by these words as a person types them, and by marks: one letter that says what
# it is, and the value in hexadecimal digits, which stays a single word whatever is in it.
KINDS = {
    "actor": "u",
    "actor_role": "r",
    "action": "a",
    "verb": "v",
    "merchant_id": "m",
    "target_type": "t",
    "target_id": "i",
}
LONGEST = 200  # characters of a value that count
_SHORTEST_BEGINNING = 2  # of one letter there are too many words to look through

TABLE = (
    "CREATE VIRTUAL TABLE audit_words USING fts5(words, who, marks, content='', "
    "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
)


def fill_sql(row: str, source: str = "") -> str:
    """Return the statement that takes entries into the index: one of a trigger, or of a table."""
    values = {name: _verb(row) if name == "verb" else f"{row}.{name}" for name in KINDS}
    marks = " || ' ' || ".join(
        f"ifnull('{letter}' || hex(substr({values[name]}, 1, {LONGEST})), '')"
        for name, letter in KINDS.items()
    )
    said = " || ' ' || ".join(
        (
            f"ifnull({row}.target_id, '')",
            *map(_values, (f"{row}.before_state", f"{row}.after_state")),
        )
    )
    return (
        "INSERT INTO audit_words (rowid, words, who, marks) "
        f"SELECT {row}.id, {said}, {row}.actor, {marks}{source}"
    )


def mark(name: str, value: str) -> str:
    """Return the condition that a value of an entry is exactly this."""
    return f'marks : "{KINDS[name]}{value[:LONGEST].encode(errors="replace").hex()}"'


def words(text: str, columns: str = "{words who}") -> list[str]:
    """Return a condition for each word of a text: an entry has one that begins like it.

    What SQLite takes for several words, as in a.b, must follow each other.
    """
    return [
        f"{columns} : {quoted}{' *' if len(word) >= _SHORTEST_BEGINNING else ''}"
        for word in text.split()
        for quoted in ['"' + word.replace('"', '""').replace("\0", "") + '"']
    ]


def _values(state: str) -> str:
    """Return SQL for all that is said in a JSON text, without the names of the fields."""
    rows = f"FROM json_tree({state})"
    return f"ifnull((SELECT group_concat(atom, ' ') {rows}), '')"


def _verb(row: str) -> str:
    """Return SQL for what was done, as a person sees it: what is put aside is removed."""
    before, after = (
        f"json_extract({row}.{state}, '$.deleted_at') IS NULL"
        for state in ("before_state", "after_state")
    )
    return (
        f"CASE WHEN {row}.action = 'delete' THEN 'remove' "
        f"WHEN {row}.action <> 'update' OR ({before}) = ({after}) THEN {row}.action "
        f"WHEN {after} THEN 'restore' ELSE 'remove' END"
    )
