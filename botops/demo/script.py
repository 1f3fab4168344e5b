"""Script: what happens in the sample shop, and when; the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count, islice
from random import Random
from typing import TYPE_CHECKING

from botops.demo.shots import LARGE, Shot
from botops.jobs import states

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TAKES = 3  # photos of each product, in the course of a long day
CALM = (4.0, 10.0)  # seconds between two things
PAUSE_SECONDS = 14.0
NEVER = 99  # fails so often that no number of tries helps
CUSTOMERS = ("Rosa M.", "Luis P.", "Ana T.", "Jorge V.", "Carmen Q.", "Diego R.", "Lucía S.")


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos are dropped into the inbox."""

    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class Scrap:
    """A file is dropped into the inbox that is no photo, whatever its name says."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Work:
    """A job is added: a try-out, which waits and fails as told, and changes nothing."""

    queue: str
    about: str
    seconds: float = 0.5
    fails: int = 0
    tries: int = 5


@dataclass(frozen=True, slots=True)
class Sale:
    """The till sells a product."""

    sku: str
    quantity: int
    customer: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A queue is paused for a moment."""

    queue: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The queue goes on."""

    queue: str


Happening = Photos | Scrap | Work | Sale | Pause | Resume
Timed = tuple[float, Happening]  # seconds after the one before

PDF = b"""%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >> endobj
trailer << /Root 1 0 R >>
%%EOF
"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="9" fill="#c2274b"/></svg>\n'

# The very first photos: varied, and in all formats that the painter knows.
FIRST = (
    Shot(name="ROSA-12.jpg", sku="ROSA-12"),
    Shot(name="GIRASOL-6.jpg", sku="GIRASOL-6"),
    Shot(name="IMG_0031.jpg", sku="TULIPAN-10", take=2, part=0.4),
    Shot(name="TULIPAN-10.jpg", sku="TULIPAN-10"),
    Shot(name="ORQUIDEA-1.png", sku="ORQUIDEA-1"),
    Shot(name="CACTUS-1.webp", sku="CACTUS-1"),
    Shot(name="RAMO-PRIMAVERA.jpg", sku="RAMO-PRIMAVERA"),
    Shot(name="vitrina.jpg", sku="FLORERO-VIDRIO", take=2),
)
SECOND = (
    Shot(name="LIRIO-5.jpg", sku="LIRIO-5", width=LARGE),
    Shot(name="CAJA-ROSAS.jpg", sku="CAJA-ROSAS"),
    Shot(name="MONSTERA-1.jpg", sku="MONSTERA-1"),
)
THIRD = (
    Shot(name="FLORERO-BARRO.jpg", sku="FLORERO-BARRO"),
    Shot(name="GERBERA-10.png", sku="GERBERA-10"),
)


def afternoon(skus: Sequence[str], seed: int) -> Iterator[Timed]:
    """Yield what happens, without end: first a lively minute, then a few things a minute."""
    chance = Random(seed)  # noqa: S311 - plays a shop, guards nothing
    yield from _opening()
    yield from _calm(skus, chance)


def _opening() -> Iterator[Timed]:
    """Yield the first half minute: of everything something."""
    yield 0, Scrap("factura-0456.jpg", PDF)
    yield 0, Photos(FIRST)
    for customer in CUSTOMERS[:4]:
        yield 0, Work(states.MESSAGE_SENDING, f"thanks to {customer}", seconds=1)
    yield 0, Work(states.ORDER_PROCESSING, "stock-taking", seconds=12)
    # Last of the first, so that they stand above the others in the list of jobs.
    yield 0, Work(states.ORDER_PROCESSING, "meant to fail", fails=NEVER, tries=1)
    yield 0, Work(states.WEBHOOK_DELIVERY, "works on try 8", fails=7, tries=10)
    yield 1, Sale("ROSA-12", 1, "Rosa M.")
    yield 3, Sale("TARJETA-AMOR", 2, "Rosa M.")
    yield 2, Photos(SECOND)
    yield 3, Work(states.MESSAGE_SENDING, "works on try 3", fails=2)
    yield 3, Photos((replace(FIRST[1], name="girasol (copia).jpg"),))
    yield 3, Sale("GIRASOL-6", 1, "Luis P.")
    yield from _paused()
    yield 3, Photos(THIRD)


