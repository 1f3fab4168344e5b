"""Fixtures: a folder, and watchers of it that are stopped in the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.media.watcher import WatchOptions
from tests.media.watcher.post import BY_EVENTS, OpenPost, Post


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def open_post(root: Path) -> Iterator[OpenPost]:
    """Makes watchers of the folder, which are stopped at the end."""
    posts: list[Post] = []

    def make(options: WatchOptions = BY_EVENTS) -> Post:
        posts.append(Post(root, options))
        return posts[-1]

    yield make
    assert all(post.watcher.stop(timeout=5) for post in posts)


@pytest.fixture
def post(open_post: OpenPost) -> Post:
    """A watcher that watches by events."""
    return open_post(BY_EVENTS).start()
