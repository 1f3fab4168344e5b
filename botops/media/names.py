"""Names: which files are passed over, when two names are one, and which product a name means."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

# What browsers, copiers and file managers leave while they work, and our own notes on rejects.
_IGNORED_ENDINGS = (
    ".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart", ".tmp", ".temp",
    ".!ut", ".reason.json",
)  # fmt: skip
_IGNORED_STARTS = (".", "~$")
_IGNORED_NAMES = {
    "thumbs.db", "ehthumbs.db", "desktop.ini", "@eadir", "__macosx", "lost+found",
    "$recycle.bin", "system volume information",
}  # fmt: skip

# They change the direction of the text around them, so that a name can pose as another.
_DIRECTING = {*"\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
_UNSHOWN_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
_FORBIDDEN_IN_FILES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))
_NAME_BYTES = 200  # of 255: room for the hash before it and ".reason.json" after it

_NUMBERED = re.compile(r"(?P<sku>.*\S)[ ]?[_-](?P<number>\d{1,3})")
_COPIED = re.compile(r"(?P<sku>.*\S)[ ]?\((?P<number>\d{1,3})\)")
_MAIN = re.compile(r"(?P<sku>.*\S)[ ]?[_-]main", re.IGNORECASE)
_NUMBER = re.compile(r"[_-]?\(?(?P<number>\d{1,3})\)?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read a name: the product's SKU, the place among its pictures, the first or not."""

    sku_key: str  # compare with `comparing_key(product.sku)`
    sequence: int | None = None  # None: no wish, the next free place
    is_primary: bool = False


def is_ignored(name: str) -> bool:
    """Return whether a file or folder is passed over for its name alone."""
    lowered = name.lower()
    return (
        lowered.startswith(_IGNORED_STARTS)
        or lowered.endswith(_IGNORED_ENDINGS)
        or lowered in _IGNORED_NAMES
    )


def comparing_key(name: str) -> str:
    """Return the form in which two names are equal: composed (NFC), without case, storable."""
    folded = unicodedata.normalize("NFC", shown(name)).casefold()
    return unicodedata.normalize("NFC", folded)


def shown(name: str) -> str:
    """Return a name that is safe on screens, in JSON and in the database.

    Bytes that are no UTF-8, control characters and what turns the direction of writing become
    `%FF`, so that different names stay different; the raw name is still the one to open.
    """
    if name.isascii() and name.isprintable():
        return name
    return "".join(map(_shown_character, name))


def rejected_name(sha256: str, name: str) -> str:
    """Return `<sha12>_<name>`, a file name that each platform takes, with its ending kept."""
    plain = PurePath(shown(name).translate(_FORBIDDEN_IN_FILES).rstrip(". "))
    ending = _within(plain.suffix, 20)
    stem = _within(plain.stem, _NAME_BYTES - len(ending.encode()))
    return f"{sha256[:12]}_{stem}{ending}"


def candidates(relative: PurePath) -> tuple[Candidate, ...]:
    """Return what a file's path inside the inbox may mean, the likeliest first.

    `<sku>.jpg`, `<sku>_1.jpg`, `<sku>-2.jpg`, `<sku> (3).jpg`, `<sku>_main.jpg`, or any name in
    a folder named by the SKU. A SKU may itself end like `-2`, so the whole name comes first; and
    where a name is only a number or `main`, the folder does.
    """
    stem = relative.stem
    by_name = _by_name(stem)
    wish = _wish(stem)
    by_folder = [
        Candidate(comparing_key(folder), wish.sequence, wish.is_primary)
        for folder in reversed(relative.parts[:-1])
        if folder not in {"", ".", "..", relative.anchor}
    ]
    says_nothing = bool(_NUMBER.fullmatch(stem)) or stem.lower() == "main"
    ordered = [*by_folder, *by_name] if says_nothing else [*by_name, *by_folder]
    return tuple(dict.fromkeys(ordered))


def _by_name(stem: str) -> list[Candidate]:
    """Read the name alone: whole, then without what stands behind the SKU."""
    found = [Candidate(comparing_key(stem), 0)]
    if main := _MAIN.fullmatch(stem):
        found.append(Candidate(comparing_key(main["sku"]), 0, is_primary=True))
    numbered = filter(None, (pattern.fullmatch(stem) for pattern in (_NUMBERED, _COPIED)))
    found.extend(Candidate(comparing_key(each["sku"]), int(each["number"])) for each in numbered)
    return found


def _wish(stem: str) -> Candidate:
    """Read which place a file in a product's folder wants."""
    if stem.lower() == "main" or _MAIN.fullmatch(stem):
        return Candidate("", 0, is_primary=True)
    for pattern in (_NUMBER, _NUMBERED, _COPIED):
        if numbered := pattern.fullmatch(stem):
            return Candidate("", int(numbered["number"]))
    return Candidate("")


def _shown_character(character: str) -> str:
    is_shown = (
        unicodedata.category(character) not in _UNSHOWN_CATEGORIES and character not in _DIRECTING
    )
    if is_shown:
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))


def _within(text: str, size: int) -> str:
    """Cut a text to a number of bytes, between characters."""
    return text.encode()[:size].decode("utf-8", "ignore")