def _paused() -> Iterator[Timed]:
    """Yield a queue that is paused, work that gathers before it, and its end."""
    yield 3, Pause(states.ORDER_PROCESSING)
    for customer in CUSTOMERS[4:]:
        yield 2, Work(states.ORDER_PROCESSING, f"order of {customer}")
    yield PAUSE_SECONDS - 6, Resume(states.ORDER_PROCESSING)


def _calm(skus: Sequence[str], chance: Random) -> Iterator[Timed]:
    photos, oddities = _photos(skus, chance), _oddities()
    while True:
        pause = chance.uniform(*CALM)
        kind = chance.choices(("sale", "work", "photos", "odd"), weights=(4, 3, 3, 2))[0]
        if kind == "photos" and (shots := _next(photos, chance.randint(1, 2))):
            yield pause, Photos(shots)
        elif kind == "odd":
            for wait, happening in next(oddities):
                yield wait + pause, happening
                pause = 0
        elif kind == "work":
            yield pause, _ordinary(chance)
        else:
            yield pause, Sale(chance.choice(skus), chance.randint(1, 3), chance.choice(CUSTOMERS))


def _photos(skus: Sequence[str], chance: Random) -> Iterator[Shot]:
    """Yield each product's first photo, then all second ones, and so on to the last."""
    shown = {shot.sku for shot in (*FIRST, *SECOND, *THIRD) if shot.name.startswith(shot.sku)}
    for take in range(1, TAKES + 1):
        ordered = [sku for sku in skus if take > 1 or sku not in shown]
        chance.shuffle(ordered)
        for sku in ordered:
            number = f"-{take}" if take > 1 else ""
            yield Shot(name=f"{sku}{number}.jpg", sku=sku, take=take)


def _next(photos: Iterator[Shot], at_most: int) -> tuple[Shot, ...]:
    return tuple(islice(photos, at_most))


def _ordinary(chance: Random) -> Work:
    """Return work as it comes all day: mostly done at once, now and then on the second try."""
    customer = chance.choice(CUSTOMERS)
    queue, about = chance.choice(
        (
            (states.MESSAGE_SENDING, f"thanks to {customer}"),
            (states.MESSAGE_SENDING, f"answer to {customer}"),
            (states.ORDER_PROCESSING, f"order of {customer}"),
            (states.WEBHOOK_DELIVERY, "news to the till"),
        )
    )
    fails = chance.choices((0, 1, 4), weights=(10, 2, 1))[0]
    return Work(queue, about, seconds=round(chance.uniform(0.2, 4), 1), fails=fails)


def _oddities() -> Iterator[list[Timed]]:
    """Yield what is out of the ordinary; each refusal and each failure only a few times a day."""
    yield [(0, Photos((Shot(name="IMG_0214.jpg", sku="LIRIO-5", width=LARGE, is_grainy=True),)))]
    yield [(0, Photos((Shot(name="ROSA-12.jpg", sku="ROSA-12", take=2),)))]  # a new version
    yield [(0, Work(states.WEBHOOK_DELIVERY, "meant to fail", fails=NEVER, tries=3))]
    yield [(0, Scrap("IMG_0007.jpg", b""))]  # refused when it has stayed empty for a minute
    yield list(_paused())
    yield [(0, Scrap("logo.svg", SVG))]
    yield [(0, Photos((Shot(name="IMG_0215.webp", sku="CACTUS-1", take=2, part=0.6),)))]
    for round_of in count(1):
        yield [(0, Photos((replace(FIRST[0], name=f"rosas copia {round_of}.jpg"),)))]
        yield list(_paused())
        yield [(0, Work(states.ORDER_PROCESSING, "stock-taking", seconds=12, fails=1))]
