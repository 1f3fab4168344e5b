"""Machine: what this computer has that some tests need."""

import shutil
from functools import cache

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@cache
def find_browser() -> str | None:
    """Where Chromium is, if it is anywhere."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
