"""Memory: what has come to stay is searched no more, and what comes later is."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from botops.kernel import memory


class Ring:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _searching() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_searched_while_the_program_starts() -> None:
    """A dead cycle stays while the search is postponed, and goes once all has settled."""
    memory.postpone_search()
    ring = weakref.ref(Ring())
    assert not gc.isenabled()
    assert ring() is not None
    memory.settle()
    assert gc.isenabled()
    assert ring() is None


def test_what_has_come_to_stay_is_left_alone() -> None:
    """The search passes over what was there when all settled; a later cycle goes as ever."""
    memory.settle()
    assert gc.get_freeze_count() > 1000
    ring = weakref.ref(Ring())
    gc.collect()
    assert ring() is None
