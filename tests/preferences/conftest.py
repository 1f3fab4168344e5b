"""Fixtures: a home with its database, and the desk at which its settings are changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from botops.audit import AuditQuery, EntryView, Trail
from botops.kernel.events import Bus, Changed
from botops.kernel.paths import Home
from botops.preferences.desk import SettingsDesk
from botops.preferences.secret_store import SecretStore
from botops.security.keys import ensure_key
from botops.store import db

SECRET = "EAAGm0PX4ZCpsBAKZA8f2c"
OTHER = "EAAGm0PX4ZCpsBAKZAab12"
TOKEN = "whatsapp.access_token"


@pytest.fixture
def home(tmp_path: Path, database: Path) -> Home:
    """A home that has its key."""
    home = Home(tmp_path / "home")
    home.make()
    ensure_key(home.key)
    return home


@pytest.fixture
def store(home: Home) -> SecretStore:
    """The secrets of the home."""
    return SecretStore(home.key)


@pytest.fixture
def news() -> list[str]:
    """The topics that were told."""
    return []


@pytest.fixture
def desk_with(home: Home, news: list[str]) -> Callable[..., SettingsDesk]:
    """Makes a desk, with what the command line has set."""

    def make(*overrides: str) -> SettingsDesk:
        bus = Bus(db.after_commit)
        bus.subscribe(Changed, lambda changed: news.append(changed.topic))
        return SettingsDesk(home, bus=bus, trail=Trail(), overrides=overrides)

    return make


@pytest.fixture
def desk(desk_with: Callable[..., SettingsDesk]) -> SettingsDesk:
    """The desk."""
    return desk_with()


def entries() -> list[EntryView]:
    """What the trail says about settings, oldest first."""
    return Trail().entries(AuditQuery(target_type="settings")).items[::-1]


def files_with(folder: Path, text: str) -> list[str]:
    """The names of files below a folder in which a text stands, as it is or in base64."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    ]
