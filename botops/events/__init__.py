"""Events: the history of what happened, for people and for systems outside."""

from botops.events.history import EventQuery, History
from botops.events.prune import prune_task
from botops.events.views import EventView

__all__ = ["EventQuery", "EventView", "History", "prune_task"]
