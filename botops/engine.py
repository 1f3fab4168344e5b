"""Engine: builds every part except the screen, starts them in order, stops them in reverse."""

from __future__ import annotations

import logging
import os
import threading
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
from botops.kernel.events import Bus, Changed
from botops.kernel.log import LogPipe, Stderr
from botops.kernel.platform import EngineInfo, InstanceLock
from botops.media.intake import Intake, IntakeRules
from botops.media.library import MediaLibrary
from botops.media.pool import DecodePool
from botops.media.records import Records
from botops.media.tasks import media_tasks
from botops.media.vault import Vault
from botops.media.watcher import InboxWatcher, WatchOptions
from botops.runtime import Health, PartView, Runtime
from botops.security.redact import redact
from botops.settings import load
from botops.store import db
from botops.store.follower import Follower
from botops.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from botops.jobs.run import JobRun
    from botops.kernel.paths import Home
    from botops.settings import Settings

log = logging.getLogger(__name__)
CALENDAR = (Entry("jobs.prune", "17 3 * * *"), Entry("events.prune", "37 3 * * *"))
LOOK_EVERY = 2.0  # seconds between two looks at whether all parts are alive
STOP_SECONDS = 5.0  # for jobs that run when the end comes


class Parts:
    """The parts of a home without anything that runs: what a command needs, too."""

    def __init__(self, home: Home, settings: Settings) -> None:
        """Open the database of a home and build what stands on it.

        Raises:
            BotOpsError: The home, the database or a step of its migration is in trouble.
        """
        self.home, self.settings = home, settings
        db.open(home.database)
        migrate(home.database, home.backups, triggers=[install_counts])
        self.bus = Bus(db.after_commit)
        self.registry = TaskRegistry()
        self.ledger = Ledger(self.registry, self.bus, lease_seconds=settings.jobs.lease_seconds)
        self.workers = _workers(settings)
        self.jobs = JobDesk(self.ledger, Control(self.ledger), self.workers)
        self.history = History(self.bus)
        self.merchants = Merchants(self.bus)
        self.merchants.ensure_default(settings.shop.name)
        self.catalog = Catalog(self.bus, currency=settings.shop.currency)
        self._build_media()
        for task in (
            PROBE,
            prune_jobs(
                keep_days=settings.jobs.keep_days, keep_failed_days=settings.jobs.keep_failed_days
            ),
            prune_events(keep=settings.events.keep),
            *media_tasks(self.intake, self._rescan),
        ):
            self.registry.add(task)

    def _build_media(self) -> None:
        media = self.settings.media
        self.vault = Vault(self.home)
        self.pool = DecodePool(media.workers)
        records = Records(self.bus)
        self.inbox = (media.inbox or self.home.inbox).expanduser().absolute()
        rules = IntakeRules(
            max_size=media.max_size, sizes=media.sizes, keeps_source=self.keeps_source
        )
        self.intake = Intake(self.home, rules, vault=self.vault, pool=self.pool, records=records)
        self.media = MediaLibrary(
            self.inbox,
            vault=self.vault,
            records=records,
            ledger=self.ledger,
            bus=self.bus,
            max_size=media.max_size,
            products_of=self.catalog.names_of,
        )

    @property
    def keeps_source(self) -> bool:
        """Whether files stay in the inbox: by setting, else in each folder that is not ours."""
        chosen = self.settings.media.keep_source
        return chosen if chosen is not None else not self.inbox.is_relative_to(self.home.root)

    def watch_inbox(self) -> None:
        """Make the watcher of the inbox, ready to be started."""
        media = self.settings.media
        self.watcher = InboxWatcher(
            self.inbox,
            self.media.settled,
            options=WatchOptions(
                settle_seconds=media.settle_seconds,
                polling=media.polling,
                make_root=self.inbox.is_relative_to(self.home.root),
            ),
            ignore_seen=self.media.seen,
            on_change=lambda: self.bus.publish(Changed("media")),
        )
        self.media.watch(self.watcher)

    def _rescan(self, _run: JobRun) -> None:
        self.watcher.rescan_now(afresh=True)

    def close(self) -> None:
        """Close what was opened."""
        self.pool.close()
        db.close()


