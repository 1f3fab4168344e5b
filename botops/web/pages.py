"""Pages: the door, and the page with the screen; nothing on them comes from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import html
from pathlib import Path
from string import Template

import textual_serve

_HERE = Path(__file__).parent


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_SCRIPT = _read("door.js")
DOOR = Template(_read("door.html")).substitute(script=_SCRIPT)
SCREEN_SCRIPT = _read("screen.js")
# A page's policy names the scripts in it by what they are.
_DIGEST = hashlib.sha256(_SCRIPT.encode()).digest()
DOOR_SCRIPT_HASH = f"'sha256-{base64.b64encode(_DIGEST).decode()}'"
# The browser's half of textual-serve: a terminal in JavaScript, its looks and its font.
STATIC = Path(textual_serve.__file__).parent / "static"


def screen(socket: str) -> str:
    """Return the page with the screen, which talks to the address `socket`."""
    return Template(_read("screen.html")).substitute(socket=html.escape(socket))
