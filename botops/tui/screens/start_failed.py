"""Start failed: what happened, what it means and what to do, when the engine does not start."""

import traceback
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from botops.kernel.errors import BotOpsError
from botops.tui.presenters.cells import Cell, Line, Tone, line
from botops.tui.widgets.box import Box
from botops.tui.widgets.lines import Detail


class StartFailed(ModalScreen[None]):
    """A calm panel in three sentences, with the details folded; `q` ends BotOps."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,escape", "app.quit", "Quit", show=False)]
    DEFAULT_CSS = """
    StartFailed {
        align: center middle;
        background: $background 70%;
        & > Box {
            width: 76;
            max-width: 96%;
            height: auto;
            max-height: 90%;
            padding: 1 1;
            background: $surface;
            border: round $error;
            border-title-background: $surface;
        }
        & Detail { height: 14; background: $surface; }
    }
    """

    def __init__(self, error: Exception, home_name: str) -> None:
        super().__init__()
        self._error = error
        self._home_name = home_name

    def compose(self) -> ComposeResult:
        """Make the panel."""
        with Box("BotOps did not start"):
            yield Detail()

    def on_mount(self) -> None:
        """Say the three sentences."""
        trace = "".join(traceback.format_exception(self._error)).splitlines()
        last = f"{type(self._error).__name__}: {self._error}"
        folded = [line(Cell(text, Tone.MUTED)) for text in [last, *trace[-60:]]]
        words = sentences(self._error, self._home_name)
        self.query_one(Detail).show((), words=words, fold=("details", folded))


def sentences(error: Exception, home_name: str) -> list[Line]:
    """Return what happened, what it means and what to do."""
    if isinstance(error, BotOpsError):
        happened, do = error.message, error.hint
    else:
        happened, do = f"The engine stopped with an error: {error}", ""
    return [
        line(Cell(happened, Tone.STRONG)),
        line(""),
        line("Nothing was lost: photos, jobs and settings are as they were."),
        line(""),
        line(do or "Start BotOps again; if it happens again, run botops doctor."),
        line(""),
        line(
            Cell("q", Tone.KEY), Cell("  quit", Tone.MUTED), Cell(f"      {home_name}", Tone.FAINT)
        ),
        line(""),
    ]
