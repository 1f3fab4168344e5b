"""Engine: builds every part except the screen, starts them in order, stops them in reverse."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from botops.jobs.calendar import Entry
from botops.jobs.system import QueueSystem
from botops.kernel import clock
from botops.kernel.errors import StorageTrouble
from botops.kernel.events import Changed
from botops.kernel.health import Keeper, Part, PartView
from botops.kernel.log import LogPipe
from botops.kernel.platform import EngineInfo, InstanceLock
from botops.parts import Parts
from botops.preferences.live import LiveSettings
from botops.remote.server import Server
from botops.security.redact import redact
from botops.settings import load
from botops.store import db
from botops.store.follower import Follower

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botops.kernel.paths import Home
    from botops.runtime import Runtime
    from botops.settings import Settings

log = logging.getLogger(__name__)
CALENDAR = (Entry("jobs.prune", "17 3 * * *"), Entry("events.prune", "37 3 * * *"))
STOP_SECONDS = 5.0  # for work in hand when the end comes


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
        parts = Parts(home, settings, overrides=self._overrides, checked=True)
        self._undo.callback(parts.close)
        self._undo.callback(db.checkpoint)
        parts.pictures.recover()
        runtime = parts.runtime(self._run(parts, self._live(parts, logs)), logs.ring)
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

    def _live(self, parts: Parts, logs: LogPipe) -> LiveSettings:
        """Let everything here follow the settings when somebody changes them."""

        def follow(fresh: Settings) -> None:
            if changed := parts.follow(fresh):
                logs.set_level(_level(parts.settings))
                log.info("settings that were changed take effect: %s", ", ".join(changed))
            parts.bus.publish(Changed("settings"))

        live = LiveSettings(self._home.config, self._overrides, follow=follow)
        self._undo.callback(parts.bus.subscribe(Changed, live.hear))
        return live

    def _log(self, settings: Settings) -> LogPipe:
        pipe = LogPipe(
            self._home.log_file,
            level=_level(settings),
            stderr=settings.log.format if self._writes_stderr else "none",
            redact=redact,
        )
        self._undo.callback(pipe.stop)
        return pipe

    def _run(self, parts: Parts, live: LiveSettings) -> Keeper:
        queues = QueueSystem(parts.ledger, parts.workers, calendar=CALENDAR)
        follower = Follower(queues.nudge, lambda: parts.bus.publish(Changed("*")))
        watcher = parts.pictures.watcher
        keeper = Keeper(
            [*_kept(queues, follower), *parts.pictures.parts(), live.part()],
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


def _level(settings: Settings) -> int:
    return logging.getLevelNamesMapping()[settings.log.level.upper()]


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
