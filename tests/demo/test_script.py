"""Script: the afternoon is lively at first, calm later, and the same for the same seed."""

from collections.abc import Iterator
from itertools import accumulate, takewhile

import pytest

from botops.demo.script import (
    FIRST,
    TAKES,
    Happening,
    Pause,
    Photos,
    Resume,
    Sale,
    Scrap,
    Work,
    afternoon,
)

SKUS = ("ROSA-12", "GIRASOL-6", "CACTUS-1", "MONSTERA-1")
HOUR, DAY = 3600, 86_400


def until(seconds: float, seed: int = 7) -> Iterator[tuple[float, Happening]]:
    """What happens until then, each with its moment."""
    script, moments = afternoon(SKUS, seed), afternoon(SKUS, seed)
    at = accumulate(pause for pause, _ in moments)
    happenings = (happening for _, happening in script)
    return takewhile(lambda each: each[0] <= seconds, zip(at, happenings, strict=False))


def test_the_same_seed_gives_the_same_afternoon() -> None:
    """A demo can be shown again; another seed gives another one."""
    assert list(until(HOUR)) == list(until(HOUR))
    assert list(until(HOUR)) != list(until(HOUR, seed=8))


def test_the_first_seconds_show_everything() -> None:
    """Photos, files that are none, work that is done, tried again and given up, and a sale."""
    seen = [happening for _, happening in until(5)]
    assert {type(each) for each in seen} >= {Photos, Scrap, Work, Sale}
    work = [each for each in seen if isinstance(each, Work)]
    assert any(each.fails == 0 for each in work)
    assert any(0 < each.fails < each.tries for each in work)
    assert any(each.fails >= each.tries for each in work)


def test_the_rest_is_calm() -> None:
    """After the first minutes a few things happen in each, never a crowd."""
    moments = [at for at, _ in until(HOUR) if at > 120]
    minutes = [sum(start <= at < start + 60 for at in moments) for start in range(120, HOUR, 60)]
    assert max(minutes) <= 20
    assert min(minutes) >= 2


def test_each_product_gets_its_photos() -> None:
    """In the course of the day each product gets its photos, named so that they find it."""
    names = [
        shot.name
        for _, happening in until(DAY)
        if isinstance(happening, Photos)
        for shot in happening.shots
    ]
    for sku in SKUS:
        assert any(name.rpartition(".")[0] == sku for name in names)
        for take in range(2, TAKES + 1):
            assert f"{sku}-{take}.jpg" in names


def test_a_long_demo_fills_neither_disk_nor_lists() -> None:
    """In a whole day only so many photos differ, and only so many things fail or are refused."""
    happenings = [happening for _, happening in until(DAY)]
    shots = {
        (shot.sku, shot.take, shot.width, shot.is_grainy, shot.part)
        for each in happenings
        if isinstance(each, Photos)
        for shot in each.shots
    }
    assert len(shots) <= len(SKUS) * TAKES + len(FIRST) + 5
    assert sum(isinstance(each, Scrap) for each in happenings) <= 5
    given_up = [each for each in happenings if isinstance(each, Work) and each.fails >= each.tries]
    assert 2 <= len(given_up) <= 5


@pytest.mark.parametrize("seed", range(5))
def test_a_pause_comes_to_its_end(seed: int) -> None:
    """A queue that the demo pauses goes on soon, before anything else is paused."""
    paused: dict[str, float] = {}
    for at, happening in until(HOUR, seed):
        if isinstance(happening, Pause):
            assert not paused
            paused[happening.queue] = at
        elif isinstance(happening, Resume):
            assert at - paused.pop(happening.queue) < 60
    assert not paused or at - min(paused.values()) < 60
