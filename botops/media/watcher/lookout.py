"""Lookout: the thread that keeps an eye on the inbox."""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from botops.kernel import clock
from botops.media.inbox import IgnoreSeen, Inbox, Pending, nothing_seen
from botops.media.names import shown
from botops.media.settling import Settling
from botops.media.sightings import Sighting
from botops.media.watcher.ear import hearing_losses
from botops.media.watcher.station import Station, WatchOptions, WatchState
from botops.media.watcher.troubles import Troubles

logger = logging.getLogger(__name__)

_BREATH = 0.05  # events come in swarms; one look serves a whole swarm
_SLICE = 0.25  # how long files are handed on before the watcher looks around again
_TELL_SECONDS = 0.25  # between two calls of `on_change`
_LOSS_GAP = 1.0  # between two scans because of losses
_LOSS_ECHO = 2.0  # after a loss watchdog watches folders anew, and is deaf while it does
_TROUBLE_PAUSE = 5.0
_STUCK_SECONDS = 60.0  # a first scan of a slow share may take a while
_SCAN_SHARE = 25  # polling takes at most this part of the time of one core

_STOPPED = WatchState("stopped", "The inbox is not watched.")


class InboxWatcher:
    """Watches a folder in a thread of its own and hands on what has settled.

    `on_settled` is called in that thread, once for each file, with some at once where some have
    settled; it takes all of them or raises. Then they are handed on one by one, and those for
    which it raises are tried again, with growing pauses. `ignore_seen` tells which files were
    taken in before, for an inbox that is not emptied. `on_change` is told, at most four times a
    second, that `pending()` or `state` says something new.
    """

    def __init__(
        self,
        root: Path,
        on_settled: Callable[[Sequence[Sighting]], None],
        *,
        options: WatchOptions | None = None,
        ignore_seen: IgnoreSeen = nothing_seen,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._root = root.absolute()
        self._on_settled = on_settled
        self._on_change = on_change
        self._options = options or WatchOptions()
        settling = Settling(self._options.settle_seconds)
        self._inbox = Inbox(self._root, settling, ignore_seen=ignore_seen)
        self._station = Station(self._root, self._options, heard=self._hear)
        self._thread: threading.Thread | None = None
        self._stopping, self._wake, self._lock = (
            threading.Event(), threading.Event(), threading.Lock(),
        )  # fmt: skip
        self._heard: set[str] = set()
        self._is_lossy = self._is_afresh = self._is_paused = False
        self._state, self._pending, self._troubles = _STOPPED, Pending(), Troubles()
        self._news = self._told = 0
        self._scan_seconds = 0.0
        self._beat_at = self._tick_at = self._rescan_at = self._scanned_at = self._tell_at = 0.0

    @property
    def state(self) -> WatchState:
        """How the watcher does."""
        if self.is_alive() and clock.monotonic() - self._beat_at > _STUCK_SECONDS:
            place = self._station.place
            return WatchState("stuck", f"The disk of the inbox {place}, or the database, hangs.")
        return self._state

    @property
    def is_paused(self) -> bool:
        """Whether files are only noted, to be handed on later."""
        return self._is_paused

    def is_alive(self) -> bool:
        """Return whether the watcher's thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def pending(self) -> Pending:
        """Return what waits in the inbox, as it was a moment ago."""
        return self._pending

    def start(self) -> None:
        """Start watching, unless it does; what lies in the folder already is found too."""
        if self.is_alive():
            return
        self._stopping.clear()
        self._beat_at, self._tick_at, self._rescan_at = clock.monotonic(), 0.0, 0.0
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 0.5) -> bool:
        """Stop; return whether the thread ended in time. A start finds again what is pending."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
        return not self.is_alive()

    def pause(self) -> None:
        """Go on noting files, but hand on none, until `resume`."""
        self._is_paused = True

    def resume(self) -> None:
        """Hand on files again."""
        self._is_paused = False
        self._wake.set()

    def rest_for(self, seconds: float) -> None:
        """Let files rest for so long from now on; those that are seen already, too."""
        self._station.settle_seconds = seconds
        self._inbox.settling.quiet_seconds = self._station.quiet_seconds
        self._wake.set()

    def rescan_now(self, *, afresh: bool = False) -> None:
        """Look at the whole folder; `afresh` hands on again what lies there still."""
        with self._lock:
            self._is_afresh |= afresh
            self._rescan_at = 0.0
        self._wake.set()

    def _hear(self, path: str) -> None:
        with self._lock:
            self._heard.add(path)
        self._wake.set()

    def _lose(self) -> None:
        with self._lock:
            self._is_lossy = True
            self._rescan_at = min(self._rescan_at, self._scanned_at + _LOSS_GAP)
        self._wake.set()

    def _run(self) -> None:
        try:
            with hearing_losses(self._lose):
                while not self._stopping.is_set():
                    self._round()
                    self._sleep()
            self._enter(_STOPPED)
        except Exception as error:
            logger.exception("The watcher of the inbox failed")
            self._enter(WatchState("died", f"The watcher of the inbox died: {error}."))
            self._tell_at = 0.0
            self._tell()
        finally:
            self._station.close()

    def _round(self) -> None:
        self._beat_at = clock.monotonic()
        if self._beat_at >= self._tick_at:
            self._tick_at = self._beat_at + self._options.tick_seconds
            self._look_after_folder()
        if not self._troubles.survives("look", self._look_around, what="The inbox was not read"):
            with self._lock:  # a scan finds what was not noted
                self._rescan_at = clock.monotonic() + _TROUBLE_PAUSE
        self._hand_on()
        self._tell()

    def _sleep(self) -> None:
        """Wait until there is something to do; swarms of events count as one."""
        wanted = [self._tick_at]
        if self._is_reachable:
            wanted.append(self._rescan_at)
        due = self._inbox.settling.next_check()
        if due is not None and not self._is_paused:
            wanted.append(due)
        if self._told != self._news + self._inbox.settling.version:
            wanted.append(self._tell_at)
        if self._wake.wait(max(0.0, min(wanted) - clock.monotonic())):
            self._stopping.wait(_BREATH)
            self._wake.clear()

    @property
    def _is_reachable(self) -> bool:
        return self._station.state.word != "missing"

    def _look_after_folder(self) -> None:
        """Listen to the folder that is there now; all in it is news if it is another one."""
        if self._station.look_after():
            self._inbox.adapt(
                quiet_seconds=self._station.quiet_seconds,
                trusts_times=not self._station.is_remote,
            )
            with self._lock:
                self._rescan_at = 0.0
        self._enter(self._station.state)

    def _look_around(self) -> None:
        """Note what was heard, and scan everything when it is time."""
        with self._lock:
            heard, self._heard = self._heard, set()
        self._inbox.notice(heard)
        if self._is_reachable and clock.monotonic() >= self._rescan_at:
            self._rescan()

    def _rescan(self) -> None:
        with self._lock:  # what is asked for during the scan asks for another one
            afresh, lossy = self._is_afresh, self._is_lossy
            self._is_afresh = self._is_lossy = False
            self._scanned_at = clock.monotonic()
            self._rescan_at = self._scanned_at + (_LOSS_ECHO if lossy else self._scan_pause())
        if lossy:
            logger.warning("Events of the inbox were lost; all of it is looked at")
        try:
            self._inbox.rescan(afresh=afresh)
        except Exception as error:
            with self._lock:
                self._is_afresh |= afresh
                self._is_lossy |= lossy
            self._tick_at = 0.0
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                raise  # otherwise the folder is gone, and the tick says so
        self._scan_seconds = clock.monotonic() - self._scanned_at

    def _scan_pause(self) -> float:
        """Seconds from scan to scan: where only scans find files, as often as they are cheap."""
        if self._station.ear:
            return self._options.rescan_seconds
        return max(self._options.poll_seconds, self._scan_seconds * _SCAN_SHARE)

    def _hand_on(self) -> None:
        """Hand on what has settled, for a moment; the rest comes in the next round."""
        until = clock.monotonic() + _SLICE
        while self._may_hand_on() and clock.monotonic() < until:
            settled = self._inbox.take()
            if len(settled) > 1 and self._hand_on_together(settled):
                settled = []
            for sighting in settled:
                if self._may_hand_on():
                    self._hand_on_one(sighting)
            due = self._inbox.settling.next_check()
            if due is None or due > clock.monotonic():
                return

    def _may_hand_on(self) -> bool:
        return not self._is_paused and not self._stopping.is_set()

    def _hand_on_together(self, settled: Sequence[Sighting]) -> bool:
        """Hand files on at once, which costs others less; tell whether they are in good hands."""
        try:
            self._on_settled(settled)
        except Exception:  # those that fail alone, too, tell of it
            logger.debug("%d files are handed on one by one", len(settled), exc_info=True)
            return False
        for sighting in settled:
            self._inbox.done(sighting)
        return True

    def _hand_on_one(self, sighting: Sighting) -> None:
        if self._troubles.survives(
            sighting.file,
            lambda: self._on_settled([sighting]),
            what=f"{shown(sighting.path.name)} could not be taken in yet",
        ):
            self._inbox.done(sighting)

    def _enter(self, state: WatchState) -> None:
        if state.word != self._state.word:
            level = logging.WARNING if state.word in {"missing", "died"} else logging.INFO
            logger.log(level, "%s", state.sentence)
        if state != self._state:
            self._state = state
            self._news += 1

    def _tell(self) -> None:
        """Let others know that there is news, now or a little later."""
        version = self._news + self._inbox.settling.version
        if version == self._told or clock.monotonic() < self._tell_at:
            return
        self._told, self._tell_at = version, clock.monotonic() + _TELL_SECONDS
        self._pending = self._inbox.pending()
        self._troubles.survives("news", self._on_change, what="News of the inbox reached nobody")
