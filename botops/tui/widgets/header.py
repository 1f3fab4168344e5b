"""Header: shop, health, queue and clock, and below them the sections."""

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from botops.kernel import clock
from botops.tui.places import Place
from botops.tui.presenters.cells import Line, line
from botops.tui.presenters.frame import STARTING, Health, tabs, top_line
from botops.tui.presenters.words import MINUTE
from botops.tui.text import contents


class Header(Widget):
    """The two top lines of every section; a click on a section opens it."""

    DEFAULT_CSS = """
    Header {
        dock: top;
        height: 2;
        background: $background;
    }
    """

    class Chosen(Message):
        """Somebody clicked a section."""

        def __init__(self, digit: str) -> None:
            super().__init__()
            self.digit = digit

    def __init__(self, places: tuple[Place, ...], current: str) -> None:
        super().__init__()
        self._places = places
        self._current = current
        self._shop = ""
        self._health = STARTING
        self._queued: int | None = None

    def on_mount(self) -> None:
        """Begin to follow the clock, which is drawn once a minute."""
        self._next_minute()

    def tell(self, shop: str, *, health: Health, queued: int | None) -> None:
        """Show how the shop is; nothing is drawn if it is as it was."""
        told = (shop, health, queued)
        if told != (self._shop, self._health, self._queued):
            self._shop, self._health, self._queued = told
            self.refresh()

    def render(self) -> Content:
        """Return both lines."""
        now = clock.local(clock.epoch()).strftime("%H:%M")
        width = self.size.width
        first = top_line(self._shop, health=self._health, queued=self._queued, now=now, width=width)
        second = [cell for _, cells in self._tabs() for cell in cells]
        return contents([first, line(" ", *second)])

    def on_click(self, event: Click) -> None:
        """Open the section that was clicked."""
        if event.y != 1:
            return
        end = 1
        for digit, cells in self._tabs():
            start, end = end, end + sum(len(cell.text) for cell in cells)
            if start <= event.x < end:
                self.post_message(self.Chosen(digit))

    def _tabs(self) -> list[tuple[str, Line]]:
        return tabs(self._places, self._current, width=self.size.width)

    def _next_minute(self) -> None:
        self.refresh()
        self.set_timer(MINUTE - clock.epoch() % MINUTE + 0.05, self._next_minute)
