"""Troubles: what goes wrong with others' code is said once, and tried again."""

import logging
from collections.abc import Callable, Hashable

logger = logging.getLogger(__name__)


class Troubles:
    """Runs what may fail, and logs the same failure once until it is over."""

    def __init__(self) -> None:
        self._failing: set[Hashable] = set()
        self._said: set[str] = set()

    def survives(self, key: Hashable, action: Callable[[], None], *, what: str) -> bool:
        """Run an action and return whether it went well; `what` begins the log's sentence.

        `key` tells apart what is tried. A thousand files that fail for one reason are one line.
        """
        try:
            action()
        except Exception as error:
            self._failing.add(key)
            if (said := repr(error)) not in self._said:
                self._said.add(said)
                logger.exception("%s; it is tried again", what)
            return False
        self._failing.discard(key)
        if not self._failing:
            self._said.clear()
        return True
