"""Meaning: an error or a refusal becomes two sentences and a way out."""

import re
from typing import NamedTuple


class Meaning(NamedTuple):
    """What happened and what it means, and what to do about it."""

    sentence: str
    way_out: str = ""


_AGAIN = "BotOps tries again by itself. Nothing is lost."
_ERRORS: tuple[tuple[str, str], ...] = (
    (
        r"no space|disk ?full|ENOSPC|database or disk is full",
        (
            "The disk is full. BotOps stopped taking in work so that nothing is lost; make "
            "room, then press r."
        ),
    ),
    (
        r"JobCancelled|cancelled by",
        "Somebody stopped this job. It did nothing more after that.",
    ),
    (
        r"rescue|lease|worker (?:was )?lost|interrupted",
        (
            "BotOps or the computer stopped while this ran. The job was put back and did "
            "nothing twice."
        ),
    ),
    (
        r"timed? ?out|timeout|deadline",
        f"It took longer than it may. {_AGAIN}",
    ),
    (
        r"\b429\b|too many requests|rate.?limit",
        f"The other side asked to be left alone for a while (429). {_AGAIN}",
    ),
    (
        r"\b(?:502|503|504)\b|service unavailable|bad gateway",
        f"The other side is busy (503). {_AGAIN}",
    ),
    (
        r"\b(?:401|403)\b|unauthori[sz]ed|forbidden",
        "The other side did not accept our key. Check it in the settings, then press r.",
    ),
    (
        r"\b(?:404|410)\b",
        ("The other side says that this address does not exist. Check the address, then press r."),
    ),
    (
        r"connection|unreachable|name or service|resolve|network",
        f"The other side could not be reached. {_AGAIN}",
    ),
    (
        r"MemoryError|out of memory|too_many_pixels",
        ("It needed more memory than it may use. Make the photo smaller, then drop it again."),
    ),
    (
        r"database is locked|database .*busy",
        f"Another program held the database for too long. {_AGAIN}",
    ),
    (
        r"FileNotFound|no such file|ENOENT",
        "A file that this needs is gone. If it was moved, put it back and press r.",
    ),
    (
        r"PermissionError|permission denied|EACCES",
        "BotOps may not read or write a file. Change its permissions, then press r.",
    ),
    (
        r"truncated|cannot identify|UnidentifiedImage|not_an_image",
        "The file is not a whole picture. Copy it again from where it came.",
    ),
    (
        r"no handler|unknown (?:kind|task)|not registered",
        ("This version of BotOps does not know this kind of work. An update may be unfinished."),
    ),
    (
        r"probe|asked to fail|told to fail",
        "This was a try-out that was told to fail. It says nothing about your shop.",
    ),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), words) for pattern, words in _ERRORS)

_STATES = {
    "scheduled": "It starts when its time comes. Nothing needs to be done.",
    "available": "It is next in line. It starts as soon as a worker is free.",
    "running": "It is being done right now. If BotOps stops in between, it goes on next time.",
    "completed": "It was done, once. Nothing needs to be done.",
    "cancelled": "It was stopped before it was finished. Press r to do it after all.",
}

REFUSALS: dict[str, Meaning] = {
    "unsupported_format": Meaning(
        "This kind of file can't become a product picture.",
        "Save it as JPEG, PNG, WebP or HEIC and drop it again."),
    "not_an_image": Meaning(
        "Its name looks like a photo, but inside there is none.",
        "Open it in a photo program and save it again as JPEG."),
    "truncated": Meaning(
        "A part of the photo is missing: it was cut while it was copied.",
        "Copy it again from the phone or camera."),
    "too_large": Meaning(
        "The file is over the size limit.",
        "Make it smaller, or raise media.max_size in config.toml."),
    "too_many_pixels": Meaning(
        "The picture has more pixels than can be opened safely.",
        "Scale it down (8,000 pixels a side are plenty) and drop it again."),
    "empty": Meaning(
        "The file has nothing in it, even after a minute of waiting.",
        "Copy it again from where it came."),
    "timeout": Meaning(
        "Opening it took too long, twice.",
        "Save it again as a plain JPEG and drop it again."),
    "unreadable": Meaning(
        "The file could not be read.",
        "Look at its permissions and whether the disk is well, then press r."),
}  # fmt: skip


def of_job(state: str, error: str | None) -> str:
    """Return what the state of a job and its error mean, in two sentences."""
    if error and state not in ("completed", "running", "available"):
        for pattern, words in _PATTERNS:
            if pattern.search(error):
                return _settled(words, state)
        return _unknown(state)
    return _STATES.get(state, _unknown(state))


def of_refusal(code: str | None, reason: str | None) -> Meaning:
    """Return why a photo was refused and the way out; the reason given has its own."""
    if reason:
        return Meaning(reason, "It lies in media/rejected; r looks at it again.")
    return REFUSALS.get(code or "", Meaning("The photo could not be used.", "r looks at it again."))


def _settled(words: str, state: str) -> str:
    """Return the words without a promise that no longer holds: what failed is not tried again."""
    if state not in ("discarded", "cancelled"):
        return words
    return words.replace(
        _AGAIN, "BotOps has given up after the last try. Press r to try once more."
    )


def _unknown(state: str) -> str:
    if state == "retryable":
        return f"Something went wrong that BotOps has no words for. {_AGAIN}"
    return (
        "Something went wrong that BotOps has no words for. "
        "The full error below says more; press r to try once more."
    )
