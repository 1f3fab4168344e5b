"""Empty: why a list has no rows, and what fills it."""

from textual.widgets import Static

from botops.tui.presenters.cells import Line
from botops.tui.text import contents


class Empty(Static):
    """Three lines in the middle of a list: why, what fills it, which key."""

    DEFAULT_CSS = """
    Empty {
        height: 1fr;
        width: 1fr;
        content-align: center middle;
        text-align: center;
        display: none;
        padding: 0 2;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def tell(self, *lines: Line) -> None:
        """Say why there is nothing; no lines hide it."""
        self.display = bool(lines)
        self.update(contents(lines))
