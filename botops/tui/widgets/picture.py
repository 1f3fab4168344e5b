"""Picture: a thumbnail of ours, as this terminal draws pictures best."""

import os
import sys
from pathlib import Path
from typing import ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from botops.tui.graphics import draws_pictures

_CHANNELS = 3
_DUMB = ("", "dumb", "linux", "unknown")


class Picture(Widget):
    """One picture, as large as its room; decoded in a thread, and only from our own thumbnails."""

    DEFAULT_CSS = """
    Picture {
        height: 1fr;
        min-height: 4;
        align: center middle;
        & > Widget {
            width: auto;
            height: auto;
        }
    }
    """
    real: ClassVar[type[Widget] | None] = None
    """The widget that draws true pictures in this terminal; None is half cells."""

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None
        self._strips: list[Strip] = []

    def compose(self) -> ComposeResult:
        """Make the true picture, if the terminal can."""
        if self.real is not None:
            yield self.real()

    def show(self, path: Path | None) -> None:
        """Show the picture in this file, or none."""
        if path != self._path:
            self._path = path
            self._draw()

    def on_resize(self) -> None:
        """Draw as large as there is room."""
        self._draw()

    def _draw(self) -> None:
        if self.real is not None:
            self.query_one(self.real).image = self._path  # type: ignore[attr-defined]  # all pictures of textual-image have it
        elif self._path is None or self.app.no_color or not self.size.area:
            self._put([])
        else:
            path, width, height = self._path, self.size.width, self.size.height
            self.run_worker(
                lambda: self._decode(path, width=width, height=height),
                thread=True, exclusive=True, group="picture",
            )  # fmt: skip

    def _decode(self, path: Path, *, width: int, height: int) -> None:
        try:
            strips = half_cells(path, width=width, height=height)
        except OSError:  # Removed, or replaced by a newer version, since it was listed.
            strips = []
        if path == self._path:
            self.app.call_later(self._put, strips)

    def _put(self, strips: list[Strip]) -> None:
        self._strips = strips
        self.refresh()

    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._strips):
            return Strip.blank(width, self.rich_style)
        strip = self._strips[y]
        left = (width - strip.cell_length) // 2
        return Strip([Segment(" " * left, self.rich_style), *strip]).adjust_cell_length(
            width, self.rich_style
        )


def half_cells(path: Path, *, width: int, height: int) -> list[Strip]:
    """Return the picture in that room, each cell two pixels, one above the other.

    Raises:
        OSError: There is no such picture.
    """
    # This part of textual-image asks the terminal nothing, unlike its widgets.
    from textual_image._pixeldata import PixelData, PixelMeta

    size = PixelMeta(path)
    scale = min(width / size.width, height * 2 / size.height)
    columns = max(int(size.width * scale), 1)
    rows = max(int(size.height * scale) // 2, 1)
    pixels = PixelData(path, mode="rgb").scaled(columns, rows * 2).pil_image.tobytes()
    return [_half_row(pixels, row, columns=columns) for row in range(rows)]


def _half_row(pixels: bytes, row: int, *, columns: int) -> Strip:
    stride = columns * _CHANNELS
    upper, lower = pixels[2 * row * stride :], pixels[(2 * row + 1) * stride :]
    return Strip([
        Segment("▀", Style(color=_colour(upper, at), bgcolor=_colour(lower, at)))
        for at in range(0, stride, _CHANNELS)
    ], columns)  # fmt: skip


def _colour(pixels: bytes, at: int) -> Color:
    return Color.from_rgb(pixels[at], pixels[at + 1], pixels[at + 2])


def ask_terminal() -> None:
    """Find out how this terminal draws pictures; after the app runs, it no longer answers."""
    inside = any(
        os.environ.get(name) for name in ("TMUX", "STY", "ZELLIJ", "TEXTUAL_DRIVER", "NO_COLOR")
    )
    reading, writing = sys.__stdin__, sys.__stdout__
    if inside or os.environ.get("TERM", "") in _DUMB or reading is None or writing is None:
        return
    if not (reading.isatty() and writing.isatty()):
        return
    if not draws_pictures(reading.fileno(), writing.fileno()):
        return
    from textual_image.renderable import Image, SixelImage, TGPImage

    if Image in (SixelImage, TGPImage):
        from textual_image import widget

        Picture.real = widget.Image
