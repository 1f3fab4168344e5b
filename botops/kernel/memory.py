"""Memory: keeps the search for dead cycles out of the way of the first frame and of the keys.

A start makes 150,000 objects that stay. To go through all of them again and again takes a
seventh of the time to the first frame, and later stops everything for 0.1 s, keys included.
"""

from __future__ import annotations

import gc


def postpone_search() -> None:
    """Search no more, until `settle`."""
    gc.disable()


def settle() -> None:
    """Search once, and from then on only among what is made later."""
    gc.collect()
    gc.freeze()
    gc.enable()
