"""Code: a document in colours, to look through."""

from typing import Any

from botops.tui.presenters import code
from botops.tui.widgets.pane import Pane


class Code(Pane):
    """JSON, drawn line by line; what is too long for a line goes on below it."""

    wraps = True

    def show_document(self, value: Any) -> None:
        """Show a document as JSON."""
        self.show(code.document(value))

    def show_text(self, text: str) -> None:
        """Show text that is JSON, or should be."""
        self.show(code.source(text))
