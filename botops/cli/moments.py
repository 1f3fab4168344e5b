"""Moments: a time as a person writes it on the command line, as the stored texts have it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from botops.kernel import clock
from botops.kernel.errors import UsageProblem

_AGO = re.compile(r"(\d{1,5})\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str) -> str:
    """Return a date, a time or a span before now as ISO text in UTC.

    What names no zone is meant where this computer is.

    Raises:
        UsageProblem: It is none.
    """
    said = text.strip().lower()
    now = clock.local(clock.epoch())
    if found := _AGO.fullmatch(said):
        when = now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    elif said in ("today", "yesterday"):
        when = now.replace(hour=0, minute=0, second=0, microsecond=0)
        when -= timedelta(days=int(said == "yesterday"))
    else:
        try:
            when = datetime.fromisoformat(text.strip()).astimezone()
        except (ValueError, OverflowError) as error:
            raise UsageProblem(
                f"{text!r} is no time.",
                hint="Such as 2026-11-23, 2026-11-23T10:30, today, yesterday, 30m, 2h, 7d or 4w.",
            ) from error
    return clock.iso(when.timestamp())
