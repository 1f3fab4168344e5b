"""Desk: what people ask about settings, and how they change one and take it back."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botops.kernel.errors import Conflict, NotFound
from botops.kernel.events import Bus, Changed
from botops.preferences.config_file import value_in, with_value, without
from botops.preferences.config_store import ConfigStore
from botops.preferences.provenance import hidden_in, where
from botops.preferences.secret_store import SecretStore, mask
from botops.preferences.views import COMMAND_LINE, ENVIRONMENT, SEALED, Change, SourceView
from botops.settings.describe import SettingView, describe, unit_of, value_text
from botops.settings.fields import RESTART, effect_of, is_secret
from botops.settings.load import settle
from botops.settings.reading import field_of, read_value
from botops.settings.sources import Sources, read_sources
from botops.store import db

if TYPE_CHECKING:
    from botops.audit.trail import Trail
    from botops.kernel.paths import Home
    from botops.security.keys import MasterKey
    from botops.settings import Settings

STEPS_KEPT = 100


@dataclass(frozen=True, slots=True)
class _Step:
    """A change that can be taken back: what was kept before, and what is kept since."""

    key: str
    before: Any = field(repr=False)
    after: Any = field(repr=False)


class SettingsDesk:
    """The settings of a home, as they are written down; a secret is never given back in full."""

    def __init__(
        self,
        home: Home,
        *,
        bus: Bus,
        trail: Trail,
        overrides: Iterable[str] = (),
        running: Settings | None = None,
        check: Callable[[Settings], object] = lambda settings: settings,
    ) -> None:
        """Make a desk; `running` are the settings of the engine in this process, if there is one.

        `overrides` are those that stand above the file as long as this process runs. `check`
        raises what keeps settings from being written that no start could do with.
        """
        self.secrets = SecretStore(home.key)
        self._file = ConfigStore(home.config)
        self._bus = bus
        self._trail = trail
        self._overrides = tuple(overrides)
        self._running = running
        self._check = check
        self._steps: deque[_Step] = deque(maxlen=STEPS_KEPT)
        self._changing = threading.RLock()

    def views(self) -> list[SettingView]:
        """Return every setting as it is now, in the order of the sections.

        Raises:
            UsageProblem: Somebody has made a mistake in the file or the environment.
        """
        return self._seen(self._sources())

    def view(self, key: str) -> SettingView:
        """Return one setting.

        Raises:
            UsageProblem: There is none of this name.
        """
        field_of(key)
        return next(view for view in self.views() if view.key == key)

    def where(self, key: str) -> list[SourceView]:
        """Return the places from which a setting may have its value, the strongest first.

        Raises:
            UsageProblem: There is none of this name.
        """
        return where(self.view(key), self._sources(), sealed=self.secrets.shown())

    def takes_effect(self, key: str) -> str:
        """Return when a change is noticed by an engine that runs.

        It is `now`, `for new files`, `after a restart` or `not used yet`.

        Raises:
            UsageProblem: There is none of this name.
        """
        return effect_of(field_of(key))

    def set(self, key: str, text: str) -> Change:
        """Give a setting another value, written as a person writes it; secrets are sealed.

        Raises:
            UsageProblem: There is none of this name, or it can't have this value. The file stays.
            Refused: The file can't be changed from here, or there is no key for a secret.
            StorageTrouble: It can't be written. Everything is as it was.
        """
        return self._change(key, read_value(key, text))

    def unset(self, key: str) -> Change:
        """Let a setting have its default again, or forget a secret.

        Raises:
            UsageProblem: There is none of this name.
            Refused: The file can't be changed from here.
            StorageTrouble: It can't be written. Everything is as it was.
        """
        field_of(key)
        return self._change(key, None)

    def undo(self) -> Change:
        """Put back what was there before the last change that was made here.

        Raises:
            NotFound: Nothing was changed, or all of it is taken back.
            Conflict: Somebody else has changed that setting since.
        """
        with self._changing:
            if not self._steps:
                raise NotFound("There is no change of a setting to take back.")
            step = self._steps.pop()
            return self._change(step.key, step.before, expected=step)

    def secret(self, key: str) -> str | None:
        """Return a secret in full, for the part of the program that uses it.

        Raises:
            NotFound: There is no key to open it.
            SealBroken: It can't be opened; the sentence says why.
        """
        return hidden_in(settle(self._sources()), key) or self.secrets.open(key)

    def _change(self, key: str, value: Any, *, expected: _Step | None = None) -> Change:
        with self._as_one() as ways_back:
            before, kept = self.view(key), self._kept(key)
            if expected is not None and kept != expected.after:
                raise Conflict(f"{key} was changed again since; it stays as it is.")
            new_key = self._keep(key, value, ways_back=ways_back)
            step = _Step(key, kept, self._kept(key))
            if step.before != step.after:
                self._bus.publish(Changed("settings"))
        if expected is None and step.before != step.after:
            self._steps.append(step)
        return Change(
            before=before,
            after=self.view(key),
            overridden_by=self._stronger_than_file(key),
            recovery_key=new_key.text if new_key else "",
        )

    @contextmanager
    def _as_one(self) -> Iterator[list[Callable[[], None]]]:
        """Let one change at a time be made, and be kept as a whole or not at all.

        The block adds what takes back that of it which no transaction does.
        """
        ways_back: list[Callable[[], None]] = []
        try:
            with self._changing, db.write():
                yield ways_back
        except BaseException:
            for go_back in ways_back:
                go_back()
            raise

    def _keep(
        self, key: str, value: Any, *, ways_back: list[Callable[[], None]]
    ) -> MasterKey | None:
        """Keep a value, what was kept before, or nothing; return the key that had to be made."""
        if not is_secret(field_of(key)):
            self._write(key, value, ways_back=ways_back)
        elif isinstance(value, str):
            return self.secrets.seal(key, value)
        else:
            self.secrets.put(key, value)
        return None

    def _write(self, key: str, value: Any, *, ways_back: list[Callable[[], None]]) -> None:
        old = self._file.text()
        new = without(old, key) if value is None else with_value(old, key, value=value)
        self._check(settle(replace(self._sources(new), environment={}, line={})))
        if new == old:
            return
        unit = unit_of(field_of(key))
        before, after = ({"value": value_text(value_in(text, key), unit)} for text in (old, new))
        self._trail.note(
            "unset" if value is None else "set",
            "settings",
            target_id=key,
            before=before,
            after=after,
        )
        ways_back.append(self._file.put(new))

    def _kept(self, key: str) -> Any:
        """Return what is kept of a setting, as it is kept."""
        if is_secret(field_of(key)):
            return self.secrets.kept(key)
        return value_in(self._file.text(), key)

    def _stronger_than_file(self, key: str) -> str:
        found = next((source for source in self.where(key) if source.wins), None)
        return found.place if found and found.name in (COMMAND_LINE, ENVIRONMENT) else ""

    def _sources(self, text: str | None = None) -> Sources:
        return read_sources(self._file.path, self._overrides, text=text)

    def _seen(self, sources: Sources) -> list[SettingView]:
        settings, shown = settle(sources), self.secrets.shown()
        running = {view.key: view.value for view in describe(self._running or settings)}
        views = []
        for view in describe(settings):
            if given := hidden_in(settings, view.key):
                views.append(replace(view, value=mask(given)))
            elif view.key in shown:
                views.append(replace(view, value=shown[view.key], source=SEALED))
            else:
                differs = running[view.key] != view.value
                views.append(replace(view, waits=differs and view.takes_effect == RESTART))
        return views
