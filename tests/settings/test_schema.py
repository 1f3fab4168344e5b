"""Schema: a program that runs takes over what it can, and keeps the rest."""

from pathlib import Path

from botops.settings import Settings, load


def test_what_takes_effect_now_is_taken_over(tmp_path: Path) -> None:
    """What is read when it is needed changes; what was built with a value keeps it."""
    running = Settings()
    media, shop = running.media, running.shop
    others = load(tmp_path / "none", ["media.max_size=60 MB", "media.workers=7", "shop.name=Flora"])
    assert running.follow(others) == ["shop.name", "media.max_size"]
    assert (running.shop.name, running.media.max_size) == ("Flora", 60_000_000)
    assert running.media.workers == 2
    assert (media.max_size, shop.name) == (50_000_000, "My shop")
    assert running.follow(others) == []


def test_what_is_set_back_is_taken_over(tmp_path: Path) -> None:
    """A default is a value like others."""
    running = load(tmp_path / "none", ["shop.currency=PEN", "media.settle_seconds=9"])
    assert running.follow(Settings()) == ["shop.currency", "media.settle_seconds"]
    assert running.model_dump() == Settings().model_dump()
