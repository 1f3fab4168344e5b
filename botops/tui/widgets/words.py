"""Words: lines of text that are drawn only when they change, and arranged only when they grow."""

from collections.abc import Sequence

from textual.widgets import Static

from botops.tui.presenters.cells import Line
from botops.tui.text import contents


class Words(Static):
    """Text in tones; an arrangement of the whole screen costs ten times as much as a line."""

    DEFAULT_CSS = """
    Words { height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget of Textual
        super().__init__(id=id, markup=False)
        self._lines: Sequence[Line] = ()

    def tell(self, lines: Sequence[Line]) -> None:
        """Show these lines; nothing is drawn if they are as they were."""
        if lines != self._lines:
            grows = len(lines) != len(self._lines) or self.styles.is_auto_width
            self._lines = lines
            self.update(contents(lines), layout=grows or self._wraps)

    @property
    def _wraps(self) -> bool:
        return self.styles.text_wrap != "nowrap"
