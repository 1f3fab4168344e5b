"""Subjects: which product of the shop is drawn how, and before what."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from PIL import Image

from botops.demo.painting import backdrops, blossoms, cards, potted, scenes
from botops.demo.painting.backdrops import Backdrop
from botops.demo.painting.blossoms import Flower, Kind
from botops.demo.painting.brush import Canvas, Tones
from botops.demo.painting.scenes import (
    Scene,
    bouquet,
    bunch,
    hanging,
    hatbox,
    portrait,
    row,
    scene,
    three,
)


class Look(NamedTuple):
    """One way to show a product."""

    scene: Scene
    backdrop: Backdrop
    colour: str = ""


def paint(look: Look, *, size: tuple[int, int], chance: Random) -> Image.Image:
    """Return a picture of a product; it has an alpha channel where nothing stands behind."""
    mode = "RGBA" if look.backdrop is backdrops.nothing else "RGB"
    canvas = Canvas(Image.new(mode, size), chance)
    look.backdrop(canvas, look.colour)
    look.scene(canvas)
    return canvas.image


def look_of(sku: str, take: int) -> Look:
    """Return how a take shows a product: each another way, as long as there are some."""
    looks = LOOKS[sku]
    return looks[(take - 1) % len(looks)]


def _all(kind: Kind, *colours: Tones) -> tuple[Flower, ...]:
    return tuple(Flower(kind, tones) for tones in colours)


RED, PINK, WINE = Tones.of("#cf1f3c"), Tones.of("#f08cab"), Tones.of("#8f1d4b")
YELLOW, ORANGE, PEACH = Tones.of("#ffc928"), Tones.of("#f27a1f"), Tones.of("#ffb48a")
IVORY, VIOLET, LILAC = Tones.of("#f7f1e3"), Tones.of("#7b4fc0"), Tones.of("#b99be6")
MAGENTA, SKY, SAGE = Tones.of("#d12f8f"), Tones.of("#6bb3dd"), Tones.of("#7fae8b")
ROUGE, JADE = Tones.of("#d98fa0"), Tones.of("#6fa9a0")
TEAL_POT, PINK_POT, GREY_POT = Tones.of("#2c8c8a"), Tones.of("#e58f8f"), Tones.of("#8d8f98")

STUDIO, GARDEN, TABLE, RAYS = (
    backdrops.studio, backdrops.garden, backdrops.table, backdrops.rays,
)  # fmt: skip
GLASS, CHULUCANAS, GLAZED = potted.glass_vase, potted.clay_vase, potted.blue_pot
ROSE, DAISY, GERBERA = blossoms.rose, blossoms.daisy, blossoms.gerbera
SPRING = (
    Flower(GERBERA, MAGENTA),
    Flower(DAISY, IVORY),
    Flower(ROSE, PEACH),
    Flower(blossoms.carnation, LILAC),
)
BRIDE = (Flower(ROSE, IVORY), Flower(DAISY, IVORY), Flower(ROSE, PEACH))
PARTY = (
    Flower(blossoms.sunflower, YELLOW),
    Flower(GERBERA, RED),
    Flower(DAISY, SKY),
    Flower(GERBERA, MAGENTA),
)
SPRING_WREATH, BRIDE_WREATH = (scene(cards.wreath, flowers=each) for each in (SPRING, BRIDE))

LOOKS: dict[str, tuple[Look, ...]] = {
    "ROSA-12": (
        Look(scene(bunch, flowers=_all(ROSE, RED)), STUDIO, "#2f6f73"),
        Look(scene(portrait, flower=Flower(ROSE, RED)), GARDEN, "#24513a"),
        Look(scene(three, flowers=_all(ROSE, RED, WINE)), TABLE, "#e9d8c3"),
    ),
    "ROSA-24": (
        Look(scene(portrait, flower=Flower(ROSE, PINK)), STUDIO, "#5a6f9c"),
        Look(scene(bunch, flowers=_all(ROSE, PINK, PEACH), dome=scenes.MANY),
             RAYS, "#7aa7a0"),
    ),
    "GIRASOL-6": (
        Look(scene(portrait, flower=Flower(blossoms.sunflower, YELLOW)), STUDIO, "#2c6fae"),
        Look(scene(three, flowers=_all(blossoms.sunflower, YELLOW)), GARDEN, "#4f8f4d"),
        Look(scene(bunch, flowers=_all(blossoms.sunflower, YELLOW), dome=scenes.HALF_DOZEN),
             TABLE, "#bfd9e6"),
    ),
    "TULIPAN-10": (
        Look(scene(row, flowers=_all(blossoms.tulip, ORANGE, YELLOW)), STUDIO, "#6c4a86"),
        Look(scene(row, flowers=_all(blossoms.tulip, RED, PINK)), RAYS, "#9cc9cf"),
    ),
    "LIRIO-5": (
        Look(scene(portrait, flower=Flower(blossoms.lily, IVORY)), STUDIO, "#7a2f52"),
        Look(scene(three, flowers=_all(blossoms.lily, IVORY, PINK)), GARDEN, "#2f5a46"),
    ),
    "GERBERA-10": (
        Look(scene(three, flowers=_all(GERBERA, MAGENTA, YELLOW, ORANGE)),
             STUDIO, "#3f8f86"),
        Look(scene(portrait, flower=Flower(GERBERA, MAGENTA)), RAYS, "#f2c14e"),
    ),
    "MARGARITA-20": (
        Look(scene(three, flowers=_all(DAISY, IVORY)), GARDEN, "#3f8a4a"),
        Look(scene(bunch, flowers=_all(DAISY, IVORY), dome=scenes.MANY), STUDIO, "#3d6ea8"),
    ),
    "CLAVEL-12": (
        Look(scene(portrait, flower=Flower(blossoms.carnation, PINK)), STUDIO, "#33705c"),
        Look(scene(bunch, flowers=_all(blossoms.carnation, RED, PINK, IVORY)),
             TABLE, "#cfd8e6"),
    ),
    "LAVANDA-1": (
        Look(scene(row, flowers=_all(blossoms.lavender, VIOLET, LILAC)), STUDIO, "#e8d9a8"),
        Look(scene(row, flowers=_all(blossoms.lavender, VIOLET)), GARDEN, "#8aa35a"),
    ),
    "CANTUTA-8": (
        Look(scene(hanging, flower=Flower(blossoms.cantuta, RED)), STUDIO, "#5f93c4"),
        Look(scene(hanging, flower=Flower(blossoms.cantuta, MAGENTA)), GARDEN, "#86a97a"),
    ),
    "ASTROMELIA-10": (
        Look(scene(three, flowers=_all(blossoms.alstroemeria, ORANGE, PINK, MAGENTA)),
             GARDEN, "#27564a"),
        Look(scene(portrait, flower=Flower(blossoms.alstroemeria, PINK)), STUDIO, "#44508c"),
    ),
    "RAMO-PRIMAVERA": (
        Look(scene(bouquet, flowers=SPRING), RAYS, "#8cc6b4"),
        Look(scene(bouquet, flowers=SPRING), TABLE, "#f0dfc8"),
    ),
    "RAMO-NOVIA": (
        Look(scene(bouquet, flowers=BRIDE, paper=IVORY), STUDIO, "#6f7f95"),
        Look(scene(bouquet, flowers=BRIDE, paper=IVORY), GARDEN, "#456f4f"),
    ),
    "RAMO-CUMPLE": (
        Look(scene(bouquet, flowers=PARTY, paper=SKY), STUDIO, "#e39a45"),
        Look(scene(bouquet, flowers=PARTY, paper=PINK), RAYS, "#5c9fd6"),
    ),
    "CAJA-ROSAS": (
        Look(scene(hatbox, flowers=_all(ROSE, RED, PINK), box=Tones.of("#2b2a33")),
             STUDIO, "#d9a7a0"),
        Look(scene(hatbox, flowers=_all(ROSE, PINK, IVORY), box=SKY), TABLE, "#efe3d2"),
    ),
    "ORQUIDEA-1": (
        Look(scene(potted.orchid, tones=LILAC, clay=TEAL_POT), backdrops.nothing),
        Look(scene(portrait, flower=Flower(blossoms.orchid, PINK)), STUDIO, "#2e5d50"),
    ),
    "SUCULENTA-3": (
        Look(scene(potted.succulents, colours=(SAGE, ROUGE, JADE), clay=GREY_POT),
             STUDIO, "#e3b35a"),
        Look(scene(portrait, flower=Flower(blossoms.succulent, SAGE)), TABLE, "#cf8f78"),
    ),
    "CACTUS-1": (
        Look(scene(potted.cactus, tones=MAGENTA, clay=potted.CLAY), STUDIO, "#f0c37b"),
        Look(scene(potted.cactus, tones=YELLOW, clay=PINK_POT), RAYS, "#7fc4c9"),
    ),
    "MONSTERA-1": (
        Look(scene(potted.monstera, clay=IVORY), STUDIO, "#e2947d"),
        Look(scene(potted.monstera, clay=GREY_POT), TABLE, "#f2e6d0"),
    ),
    "TARJETA-AMOR": (
        Look(scene(cards.card, paper=IVORY, motif=scene(cards.heart, tones=RED), text="Te quiero"),
             STUDIO, "#c46a7c"),
        Look(scene(cards.card, paper=PINK, motif=scene(cards.heart, tones=WINE), text="Te quiero"),
             backdrops.nothing),
    ),
    "TARJETA-GRACIAS": (
        Look(scene(cards.card, paper=IVORY, motif=SPRING_WREATH, text="Gracias"),
             STUDIO, "#4f8f95"),
        Look(scene(cards.card, paper=SKY, motif=BRIDE_WREATH, text="Gracias"),
             TABLE, "#f3d9b0"),
    ),
    "FLORERO-VIDRIO": (
        Look(scene(potted.in_vase, vase=GLASS, flowers=_all(GERBERA, RED, ORANGE, YELLOW)),
             TABLE, "#e8d6e0"),
        Look(scene(potted.in_vase, vase=GLASS, flowers=_all(DAISY, IVORY)),
             STUDIO, "#b5544f"),
    ),
    "FLORERO-BARRO": (
        Look(scene(potted.in_vase, vase=CHULUCANAS, flowers=_all(DAISY, YELLOW, IVORY)),
             STUDIO, "#7fb0a8"),
        Look(scene(potted.in_vase, vase=CHULUCANAS, flowers=_all(ROSE, PEACH, RED)),
             TABLE, "#dfe6d5"),
    ),
    "MACETA-AZUL": (
        Look(scene(potted.in_vase, vase=GLAZED, flowers=_all(blossoms.carnation, MAGENTA, PINK)),
             STUDIO, "#f1cf7d"),
        Look(scene(potted.in_vase, vase=GLAZED, flowers=_all(GERBERA, ORANGE, YELLOW)),
             TABLE, "#f4ece0"),
    ),
}  # fmt: skip
