"""Subjects: which product of the shop is drawn how, and before what."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from botops.demo.painting import backdrops, blossoms, cards, potted, scenes
from botops.demo.painting.backdrops import Backdrop
from botops.demo.painting.brush import Canvas, Tones
from botops.demo.painting.scenes import Scene, scene

if TYPE_CHECKING:
    from PIL import Image


class Look(NamedTuple):
    """One way to show a product."""

    scene: Scene
    backdrop: Backdrop
    colour: str


def paint(sku: str, take: int, *, size: tuple[int, int], chance: Random) -> Image.Image:
    """Return a picture of a product; each take shows it another way, as long as there are some."""
    looks = LOOKS[sku]
    look = looks[(take - 1) % len(looks)]
    image = look.backdrop(size, look.colour, chance)
    look.scene(Canvas(image, chance))
    return image


RED, PINK, WINE = Tones.of("#cf1f3c"), Tones.of("#f08cab"), Tones.of("#8f1d4b")
YELLOW, ORANGE, PEACH = Tones.of("#ffc928"), Tones.of("#f27a1f"), Tones.of("#ffb48a")
IVORY, VIOLET, LILAC = Tones.of("#f7f1e3"), Tones.of("#7b4fc0"), Tones.of("#b99be6")
MAGENTA, SKY, SAGE = Tones.of("#d12f8f"), Tones.of("#6bb3dd"), Tones.of("#7fae8b")
TEAL_POT, PINK_POT, GREY_POT = Tones.of("#2c8c8a"), Tones.of("#e58f8f"), Tones.of("#8d8f98")

STUDIO, GARDEN, TABLE, RAYS = (
    backdrops.studio, backdrops.garden, backdrops.table, backdrops.rays,
)  # fmt: skip
ROSE, DAISY, GERBERA = blossoms.rose, blossoms.daisy, blossoms.gerbera
SPRING = ((GERBERA, MAGENTA), (DAISY, IVORY), (ROSE, PEACH), (blossoms.carnation, LILAC))
BRIDE = ((ROSE, IVORY), (DAISY, IVORY), (ROSE, PEACH))
PARTY = ((blossoms.sunflower, YELLOW), (GERBERA, RED), (DAISY, SKY), (GERBERA, MAGENTA))

LOOKS: dict[str, tuple[Look, ...]] = {
    "ROSA-12": (
        Look(scene(scenes.bunch, ROSE, (RED,)), STUDIO, "#2f6f73"),
        Look(scene(scenes.portrait, ROSE, RED), GARDEN, "#24513a"),
        Look(scene(scenes.three, ROSE, (RED, WINE)), TABLE, "#e9d8c3"),
    ),
    "ROSA-24": (
        Look(scene(scenes.portrait, ROSE, PINK), STUDIO, "#5a6f9c"),
        Look(scene(scenes.bunch, ROSE, (PINK, PEACH), scenes.MANY), RAYS, "#7aa7a0"),
    ),
    "GIRASOL-6": (
        Look(scene(scenes.portrait, blossoms.sunflower, YELLOW), STUDIO, "#2c6fae"),
        Look(scene(scenes.three, blossoms.sunflower, (YELLOW,)), GARDEN, "#4f8f4d"),
        Look(scene(scenes.bunch, blossoms.sunflower, (YELLOW,), scenes.HALF_DOZEN),
             TABLE, "#bfd9e6"),
    ),
    "TULIPAN-10": (
        Look(scene(scenes.row, blossoms.tulip, (ORANGE, YELLOW)), STUDIO, "#6c4a86"),
        Look(scene(scenes.row, blossoms.tulip, (RED, PINK)), RAYS, "#9cc9cf"),
    ),
    "LIRIO-5": (
        Look(scene(scenes.portrait, blossoms.lily, IVORY), STUDIO, "#7a2f52"),
        Look(scene(scenes.three, blossoms.lily, (IVORY, PINK)), GARDEN, "#2f5a46"),
    ),
    "GERBERA-10": (
        Look(scene(scenes.three, GERBERA, (MAGENTA, YELLOW, ORANGE)), STUDIO, "#3f8f86"),
        Look(scene(scenes.portrait, GERBERA, MAGENTA), RAYS, "#f2c14e"),
    ),
    "MARGARITA-20": (
        Look(scene(scenes.three, DAISY, (IVORY,)), GARDEN, "#3f8a4a"),
        Look(scene(scenes.bunch, DAISY, (IVORY,), scenes.MANY), STUDIO, "#3d6ea8"),
    ),
    "CLAVEL-12": (
        Look(scene(scenes.portrait, blossoms.carnation, PINK), STUDIO, "#33705c"),
        Look(scene(scenes.bunch, blossoms.carnation, (RED, PINK, IVORY)), TABLE, "#cfd8e6"),
    ),
    "LAVANDA-1": (
        Look(scene(scenes.row, blossoms.lavender, (VIOLET, LILAC)), STUDIO, "#e8d9a8"),
        Look(scene(scenes.row, blossoms.lavender, (VIOLET,)), GARDEN, "#8aa35a"),
    ),
    "CANTUTA-8": (
        Look(scene(scenes.hanging, blossoms.cantuta, RED), STUDIO, "#5f93c4"),
        Look(scene(scenes.hanging, blossoms.cantuta, MAGENTA), GARDEN, "#86a97a"),
    ),
    "ASTROMELIA-10": (
        Look(scene(scenes.three, blossoms.alstroemeria, (ORANGE, PINK, MAGENTA)),
             GARDEN, "#27564a"),
        Look(scene(scenes.portrait, blossoms.alstroemeria, PINK), STUDIO, "#44508c"),
    ),
    "RAMO-PRIMAVERA": (
        Look(scene(scenes.bouquet, SPRING), RAYS, "#8cc6b4"),
        Look(scene(scenes.bouquet, SPRING), TABLE, "#f0dfc8"),
    ),
    "RAMO-NOVIA": (
        Look(scene(scenes.bouquet, BRIDE, IVORY), STUDIO, "#6f7f95"),
        Look(scene(scenes.bouquet, BRIDE, IVORY), GARDEN, "#456f4f"),
    ),
    "RAMO-CUMPLE": (
        Look(scene(scenes.bouquet, PARTY, SKY), STUDIO, "#e39a45"),
        Look(scene(scenes.bouquet, PARTY, PINK), RAYS, "#5c9fd6"),
    ),
    "CAJA-ROSAS": (
        Look(scene(scenes.hatbox, ROSE, (RED, PINK), Tones.of("#2b2a33")), STUDIO, "#d9a7a0"),
        Look(scene(scenes.hatbox, ROSE, (PINK, IVORY), SKY), TABLE, "#efe3d2"),
    ),
    "ORQUIDEA-1": (
        Look(scene(potted.potted_orchid, LILAC, TEAL_POT), backdrops.nothing, ""),
        Look(scene(scenes.portrait, blossoms.orchid, PINK), STUDIO, "#2e5d50"),
    ),
    "SUCULENTA-3": (
        Look(scene(potted.succulents, (SAGE, Tones.of("#d98fa0"), Tones.of("#6fa9a0")), GREY_POT),
             STUDIO, "#e3b35a"),
        Look(scene(scenes.portrait, blossoms.succulent, SAGE), TABLE, "#cf8f78"),
    ),
    "CACTUS-1": (
        Look(scene(potted.cactus, MAGENTA, potted.CLAY), STUDIO, "#f0c37b"),
        Look(scene(potted.cactus, YELLOW, PINK_POT), RAYS, "#7fc4c9"),
    ),
    "MONSTERA-1": (
        Look(scene(potted.monstera, IVORY), STUDIO, "#e2947d"),
        Look(scene(potted.monstera, GREY_POT), TABLE, "#f2e6d0"),
    ),
    "TARJETA-AMOR": (
        Look(scene(cards.card, IVORY, scene(cards.heart, RED), "Te quiero"), STUDIO, "#c46a7c"),
        Look(scene(cards.card, PINK, scene(cards.heart, WINE), "Te quiero"),
             backdrops.nothing, ""),
    ),
    "TARJETA-GRACIAS": (
        Look(scene(cards.card, IVORY, scene(cards.wreath, SPRING), "Gracias"), STUDIO, "#4f8f95"),
        Look(scene(cards.card, SKY, scene(cards.wreath, BRIDE), "Gracias"), TABLE, "#f3d9b0"),
    ),
    "FLORERO-VIDRIO": (
        Look(scene(potted.in_vase, potted.glass_vase, GERBERA, (RED, ORANGE, YELLOW)),
             TABLE, "#e8d6e0"),
        Look(scene(potted.in_vase, potted.glass_vase, DAISY, (IVORY,)), STUDIO, "#b5544f"),
    ),
    "FLORERO-BARRO": (
        Look(scene(potted.in_vase, potted.clay_vase, DAISY, (YELLOW, IVORY)), STUDIO, "#7fb0a8"),
        Look(scene(potted.in_vase, potted.clay_vase, ROSE, (PEACH, RED)), TABLE, "#dfe6d5"),
    ),
    "MACETA-AZUL": (
        Look(scene(potted.in_vase, potted.blue_pot, blossoms.carnation, (MAGENTA, PINK)),
             STUDIO, "#f1cf7d"),
        Look(scene(potted.in_vase, potted.blue_pot, GERBERA, (ORANGE, YELLOW)), TABLE, "#f4ece0"),
    ),
}  # fmt: skip
