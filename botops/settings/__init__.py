"""Settings: every number and name that a merchant may change."""

from botops.settings.default_file import write_default_config
from botops.settings.describe import SettingView, describe
from botops.settings.load import load
from botops.settings.schema import Settings

__all__ = ["SettingView", "Settings", "describe", "load", "write_default_config"]
