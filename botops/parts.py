"""Parts: everything of a home that does not run by itself, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.accounts.merchants import Merchants
from botops.audit.trail import Trail
from botops.catalog.service import Catalog
from botops.events.history import History
from botops.events.prune import prune_task as prune_events
from botops.jobs import states
from botops.jobs.control import Control
from botops.jobs.counts import install_counts
from botops.jobs.desk import JobDesk
from botops.jobs.ledger import Ledger
from botops.jobs.probe import PROBE
from botops.jobs.prune import prune_task as prune_jobs
from botops.jobs.registry import TaskRegistry
from botops.kernel.events import Bus
from botops.media.feature import MediaFeature, inbox_of
from botops.preferences.desk import SettingsDesk
from botops.runtime import Runtime
from botops.store import db
from botops.store.migrate import Migrated
from botops.store.opening import open_for_reading, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botops.kernel.health import PartView
    from botops.kernel.log import Ring
    from botops.kernel.paths import Home
    from botops.settings import Settings


class Parts:
    """The parts of a home, and nothing that runs: all that a command needs, too."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        *,
        overrides: Iterable[str] = (),
        checked: bool = False,
        reads_only: bool = False,
    ) -> None:
        """Open the database of a home, read over if `checked`, and build what stands on it.

        `overrides` are what the command line has put into the settings. With `reads_only` it is
        another process that keeps the database: it stays as it is.

        Raises:
            BotOpsError: The home, the database or a step of its migration is in trouble.
        """
        self.home, self.settings = home, settings
        if reads_only:
            open_for_reading(home)
            self.migrated = Migrated(())
        else:
            self.migrated = open_store(home, triggers=[install_counts], checked=checked)
        self.bus = Bus(db.after_commit)
        registry = TaskRegistry()
        self.ledger = Ledger(registry, self.bus, lease_seconds=settings.jobs.lease_seconds)
        self.workers = _workers(settings)
        self.jobs = JobDesk(self.ledger, Control(self.ledger), workers=self.workers)
        self.history = History(self.bus)
        self.trail = Trail()
        self.preferences = SettingsDesk(
            home,
            bus=self.bus,
            trail=self.trail,
            overrides=overrides,
            running=settings,
            check=lambda wanted: inbox_of(home, wanted.media.inbox),
        )
        self.merchants = Merchants(self.bus)
        self.merchants.ensure_default(settings.shop.name)
        self.catalog = Catalog(self.bus, currency=settings.shop.currency)
        self.pictures = MediaFeature(
            home,
            settings.media,
            ledger=self.ledger,
            bus=self.bus,
            products_of=self.catalog.names_of,
        )
        self.media = self.pictures.library
        jobs = settings.jobs
        for task in (
            PROBE,
            prune_jobs(keep_days=jobs.keep_days, keep_failed_days=jobs.keep_failed_days),
            prune_events(keep=settings.events.keep),
            *self.pictures.tasks(),
        ):
            registry.add(task)

    def runtime(self, health: Callable[[], list[PartView]], logs: Ring) -> Runtime:
        """Return what the faces may use."""
        return Runtime(
            home=self.home,
            settings=self.settings,
            bus=self.bus,
            jobs=self.jobs,
            media=self.media,
            catalog=self.catalog,
            history=self.history,
            merchants=self.merchants,
            trail=self.trail,
            preferences=self.preferences,
            health=health,
            logs=logs,
        )

    def follow(self, settings: Settings) -> list[str]:
        """Take over what can be while all runs, from settings that were changed; return which."""
        changed = self.settings.follow(settings)
        if changed:
            self.catalog.use_currency(self.settings.shop.currency)
            self.pictures.follow(self.settings.media)
        return changed

    def close(self) -> None:
        """Close what was opened."""
        self.pictures.close()
        db.close()


def _workers(settings: Settings) -> dict[str, int]:
    return {
        states.MEDIA_PROCESSING: settings.media.workers,
        states.MESSAGE_SENDING: settings.jobs.message_workers,
        states.ORDER_PROCESSING: settings.jobs.order_workers,
        states.WEBHOOK_DELIVERY: settings.jobs.webhook_workers,
    }
