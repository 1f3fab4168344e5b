"""Switching: from section to section, without the pause that hides how one is put together."""

import asyncio

from textual.app import App
from textual.widget import AwaitMount
from typing_extensions import override

BLINK = 0.005  # seconds in which a section that is shown again finds its size


class Switching(App[int]):
    """An app of which a section that stands already is shown at once."""

    _stands_already = False

    @override
    def switch_mode(self, mode: str) -> AwaitMount:
        self._stands_already = bool(self._screen_stacks.get(mode))
        return super().switch_mode(mode)

    @override
    def delay_update(self, delay: float = 0.05) -> None:
        # No timer of Textual's: a busy machine lets a short one pass, and all stays hidden.
        self._begin_batch()
        wait = BLINK if self._stands_already else delay
        asyncio.get_running_loop().call_later(wait, self._show_again)

    def _show_again(self) -> None:
        self._end_batch()
        if not self._batch_count:
            self.screen.refresh()
