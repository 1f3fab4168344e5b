"""Switching: from section to section at once, since each is made before somebody opens it."""

import asyncio

from textual.app import App
from textual.widget import AwaitMount
from typing_extensions import override

from botops.kernel import memory

BLINK = 0.005  # seconds in which a section that is shown again finds its size


class Switching(App[int]):
    """An app that makes its sections while nobody waits, and shows one that stands at once."""

    WARM_UP = 0.4
    """Seconds until a section is made that nobody has opened yet."""

    _stands_already = False
    _is_leaving = False

    def warm_up_soon(self) -> None:
        """Make the sections that nobody has opened yet, so that they open fast, one at a time."""
        self.set_timer(self.WARM_UP, self._warm_up)

    def _warm_up(self) -> None:
        cold = next((name for name in self._modes if name not in self._screen_stacks), None)
        if cold is None:
            memory.settle()
        elif not self._is_leaving:
            self._init_mode(cold)  # No public way makes the screen of a mode without showing it.
            self.warm_up_soon()

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
