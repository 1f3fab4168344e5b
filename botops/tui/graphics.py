"""Graphics: whether the terminal draws true pictures, asked in one breath before the screen runs.

textual-image asks too, but it brings Pillow with it and waits out a terminal that does not know
the Kitty protocol: 0.15 s before the first frame, on most terminals for nothing.
"""

import os
import re
import select
import sys

from botops.kernel import clock

PATIENCE = 0.1  # seconds for an answer; a terminal that gives none draws no pictures
# A Kitty picture of one pixel, never drawn; then what the terminal is. Every terminal answers the
# second question, and answers in order: what has not come by then does not come.
_QUESTION = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c"
_KITTY = re.compile(rb"\x1b_G[^\x1b]*;OK\x1b\\")
_ATTRIBUTES = re.compile(rb"\x1b\[\?([\d;]*)c")
_SIXEL = b"4"


def draws_pictures(reading: int, writing: int) -> bool:
    """Tell whether the terminal behind two descriptors answers that it draws pictures.

    What is typed meanwhile is lost.
    """
    if sys.platform == "win32":
        return True  # its console is asked in another way: textual-image knows how
    answer = _ask(reading, writing)
    attributes = _ATTRIBUTES.search(answer)
    is_sixel = attributes is not None and _SIXEL in attributes[1].split(b";")
    return is_sixel or _KITTY.search(answer) is not None


def _ask(reading: int, writing: int) -> bytes:
    import termios
    import tty

    before = termios.tcgetattr(reading)
    tty.setcbreak(reading, termios.TCSANOW)
    try:
        os.write(writing, _QUESTION)
        return _hear(reading)
    finally:
        termios.tcsetattr(reading, termios.TCSANOW, before)


def _hear(reading: int) -> bytes:
    answer, until = b"", clock.monotonic() + PATIENCE
    while _ATTRIBUTES.search(answer) is None:
        if not select.select([reading], [], [], max(0.0, until - clock.monotonic()))[0]:
            break
        answer += os.read(reading, 1024)
    return answer
