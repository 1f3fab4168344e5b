"""Fake desk of settings: the real schema, kept in a dictionary instead of a file."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from botops.kernel.errors import NotFound, UsageProblem
from botops.kernel.events import Bus, Changed
from botops.preferences.secret_store import mask
from botops.preferences.views import Change, SourceView
from botops.settings import Settings, SettingView, describe
from botops.settings.describe import value_text
from botops.settings.reading import read_value

CONFIG = Path("/srv/casa-flora/config.toml")


@dataclass
class SettingsDesk:
    """Settings as they are set here, or by the environment and the command line."""

    bus: Bus
    file: dict[str, Any] = field(
        default_factory=lambda: {"shop.name": "Casa Flora", "shop.currency": "PEN"}
    )
    environment: dict[str, Any] = field(default_factory=dict)
    line: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    mistake: str = ""
    said: str | None = None
    """What stands wherever there are words, for those that are hostile."""
    recovery_key: str = ""
    steps: list[Callable[[], None]] = field(default_factory=list)

    def views(self) -> list[SettingView]:
        """Return every setting as it is now."""
        if self.mistake:
            raise UsageProblem(self.mistake)
        document: dict[str, dict[str, Any]] = {}
        for source in (self.file, self.environment, self.line):
            for key, value in source.items():
                section, _, name = key.partition(".")
                document.setdefault(section, {})[name] = value
        return [self._seen(view) for view in describe(Settings(**document))]  # type: ignore[arg-type]  # by name

    def view(self, key: str) -> SettingView:
        """Return one setting."""
        return next(view for view in self.views() if view.key == key)

    def where(self, key: str) -> list[SourceView]:
        """Return the places of a setting, the strongest first."""
        view = self.view(key)
        if self.said is not None:
            return [SourceView(self.said, self.said, self.said, has_value=True, wins=True)]
        variable = f"BOTOPS_{key.replace('.', '__')}".upper()
        if view.secret:
            kept = self.secrets.get(key)
            found = [
                SourceView("environment", "", variable),
                SourceView("sealed in the database", mask(kept or ""), "botops.db",
                           has_value=kept is not None),
            ]  # fmt: skip
        else:
            found = [
                self._source("command line", self.line, view, place=f"--set {key}"),
                self._source("environment", self.environment, view, place=variable),
                self._source("settings file", self.file, view, place=f"{CONFIG}:14"),
                SourceView("default", view.default_text, "", has_value=True),
            ]
        first = next((at for at, each in enumerate(found) if each.has_value), None)
        return [each.winning() if at == first else each for at, each in enumerate(found)]

    def set(self, key: str, text: str) -> Change:
        """Give a setting another value."""
        value = read_value(key, text)
        return self._change(key, value)

    def unset(self, key: str) -> Change:
        """Let a setting have its default again."""
        return self._change(key, None)

    def undo(self) -> Change:
        """Take the last change back."""
        if not self.steps:
            raise NotFound("There is no change of a setting to take back.")
        view = self.views()[0]
        self.steps.pop()()
        self.bus.publish(Changed("settings"))
        return Change(before=view, after=view)

    def _change(self, key: str, value: Any) -> Change:
        before = self.view(key)
        kept = self.secrets if before.secret else self.file
        was = dict(kept)

        def restore() -> None:
            kept.clear()
            kept.update(was)

        self.steps.append(restore)
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = value
        self.bus.publish(Changed("settings"))
        stronger = "BOTOPS_X" if key in self.environment else "--set x" if key in self.line else ""
        told, self.recovery_key = self.recovery_key, ""
        return Change(
            before=before, after=self.view(key), overridden_by=stronger, recovery_key=told
        )

    def _seen(self, view: SettingView) -> SettingView:
        if self.said is not None:
            return replace(view, title=self.said, value=self.said, description=self.said,
                           allowed=self.said, source=self.said, takes_effect=self.said)  # fmt: skip
        if view.key in self.secrets:
            kept = self.secrets[view.key]
            return replace(view, value=mask(kept), source="sealed in the database")
        names = {"--set": self.line, "environment BOTOPS_X": self.environment,
                 f"{CONFIG}, line 14": self.file}  # fmt: skip
        source = next((name for name, values in names.items() if view.key in values), "default")
        waits = view.takes_effect == "after a restart" and view.key in self.file
        return replace(view, source=source, waits=waits)

    @staticmethod
    def _source(name: str, values: dict[str, Any], view: SettingView, *, place: str) -> SourceView:
        if view.key not in values:
            return SourceView(name, "", place)
        return SourceView(name, value_text(values[view.key], view.unit), place, has_value=True)
