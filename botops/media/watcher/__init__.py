"""Watcher: hears what happens in the inbox, and hands on each file that has settled."""

from botops.media.watcher.lookout import InboxWatcher, WatchOptions, WatchState

__all__ = ["InboxWatcher", "WatchOptions", "WatchState"]