class Engine:
    """A home that runs."""

    def __init__(self, home: Home, overrides: Iterable[str] = (), *, stderr: bool = False) -> None:
        self._home = home
        self._overrides = tuple(overrides)
        self._writes_stderr = stderr
        self._undo = ExitStack()
        self._stopping = threading.Event()
        self._trouble = ""  # of the queue, for as long as it lasts

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
        self._stopping.set()
        self._undo.close()

    def _start(self) -> Runtime:
        home = self._home
        home.make()
        settings = load(home.config, self._overrides)
        lock = InstanceLock(home.lock)
        info = EngineInfo(pid=os.getpid(), started_at=clock.iso(clock.epoch()))
        lock.take(info)
        self._undo.callback(lock.release)
        logs = LogPipe(
            home.log_file,
            level=getattr(logging, settings.log.level.upper()),
            stderr=self._stderr(settings),
            redact=redact,
        )
        self._undo.callback(logs.stop)
        parts = Parts(home, settings)
        self._undo.callback(parts.close)
        parts.vault.clear_tmp()
        parts.watch_inbox()
        health = self._run_parts(parts)
        lock.write(replace(info, ready=True))
        log.info("ready; the inbox is %s", parts.inbox)
        return Runtime(
            home=home,
            settings=settings,
            bus=parts.bus,
            jobs=parts.jobs,
            media=parts.media,
            catalog=parts.catalog,
            history=parts.history,
            merchants=parts.merchants,
            health=health,
            logs=logs.ring,
        )

    def _run_parts(self, parts: Parts) -> Health:
        queues = QueueSystem(parts.ledger, parts.workers, calendar=CALENDAR)
        follower = Follower(queues.nudge, lambda: parts.bus.publish(Changed("*")))
        self._undo.callback(db.checkpoint)
        follower.start()
        self._undo.callback(follower.stop)
        self._undo.callback(parts.pool.close)
        queues.start()
        self._undo.callback(queues.stop, STOP_SECONDS)
        parts.watcher.start()
        self._undo.callback(parts.watcher.stop, STOP_SECONDS)
        keeper = threading.Thread(
            target=self._keep_alive, args=(parts, queues, follower), name="keeper", daemon=True
        )
        keeper.start()
        self._undo.callback(keeper.join, STOP_SECONDS)
        self._undo.callback(self._stopping.set)
        return Health(
            [
                lambda: _queue_view(self._trouble),
                lambda: _watcher_view(parts.watcher, parts.inbox),
                lambda: _disk_view(parts.vault),
            ]
        )

    def _keep_alive(self, parts: Parts, queues: QueueSystem, follower: Follower) -> None:
        """Look after the parts: one that has died is started again, and that is said."""
        before: list[PartView] = []
        while not self._stopping.wait(LOOK_EVERY):
            self._trouble = queues.check()
            if self._trouble:
                log.error("%s", self._trouble)
            if not parts.watcher.is_alive():
                log.error("the watcher had ended and is started again")
                parts.watcher.start()
            if not follower.is_alive():
                log.error("the follower had ended and is started again")
                follower.start()
            now = [
                _queue_view(self._trouble),
                _watcher_view(parts.watcher, parts.inbox),
                _disk_view(parts.vault),
            ]
            if now != before:
                before = now
                parts.bus.publish(Changed("health"))

    def _stderr(self, settings: Settings) -> Stderr:
        return settings.log.format if self._writes_stderr else "none"


def _workers(settings: Settings) -> dict[str, int]:
    return {
        states.MEDIA_PROCESSING: settings.media.workers,
        states.MESSAGE_SENDING: settings.jobs.message_workers,
        states.ORDER_PROCESSING: settings.jobs.order_workers,
        states.WEBHOOK_DELIVERY: settings.jobs.webhook_workers,
    }


def _queue_view(trouble: str) -> PartView:
    return PartView("queue", "degraded" if trouble else "up", trouble)


def _watcher_view(watcher: InboxWatcher, inbox: Path) -> PartView:
    state = watcher.state
    words = {"watching": "up", "polling": "up", "stopped": "starting"}
    return PartView("watcher", words.get(state.word, "down"), state.sentence or str(inbox))


def _disk_view(vault: Vault) -> PartView:
    return PartView("disk", "degraded" if vault.trouble else "up", vault.trouble)
