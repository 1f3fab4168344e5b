"""Examination: every look, one after the other; what goes wrong in one is a finding, too."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from botops.doctor import household, machine, photos
from botops.doctor.findings import Finding, Patient, failed
from botops.kernel.errors import BotOpsError, UsageProblem
from botops.settings import Settings, load

if TYPE_CHECKING:
    from botops.kernel.paths import Home

log = logging.getLogger(__name__)
LOOKS: dict[str, Callable[[Patient], Finding]] = {
    "python": machine.python,
    "home": household.home,
    "disk": machine.disk,
    "settings": household.settings,
    "database": household.database,
    "engine": household.engine,
    "key": household.key,
    "secrets": household.secrets,
    "inbox": photos.inbox,
    "decoder": photos.decoder,
    "terminal": machine.terminal,
}


def examine(home: Home, overrides: Iterable[str] = ()) -> Iterator[Finding]:
    """Look over a home and the computer it is on, changing nothing; give what is found."""
    mistake: UsageProblem | None = None
    try:
        settings = load(home.config, overrides)
    except UsageProblem as error:
        settings, mistake = Settings(), error
    patient = Patient(home, settings)
    for name, look in LOOKS.items():
        if name == "settings" and mistake is not None:
            yield failed(name, mistake)
        else:
            yield _looked(name, look, patient=patient)


def _looked(name: str, look: Callable[[Patient], Finding], *, patient: Patient) -> Finding:
    try:
        return look(patient)
    except BotOpsError as error:
        return failed(name, error)
    except Exception as error:
        log.debug("looking at %s failed", name, exc_info=True)
        return Finding(
            name, "fail", f"It could not be looked at: {error}.", "Report this, with the log."
        )
