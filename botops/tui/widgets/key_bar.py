"""Key bar: the bottom line, made from the records of the keys that work here."""

from collections.abc import Collection, Sequence

from textual.content import Content
from textual.events import Click
from textual.widget import Widget

from botops.tui.keymap import Fact, Key
from botops.tui.presenters.cells import Line, line
from botops.tui.presenters.footer import footer
from botops.tui.text import content


class KeyBar(Widget):
    """The keys that fit, `? Keys` first; a click presses one."""

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: 1;
        background: $footer-background;
    }
    """

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self._keys = tuple(keys)
        self._facts: frozenset[Fact] = frozenset()

    def tell(self, facts: Collection[Fact]) -> None:
        """Show which keys work now; nothing is drawn if they are as they were."""
        if frozenset(facts) != self._facts:
            self._facts = frozenset(facts)
            self.refresh()

    def render(self) -> Content:
        """Return the line."""
        cells = [cell for _, shown in self._shown() for cell in (*shown, *line("   "))]
        return content(" ", *cells)

    async def on_click(self, event: Click) -> None:
        """Press the key that was clicked."""
        end = 1
        for key, cells in self._shown():
            start, end = end, end + sum(len(cell.text) for cell in cells) + 3
            if start <= event.x < end:
                await self.run_action(f"screen.key('{key.id}')")
                return

    def _shown(self) -> list[tuple[Key, Line]]:
        return footer(self._keys, self._facts, width=self.size.width)
