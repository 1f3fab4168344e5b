"""Bare: the least that Textual can do, a line and an input: the floor for what stands on it."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Bare(App[None]):
    """A program that does nothing."""

    def compose(self) -> ComposeResult:
        """Make a line and an input."""
        yield Static("nothing to see")
        yield Input(placeholder="nothing to say")


if __name__ == "__main__":
    Bare().run()
