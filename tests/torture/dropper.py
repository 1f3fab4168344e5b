"""Dropper: somebody who drops photos of all kinds, in all ways, whatever the engine does."""

import hashlib
import os
import random
import struct
import threading
import time
from collections import defaultdict
from pathlib import Path

from PIL import Image

from tests.media import photos

KINDS = ("JPEG",) * 9 + ("PNG",) * 2 + ("WEBP",) * 2 + ("GIF", "AVIF", "HEIF")
ENDINGS = {
    "JPEG": "jpg",
    "PNG": "png",
    "WEBP": "webp",
    "GIF": "gif",
    "AVIF": "avif",
    "HEIF": "heic",
}


class Dropper:
    """Drops photos over a time, in a thread of its own.

    `dropped` has the names by which each content came, by its hash.
    """

    def __init__(self, inbox: Path, count: int, *, seconds: float, dice: random.Random) -> None:
        self.dropped: defaultdict[str, list[str]] = defaultdict(list)
        self._inbox = inbox
        self._outside = inbox.parent.parent / "outside"
        self._outside.mkdir(parents=True)
        self._count = count
        self._pause = seconds / count
        self._dice = dice
        self._contents: list[bytes] = []
        self._places: list[Path] = []
        self._thread = threading.Thread(target=self._run, name="dropper")

    def start(self) -> None:
        """Begin."""
        self._inbox.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait until all is dropped."""
        self._thread.join(seconds)
        assert not self._thread.is_alive()

    @property
    def is_dropping(self) -> bool:
        """Whether there is more to come."""
        return self._thread.is_alive()

    def _run(self) -> None:
        left = self._count
        while left:
            burst = min(left, self._dice.choice((1, 1, 2, 5, 20)))
            began = time.monotonic()
            for number in range(left - burst, left):
                self._drop(number)
            left -= burst
            time.sleep(max(0.0, burst * self._pause - (time.monotonic() - began)))

    def _drop(self, number: int) -> None:
        content, ending = self._content(number)
        self._contents.append(content)
        place = self._place(number, ending)
        self._places.append(place)
        self.dropped[hashlib.sha256(content).hexdigest()].append(place.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        self._dice.choice((self._copy, self._move, self._move, self._link))(content, place)

    def _content(self, number: int) -> tuple[bytes, str]:
        chance = self._dice.random()
        if chance < 0.12 and self._contents:
            return self._dice.choice(self._contents), "jpg"
        if chance < 0.24:
            files = [*photos.impostors().values(), *photos.strangers().values()]
            return self._dice.choice(files) + f"\n{number}".encode(), "jpg"
        kind = self._dice.choice(KINDS)
        content = self._picture(kind, number)
        if chance < 0.30 and kind in {"JPEG", "PNG"}:
            content = content[: len(content) * 2 // 3]
        return content, ENDINGS[kind]

    def _picture(self, kind: str, number: int) -> bytes:
        if kind == "HEIF":  # no encoder is at hand: a box that everybody passes over makes it new
            return photos.heic() + struct.pack(">I4sI", 12, b"free", number)
        width, height = self._dice.choice(((60, 40), (400, 300), (300, 400), (900, 700)))
        noise = self._dice.randbytes(16 * 12 * 3)
        picture = Image.frombytes("RGB", (16, 12), noise).resize((width, height))
        options = {"speed": 10} if kind == "AVIF" else {}
        return photos.saved(picture, kind, **options)

    def _place(self, number: int, ending: str) -> Path:
        """A new name, in a product's folder or not; or one that was taken in already."""
        folder = self._dice.choice(("", "", "ROSE", "TULIP/front"))
        new = self._inbox / folder / f"photo {number:05}.{ending}"
        old = self._dice.choice([*self._places, new])
        return old if self._dice.random() < 0.05 and not old.exists() else new

    def _copy(self, content: bytes, place: Path) -> None:
        """Slowly, piece by piece, under the name itself."""
        step = max(1, len(content) // self._dice.randrange(1, 5))
        with place.open("wb") as writing:
            for start in range(0, len(content), step):
                writing.write(content[start : start + step])
                writing.flush()
                time.sleep(self._dice.uniform(0.0, 0.05))

    def _move(self, content: bytes, place: Path) -> None:
        """At once, from elsewhere."""
        part = self._outside / place.name
        part.write_bytes(content)
        part.rename(place)

    def _link(self, content: bytes, place: Path) -> None:
        """At once, and the file stays where it was, too."""
        kept = self._outside / f"{len(self._places)} {place.name}"
        kept.write_bytes(content)
        os.link(kept, place)
