"""Watcher: hears what happens in the inbox, and hands on each file that has settled."""

from botops.media.watcher.ear import try_to_listen
from botops.media.watcher.lookout import InboxWatcher
from botops.media.watcher.station import WatchOptions, WatchState

__all__ = ["InboxWatcher", "WatchOptions", "WatchState", "try_to_listen"]
