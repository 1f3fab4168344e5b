"""Photos: killed at random moments while they pour in, nothing is lost, halved or told twice."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.program import wait_for
from tests.torture.dropper import Dropper
from tests.torture.victim import Autopsy, Victim

KILLS = 100
PHOTOS = 2_000
PATIENCE = 600.0  # seconds for what is left after the last kill


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Victim]:
    """A home with an engine to be killed."""
    victim = Victim(tmp_path / "home", "media.settle_seconds=0.3")
    yield victim
    victim.close()


@pytest.mark.torture
def test_kills_lose_no_photo(
    victim: Victim,
    portion: Callable[[int], int],
    dice: random.Random,
    pytestconfig: pytest.Config,
) -> None:
    """Each dropped content is a whole picture or a reject with its reason; each file is told
    once; the inbox is empty, no job is stuck, and nothing half done is left.
    """
    kills, photos = portion(KILLS), portion(PHOTOS)
    longest = 8.0 if pytestconfig.getoption("--whole") else 4.0
    pauses = [dice.uniform(2.0, longest) for _ in range(kills)]
    dropper = Dropper(victim.inbox, photos, seconds=sum(pauses) * 0.9, dice=dice)
    began = time.monotonic()
    dropper.start()
    for pause in pauses:
        victim.start()
        time.sleep(pause)  # the moment of the kill is left to chance
        victim.kill()
    killed = time.monotonic() - began
    victim.serve()
    dropper.join(PATIENCE)
    wait_for(victim.is_done, "the end of the work", seconds=PATIENCE)
    assert victim.half_done() == []
    code, _, _ = victim.stop()
    assert code == 0
    autopsy = Autopsy(victim, dropper.dropped)
    autopsy.assert_nothing_is_wrong()
    assert not any((victim.home / "tmp").iterdir())
    report(autopsy, f"{kills} kills in {killed:.0f} s", time.monotonic() - began)


def report(autopsy: Autopsy, what: str, seconds: float) -> None:
    """Print what happened, for `-s`."""
    files = sum(map(len, autopsy.dropped.values()))
    rescued = autopsy.victim.ask("SELECT coalesce(sum(rescue_count), 0) FROM jobs")[0][0]
    print(  # noqa: T201 - the figures of a torture run are for a person
        f"\n{what}: {files} files, {len(autopsy.dropped)} contents -> {len(autopsy.ready)} "
        f"pictures, {len(autopsy.refused)} rejects; 0 lost, 0 half files, 0 jobs stuck, 0 told "
        f"twice; {rescued} jobs were cut short; {seconds:.0f} s in all"
    )
