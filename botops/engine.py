"""Engine: builds every part except the screen, starts them in order, stops them in reverse."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from botops.accounts.merchants import Merchants
from botops.catalog.service import Catalog
from botops.events.history import History
from botops.events.prune import prune_task as prune_events
from botops.jobs import states
from botops.jobs.calendar import Entry
from botops.jobs.control import Control
from botops.jobs.counts import install_counts
from botops.jobs.desk import JobDesk
from botops.jobs.ledger import Ledger
from botops.jobs.probe import PROBE
from botops.jobs.prune import prune_task as prune_jobs
from botops.jobs.registry import TaskRegistry
from botops.jobs.system import QueueSystem
from botops.kernel import clock
from botops.kernel.errors import StorageTrouble
from botops.kernel.events import Bus, Changed
from botops.kernel.health import Keeper, Part, PartView
from botops.kernel.log import LogPipe
from botops.kernel.platform import EngineInfo, InstanceLock
from botops.media.feature import MediaFeature
from botops.remote.server import Server
from botops.runtime import Runtime
from botops.security.redact import redact
from botops.settings import load
from botops.store import db
from botops.store.follower import Follower
from botops.store.migrate import Migrated
from botops.store.opening import open_for_reading, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botops.kernel.log import Ring
    from botops.kernel.paths import Home
    from botops.settings import Settings

log = logging.getLogger(__name__)
CALENDAR = (Entry("jobs.prune", "17 3 * * *"), Entry("events.prune", "37 3 * * *"))
STOP_SECONDS = 5.0  # for work in hand when the end comes


class Parts:
    """The parts of a home, and nothing that runs: all that a command needs, too."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        *,
        checked: bool = False,
        reads_only: bool = False,
    ) -> None:
        """Open the database of a home, read over if `checked`, and build what stands on it.

        With `reads_only` it is another process that keeps the database: it stays as it is.

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
            health=health,
            logs=logs,
        )

    def close(self) -> None:
        """Close what was opened."""
        self.pictures.close()
        db.close()


class Engine:
    """A home that runs."""

    def __init__(
        self, home: Home, overrides: Iterable[str] = (), *, writes_stderr: bool = False
    ) -> None:
        """Make an engine; `writes_stderr` is for when no screen is there to be drawn over."""
        self._home = home
        self._overrides = tuple(overrides)
        self._writes_stderr = writes_stderr
        self._undo = ExitStack()

    def start(self) -> Runtime:
        """Start everything; return what the faces need.

        Raises:
            AlreadyRunning: Another process runs this home.
            BotOpsError: Something is in the way; nothing is left running.
        """
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything, in reverse; what was not done is put back."""
        self._undo.close()

    def _start(self) -> Runtime:
        home = self._home
        home.make()
        settings = load(home.config, self._overrides)
        lock = InstanceLock(home.lock)
        info = EngineInfo(pid=os.getpid(), started_at=clock.iso(clock.epoch()))
        lock.take(info)
        self._undo.callback(lock.release)
        logs = self._log(settings)
        parts = Parts(home, settings, checked=True)
        self._undo.callback(parts.close)
        self._undo.callback(db.checkpoint)
        parts.pictures.recover()
        runtime = parts.runtime(self._run(parts), logs)
        lock.write(replace(info, ready=True, socket=self._let_in(runtime)))
        log.info("ready; the inbox is %s", parts.media.inbox)
        return runtime

    def _let_in(self, runtime: Runtime) -> str | None:
        """Let screens attach; return where, or None where there can be no socket."""
        server = Server(runtime, self._home.socket)
        self._undo.callback(server.stop)
        try:
            return server.start()
        except (OSError, StorageTrouble) as error:
            log.warning("no screen can attach: %s", error)
            return None

    def _log(self, settings: Settings) -> Ring:
        pipe = LogPipe(
            self._home.log_file,
            level=getattr(logging, settings.log.level.upper()),
            stderr=settings.log.format if self._writes_stderr else "none",
            redact=redact,
        )
        self._undo.callback(pipe.stop)
        return pipe.ring

    def _run(self, parts: Parts) -> Keeper:
        queues = QueueSystem(parts.ledger, parts.workers, calendar=CALENDAR)
        follower = Follower(queues.nudge, lambda: parts.bus.publish(Changed("*")))
        watcher = parts.pictures.watcher
        keeper = Keeper(
            [*_kept(queues, follower), *parts.pictures.parts()],
            lambda: parts.bus.publish(Changed("health")),
        )
        for start, stop in (
            (follower.start, follower.stop),
            (queues.start, lambda: queues.stop(STOP_SECONDS)),
            (watcher.start, lambda: watcher.stop(STOP_SECONDS)),
            (keeper.start, keeper.stop),
        ):
            self._undo.callback(stop)
            start()
        return keeper


def _kept(queues: QueueSystem, follower: Follower) -> list[Part]:
    trouble = ""

    def mend_queues() -> str:
        nonlocal trouble
        trouble = queues.check()
        return trouble

    def mend_follower() -> str:
        if follower.is_alive():
            return ""
        follower.start()
        return "The follower of other processes had ended and is started again."

    return [
        Part(lambda: PartView("queue", "degraded" if trouble else "up", trouble), mend_queues),
        Part(lambda: PartView("database", "up"), mend_follower),
    ]


def _workers(settings: Settings) -> dict[str, int]:
    return {
        states.MEDIA_PROCESSING: settings.media.workers,
        states.MESSAGE_SENDING: settings.jobs.message_workers,
        states.ORDER_PROCESSING: settings.jobs.order_workers,
        states.WEBHOOK_DELIVERY: settings.jobs.webhook_workers,
    }
