"""Pictures: photographs the real program in a real terminal, for the README."""

import itertools
import math
import os
import re
import tempfile
import time
from pathlib import Path

import pyte.screens
from PIL import Image, ImageDraw, ImageFilter
from rich.console import Console
from rich.style import Style
from rich.text import Text

from tests.media import photos
from tests.program import Program, drop, wait_for
from tests.terminal import Terminal

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
COLUMNS, ROWS = 120, 35
STILL = 0.8  # seconds; what counts down does so once a second
# Rich asks a stranger's server for its font; a picture of ours asks nobody.
FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
FLOWERS = {
    "ROSA": ("Ramo de rosas", "25.00", "#c2274b"),
    "TULIPAN": ("Tulipanes", "18.00", "#e8792b"),
    "LIRIO": ("Lirios blancos", "22.00", "#e9e4f0"),
    "GIRASOL": ("Girasoles", "16.50", "#f2b705"),
    "LAVANDA": ("Lavanda", "12.00", "#8a6fc9"),
}


def flower(colour: str, turn: float) -> Image.Image:
    """Draw a blossom on a lawn."""
    picture = Image.linear_gradient("L").resize((1600, 1200))
    garden = Image.composite(
        Image.new("RGB", picture.size, "#16301f"),
        Image.new("RGB", picture.size, "#7fb08a"),
        picture,
    )
    draw = ImageDraw.Draw(garden)
    for petal in range(8):
        angle = turn + petal * math.pi / 4
        x, y = 800 + 260 * math.cos(angle), 600 + 260 * math.sin(angle)
        draw.ellipse((x - 190, y - 190, x + 190, y + 190), fill=colour, outline="#30202a", width=6)
    draw.ellipse((620, 420, 980, 780), fill="#5b3a1e")
    return garden.filter(ImageFilter.GaussianBlur(3))


def fill(program: Program) -> None:
    """Give the shop products, photos, a file that is none, and a job that fails."""
    for sku, (name, price, _) in FLOWERS.items():
        program.json("product", "add", "--sku", sku, "--name", name, "--price", price)
    for number in (1, 2, 3):
        for sku, (_, _, colour) in FLOWERS.items():
            picture = photos.jpeg(flower(colour, number / 4))
            drop(program.inbox, f"{sku.lower()}-{number}.jpg", picture)
    drop(program.inbox, "factura.pdf", b"%PDF-1.7\n" + b"x" * 90_000)
    program.json("job", "enqueue", "message_sending", "probe", "--args", '{"fail_times":99}')


def colour(name: str) -> str | None:
    """A colour of the terminal as Rich writes it."""
    if name == "default":
        return None
    return f"#{name}" if re.fullmatch(r"[0-9a-f]{6}", name) else name.replace("brown", "yellow")


def style(cell: pyte.screens.Char) -> Style:
    """How a cell looks."""
    return Style(
        color=colour(cell.fg),
        bgcolor=colour(cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        reverse=cell.reverse,
    )


def written(cells: dict[int, pyte.screens.Char]) -> Text:
    """One line of the terminal with its colours."""
    line = Text(no_wrap=True)
    # Blanks apart from words: not every viewer keeps those that a text begins with.
    for (look, _), run in itertools.groupby(
        cells.values(), lambda cell: (style(cell), cell.data == " ")
    ):
        line.append("".join(cell.data for cell in run), look)
    return line


def wait_still(terminal: Terminal) -> None:
    """Wait until the program has drawn nothing for a moment."""
    seen = [0.0, 0.0]

    def is_still() -> bool:
        if len(terminal.raw) != seen[0]:
            seen[:] = len(terminal.raw), time.monotonic()
        return time.monotonic() - seen[1] > STILL

    wait_for(is_still, "a still screen")


def draw(terminal: Terminal, name: str) -> None:
    """Write what the terminal shows into a file."""
    with Path("/dev/null").open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        for cells in terminal.cells():
            console.print(written(cells))
        drawn = console.export_svg(title="BotOps")
    (FOLDER / f"{name}.svg").write_text(FONT.sub("", drawn), encoding="utf-8")


def main() -> None:
    """Run a shop for a moment and draw Home, Media and Jobs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder  # paths are shown from there on
        program = Program(
            Path(folder) / "casa-flora", "shop.name=Casa Flora", "media.settle_seconds=0.5"
        )
        program.json("init")
        terminal = Terminal(program.argv(), columns=COLUMNS, rows=ROWS)
        try:
            terminal.wait_for("● live")
            fill(program)
            wait_for(lambda: len(program.media("--status", "ready")) == 15, "the photos")
            terminal.wait_for("refused")
            for key, name in (("1", "home"), ("6", "jobs"), ("4", "media")):
                terminal.press(key)
                terminal.wait_for(f"[{key} ")
                wait_still(terminal)
                draw(terminal, name)
            terminal.press("ctrl+q")
            terminal.wait_end()
        finally:
            terminal.close()


if __name__ == "__main__":
    main()
