"""Feature: everything about pictures, put together for one home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botops.kernel.events import Bus, Changed
from botops.kernel.health import Part, PartView
from botops.media.inbox import nothing_seen
from botops.media.intake import Intake, IntakeRules
from botops.media.library import MediaLibrary, ProductsOf
from botops.media.pool import DecodePool
from botops.media.records import Records
from botops.media.tasks import media_tasks
from botops.media.vault import Vault
from botops.media.watcher import InboxWatcher, WatchOptions

if TYPE_CHECKING:
    from botops.jobs.ledger import Ledger
    from botops.jobs.registry import Task
    from botops.jobs.run import JobRun
    from botops.kernel.paths import Home
    from botops.settings.schema import Media as MediaSettings


class MediaFeature:
    """The parts that pictures need; nothing runs before the watcher is started."""

    def __init__(
        self,
        home: Home,
        settings: MediaSettings,
        *,
        ledger: Ledger,
        bus: Bus,
        products_of: ProductsOf,
    ) -> None:
        self.inbox = (settings.inbox or home.inbox).expanduser().absolute()
        self._is_ours = self.inbox.is_relative_to(home.root)
        chosen = settings.keep_source
        self.keeps_source = chosen if chosen is not None else not self._is_ours
        self.vault = Vault(home)
        self.pool = DecodePool(settings.workers)
        records = Records(bus)
        rules = IntakeRules(
            max_size=settings.max_size, sizes=settings.sizes, keeps_source=self.keeps_source
        )
        self._intake = Intake(home, rules, vault=self.vault, pool=self.pool, records=records)
        self.library = MediaLibrary(
            self.inbox,
            vault=self.vault,
            records=records,
            ledger=ledger,
            max_size=settings.max_size,
            products_of=products_of,
        )
        self.watcher = self._new_watcher(settings, bus)
        self.library.watch(self.watcher)

    def tasks(self) -> tuple[Task, ...]:
        """Return the kinds of jobs that pictures need."""
        return media_tasks(self._intake, self._rescan)

    def parts(self) -> list[Part]:
        """Return what is looked after while the home runs."""
        return [Part(self._watcher_view, self._mend_watcher), Part(self._disk_view)]

    def _new_watcher(self, settings: MediaSettings, bus: Bus) -> InboxWatcher:
        return InboxWatcher(
            self.inbox,
            self.library.settled,
            options=WatchOptions(
                settle_seconds=settings.settle_seconds,
                polling=settings.polling,
                make_root=self._is_ours,
            ),
            # An inbox of ours is emptied: what lies there again, or still (killed between storing
            # and removing), has to be taken in however well it is known.
            ignore_seen=self.library.seen if self.keeps_source else nothing_seen,
            on_change=lambda: bus.publish(Changed("media")),
        )

    def _rescan(self, _run: JobRun) -> None:
        self.watcher.rescan_now(afresh=True)

    def _watcher_view(self) -> PartView:
        state = self.watcher.state
        is_up = state.word in ("watching", "polling")
        return PartView("watcher", "up" if is_up else "down", state.sentence)

    def _mend_watcher(self) -> str:
        if self.watcher.is_alive():
            return ""
        self.watcher.start()
        return "The watcher had ended and is started again."

    def _disk_view(self) -> PartView:
        full = self.vault.trouble
        return PartView("disk", "degraded" if full else "up", full)
