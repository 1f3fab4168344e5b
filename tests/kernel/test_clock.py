"""Clock: one source of time, naive UTC, that tests can stop."""

from datetime import UTC, datetime

import pytest

from botops.kernel import clock

NOW = 1_795_430_526.12


def test_the_clock_runs() -> None:
    """Unfrozen, the clock tells the time of the machine."""
    before = datetime.now(tz=UTC).timestamp()
    assert before <= clock.epoch() <= before + 60
    assert clock.utcnow().tzinfo is None
    assert clock.monotonic() <= clock.monotonic()


def test_a_frozen_clock_stands_for_everybody() -> None:
    """Within the block every question has the same answer, until the clock is moved."""
    with clock.freeze(NOW) as frozen:
        assert clock.epoch() == clock.epoch() == NOW
        assert clock.utcnow() == datetime(2026, 11, 23, 10, 42, 6, 120_000)  # noqa: DTZ001 - naive, as stored
        frozen.move(-60)
        assert clock.epoch() == NOW - 60
        with clock.freeze(0):
            assert clock.epoch() == 0
        assert clock.epoch() == NOW - 60
    assert clock.epoch() != NOW - 60


def test_the_clock_runs_again_after_an_error() -> None:
    """A test that fails leaves no frozen clock to the next."""

    def fail() -> None:
        with clock.freeze(NOW):
            raise ValueError("stop")

    with pytest.raises(ValueError, match=r"^stop$"):
        fail()
    assert clock.epoch() != NOW


@pytest.mark.parametrize("seconds", [0.0, NOW, -1.5, 253_402_300_799.999])
def test_moments_go_to_and_fro(seconds: float) -> None:
    """Seconds and moments say the same, before 1970 and far off too."""
    assert clock.to_epoch(clock.from_epoch(seconds)) == pytest.approx(seconds, abs=1e-5)


def test_a_moment_is_written_as_in_the_contract() -> None:
    """ISO text with milliseconds and a Z, from seconds as from a moment."""
    assert clock.iso(NOW) == clock.iso(clock.from_epoch(NOW)) == "2026-11-23T10:42:06.120Z"
    assert clock.iso(0) == "1970-01-01T00:00:00.000Z"
    assert clock.iso_or_none(None) is None
    assert clock.iso_or_none(0) == "1970-01-01T00:00:00.000Z"


def test_a_person_reads_local_time() -> None:
    """What a person reads is the same moment in the machine's time zone."""
    assert clock.local(NOW).timestamp() == pytest.approx(NOW)
    assert clock.local(NOW).utcoffset() is not None
