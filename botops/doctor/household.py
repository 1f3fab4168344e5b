"""Household: the home folder, its settings, its key, its database and its engine."""

from __future__ import annotations

import os
import stat

from botops.doctor.findings import Finding, Patient, fail, failed, ok, warn
from botops.kernel.errors import BotOpsError, NotFound
from botops.kernel.platform import EngineInfo, read_lock, running_engine
from botops.preferences.secret_store import SecretStore
from botops.security.keys import load_key
from botops.settings import describe
from botops.store import db
from botops.store.backup import look_over, refuse_newer
from botops.store.migrate import known_steps
from botops.store.opening import open_for_reading
from botops.store.trouble import RESTORE

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def home(patient: Patient) -> Finding:
    """Look at the folder that holds everything."""
    root = patient.home.root
    if not root.exists():
        return warn("home", f"There is no home at {root} yet.", hint="`botops init` makes it.")
    if not root.is_dir() or not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        return fail(
            "home",
            f"The home {root} can't be written.",
            hint="Make it yours and writable, or choose another with --home.",
        )
    if hasattr(os, "getuid") and root.stat().st_mode & _OTHERS:
        return warn(
            "home",
            f"Others on this computer can look into the home {root}.",
            hint=f"Make it yours alone: chmod 700 {root}",
        )
    return ok("home", f"The home {root} is yours, and can be written.")


def settings(patient: Patient) -> Finding:
    """Tell that the settings are right; whoever calls this could read them."""
    views = describe(patient.settings)
    changed = sum(view.changed for view in views)
    return ok("settings", f"They are right; {changed} of {len(views)} are changed.")


def database(patient: Patient) -> Finding:
    """Look over the database, without changing it."""
    file = patient.home.database
    if not file.exists():
        return ok("database", "There is none yet; the first start makes it.")
    try:
        verdict, steps = look_over(file)
        refuse_newer(steps, known_steps())
    except BotOpsError as error:
        return fail("database", error.message, hint=error.hint or RESTORE)
    if verdict != "ok":
        return fail("database", f"The database is damaged: {verdict}.", hint=RESTORE)
    if pending := sorted(known_steps() - steps):
        return warn(
            "database",
            f"The database is of an older version; it lacks {', '.join(pending)}.",
            hint="The next start brings it up to date, and keeps a copy: `botops migrate`.",
        )
    return ok("database", f"The database is whole, and up to date ({max(steps)}).")


def engine(patient: Patient) -> Finding:
    """Look at who runs this home."""
    lock = patient.home.lock
    running = running_engine(lock)
    if running is not None:
        return _running(running)
    if lock.exists() and read_lock(lock).pid is not None:
        return ok("engine", "None runs; the last one was killed, and the next start mends that.")
    return ok("engine", "None runs on this home.")


def key(patient: Patient) -> Finding:
    """Look at the key that opens what is sealed."""
    try:
        found = load_key(patient.home.key)
    except NotFound as error:
        if _secrets(patient):
            return failed("key", error)
        return ok("key", "There is none yet; `botops init`, or the first secret, makes it.")
    except BotOpsError as error:
        return failed("key", error)
    if found.older:
        return warn(
            "key",
            f"A change of the master key was broken off; {found.source} holds two.",
            hint="Finish it: `botops secrets rotate`.",
        )
    whose = "" if found.is_from_environment else ", which only you can read"
    return ok("key", f"The master key is in {found.source}{whose}.")


def secrets(patient: Patient) -> Finding:
    """Look whether every secret opens."""
    found = _secrets(patient)
    if not found:
        return ok("secrets", "None is kept here.")
    with_key = SecretStore(patient.home.key)
    open_for_reading(patient.home)
    try:
        troubles = with_key.troubles()
    finally:
        db.close()
    if troubles:
        return fail(
            "secrets",
            f"{len(troubles)} of {len(found)} can't be opened: {troubles[0]}",
            hint="Bring back the key that sealed them, or set them anew: `botops settings set`.",
        )
    return ok("secrets", f"All that are kept ({len(found)}) open with the key.")


def _running(running: EngineInfo) -> Finding:
    since = f" since {running.started_at}" if running.started_at else ""
    detail = f"It runs as process {running.pid}{since}"
    if not running.ready:
        return warn("engine", f"{detail}, and is not ready yet.", hint="Look into the log.")
    if running.socket is None:
        return warn(
            "engine",
            f"{detail}, and no screen can attach to it.",
            hint="The log says why there is no socket.",
        )
    return ok("engine", f"{detail}.")


def _secrets(patient: Patient) -> list[str]:
    """Return which secrets there are; none where the database can't be read by this version."""
    try:
        open_for_reading(patient.home)
        return list(SecretStore(patient.home.key).shown())
    except BotOpsError:
        return []
    finally:
        db.close()
