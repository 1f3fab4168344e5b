"""Settings: every number and name that a merchant may change."""

from botops.settings.load import load
from botops.settings.schema import Settings

__all__ = ["Settings", "load"]
