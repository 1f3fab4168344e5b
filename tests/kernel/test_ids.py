"""Ids: nobody draws one twice, and they sort by time."""

import re
import threading

from botops.kernel import clock, ids


def test_an_id_says_what_it_names() -> None:
    """An id is its prefix and 25 letters and digits that can't be mistaken for each other."""
    assert re.fullmatch(r"evt_[0-9a-hjkmnp-tv-z]{25}", ids.new_id("evt"))


def test_later_ids_are_greater() -> None:
    """Text order is time order, whether a millisecond or a century lies between."""
    made = []
    for moment in (0.0, 1.0, 1_800_000_000.0, 1_800_000_000.001, 4_000_000_000.0):
        with clock.freeze(moment):
            made.append(ids._encode(int(moment * 1000) << 74))
            made.append(ids._encode((int(moment * 1000) << 74) + (1 << 74) - 1))
    assert made == sorted(made)
    assert len(set(map(len, made))) == 1


def test_ids_rise_even_when_the_clock_is_set_back() -> None:
    """Within a process each id is greater than the one before, whatever the clock says."""
    with clock.freeze(clock.epoch() + 5) as frozen:
        made = [ids.new_id("x")]
        for _ in range(200):
            frozen.move(-0.5)
            made.append(ids.new_id("x"))
    assert made == sorted(set(made))


def test_threads_draw_different_ids() -> None:
    """No two threads draw the same id, in one millisecond too."""
    made: list[list[str]] = []

    def draw() -> None:
        made.append([ids.new_id("x") for _ in range(300)])

    with clock.freeze(clock.epoch()):
        threads = [threading.Thread(target=draw) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    drawn = [each for some in made for each in some]
    assert len(set(drawn)) == 1_800
    assert all(some == sorted(some) for some in made)


def test_a_token_is_not_drawn_twice() -> None:
    """128 bits, as 32 hexadecimal digits."""
    tokens = {ids.token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"[0-9a-f]{32}", token) for token in tokens)


def test_jitter_stays_between() -> None:
    """A factor lies between its bounds, and is not always the same."""
    drawn = {ids.jitter(0.8, 1.2) for _ in range(100)}
    assert all(0.8 <= each <= 1.2 for each in drawn)
    assert len(drawn) > 1
