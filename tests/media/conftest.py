"""Fixtures: pictures lying in a folder, and pools that are closed in the end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from botops.media.pool import DecodePool
from tests.media import photos
from tests.media.children import Drop, rough
from tests.media.shop import Shop


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    """Lays a picture down under a name."""

    def run(name: str = "photo", data: bytes | None = None) -> Path:
        path = tmp_path / name
        path.write_bytes(photos.jpeg() if data is None else data)
        return path

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the variants go."""
    made = tmp_path / "tmp"
    made.mkdir()
    return made


@pytest.fixture
def start() -> Iterator[Callable[..., DecodePool]]:
    """Starts pools, and closes them in the end."""
    with ExitStack() as pools:
        yield lambda size=1, *, argv=rough, **options: pools.enter_context(
            DecodePool(size, argv=argv, **options)
        )


@pytest.fixture
def shop(tmp_path: Path, database: Path) -> Iterator[Shop]:
    """A home whose photos are taken in by hand."""
    shop = Shop(tmp_path / "home")
    yield shop
    shop.feature.close()
