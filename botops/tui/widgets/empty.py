"""Empty: why a list has no rows, and what fills it."""

from collections.abc import Sequence

from typing_extensions import override

from botops.tui.presenters.cells import Line
from botops.tui.widgets.words import Words


class Empty(Words):
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

    @override
    def tell(self, lines: Sequence[Line]) -> None:
        """Say why there is nothing; no lines hide it."""
        self.display = bool(lines)
        super().tell(lines)
