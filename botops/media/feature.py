"""Feature: everything about pictures, put together for one home."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from botops.kernel.errors import UsageProblem
from botops.kernel.events import Bus, Changed
from botops.kernel.health import Part, PartView
from botops.media.inbox import nothing_seen
from botops.media.intake import Intake, IntakeRules
from botops.media.library import MediaLibrary, ProductsOf
from botops.media.pool import DecodePool
from botops.media.records import Records
from botops.media.sources import put_back
from botops.media.tasks import media_tasks
from botops.media.vault import Vault
from botops.media.watcher import InboxWatcher, WatchOptions

if TYPE_CHECKING:
    from pathlib import Path

    from botops.jobs.ledger import Ledger
    from botops.jobs.registry import Task
    from botops.jobs.run import JobRun
    from botops.kernel.paths import Home
    from botops.settings.sections import Media as MediaSettings

log = logging.getLogger(__name__)


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
        self.inbox = inbox_of(home, settings.inbox)
        self._rules = rules = IntakeRules(
            max_size=settings.max_size,
            sizes=settings.sizes,
            home=home.root,
            keep_source=settings.keep_source,
        )
        self.keeps_source = rules.keeps(self.inbox / "any")
        self._is_ours = self.inbox.is_relative_to(home.root)
        self.vault = Vault(home)
        self.pool = DecodePool(settings.workers)
        self._records = Records(bus)
        self._intake = Intake(rules, vault=self.vault, pool=self.pool, records=self._records)
        self.library = MediaLibrary(
            self.inbox,
            vault=self.vault,
            records=self._records,
            ledger=ledger,
            rules=rules,
            products_of=products_of,
        )
        self.watcher = self._new_watcher(settings, bus)
        self.library.watch(self.watcher)

    def tasks(self) -> tuple[Task, ...]:
        """Return the kinds of jobs that pictures need."""
        return media_tasks(self._intake, self._rescan)

    def follow(self, settings: MediaSettings) -> None:
        """Go by settings that were changed, as far as that can be while all runs."""
        self._rules.max_size, self._rules.sizes = settings.max_size, settings.sizes
        self.watcher.rest_for(settings.settle_seconds)

    def parts(self) -> list[Part]:
        """Return what is looked after while the home runs."""
        return [Part(self._watcher_view, self._mend_watcher), Part(self._disk_view)]

    def recover(self) -> None:
        """Remove what a run that was killed left half done; for whoever has the home's lock."""
        if left := self.vault.bench.clear(self._rescue):
            log.info("%d half-done things of an earlier run are removed", left)

    def close(self) -> None:
        """End the decoding processes, and leave nothing half done behind."""
        self.pool.close()
        self.vault.bench.close()

    def _rescue(self, file: Path, name: str) -> None:
        """Give a file back that was on its way out of the inbox, unless it is stored."""
        with file.open("rb") as reading:
            sha256 = hashlib.file_digest(reading, "sha256").hexdigest()
        if not self._records.is_stored(sha256):
            self.inbox.stat()  # a disk that is not there now must not get a folder in its place
            log.warning("%s goes back into the inbox: it is not stored", name)
            put_back(file, self.inbox / name)

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


def inbox_of(home: Home, chosen: Path | None) -> Path:
    """Return the folder to watch.

    Raises:
        UsageProblem: What BotOps writes would come in again, and be removed.
    """
    inbox = (chosen or home.inbox).expanduser().absolute()
    ours = (
        home.originals, home.variants, home.rejected, home.tmp, home.backups, home.logs,
        home.socket.parent,
    )  # fmt: skip
    if _lies_in(home.root, inbox) or any(
        _lies_in(inbox, each) or _lies_in(each, inbox) for each in ours
    ):
        raise UsageProblem(
            f"The photo folder can't be {inbox}: BotOps keeps its own files there.",
            hint="Set media.inbox to another folder.",
        )
    return inbox


def _lies_in(inner: Path, outer: Path) -> bool:
    """Tell whether a folder is another or lies in it, by whatever names they go."""
    real = inner.resolve()
    return any(_are_same(each, outer.resolve()) for each in (real, *real.parents))


def _are_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one == other
