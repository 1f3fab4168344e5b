"""Timeline: what happened to a thing, moment below moment."""

from collections.abc import Sequence

from botops.tui.presenters.timeline import Moment, timeline
from botops.tui.widgets.pane import Pane


class Timeline(Pane):
    """Moments in their order, joined by a line, each with what it was and more about it."""

    def tell(self, moments: Sequence[Moment]) -> None:
        """Show these moments."""
        self.show(timeline(moments))
