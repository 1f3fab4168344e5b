"""Photos: whether the inbox can be watched, and whether every kind of photo can be decoded."""

from __future__ import annotations

import base64
import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from botops.doctor.findings import Finding, Patient, fail, failed, ok, warn
from botops.doctor.samples import SAMPLES
from botops.kernel.errors import BotOpsError
from botops.kernel.lease import is_remote
from botops.media.pool import DecodePool
from botops.media.verdict import Rejected
from botops.media.watcher import try_to_listen

if TYPE_CHECKING:
    from botops.media.protocol import Decoded

SIZES = {"thumb": 32}
_LIMITS = Path("/proc/sys/fs/inotify")
_EXHAUSTED = {errno.ENOSPC: "max_user_watches", errno.EMFILE: "max_user_instances"}


def inbox(patient: Patient) -> Finding:
    """Look at the watched folder: whether it is there, can be read, and tells what happens."""
    folder = patient.settings.media.inbox or patient.home.inbox
    if not folder.is_dir():
        if patient.settings.media.inbox is None:
            return ok("inbox", f"{folder} is made at the first start.")
        return fail(
            "inbox",
            f"There is no folder {folder}.",
            hint="Make it, or connect its disk; or set media.inbox to another.",
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        return fail("inbox", f"{folder} can't be read.", hint="Make it readable for you.")
    if patient.settings.media.polling:
        return ok("inbox", f"{folder} is looked at again and again, as media.polling says.")
    if is_remote(folder.stat().st_dev):
        return warn(
            "inbox",
            f"{folder} is on a network share, which does not tell of new files.",
            hint="It is looked at again and again instead; photos come in some seconds later.",
        )
    return _listened_to(folder)


def decoder(_patient: Patient) -> Finding:
    """Look whether the process that decodes starts, and knows each format."""
    with tempfile.TemporaryDirectory(prefix="botops-doctor-") as name, DecodePool(1) as pool:
        folder = Path(name)
        troubles = {}
        for kind, content in SAMPLES.items():
            sample = folder / f"sample.{kind.lower()}"
            sample.write_bytes(base64.b64decode(content))
            try:
                _check(pool.convert(sample, SIZES, folder=folder))
            except Rejected as why:
                troubles[kind] = why.reason
            except BotOpsError as error:
                return failed("decoder", error)
    if troubles:
        return fail(
            "decoder",
            f"It can't read {', '.join(troubles)}: {next(iter(troubles.values()))}",
            hint="Install BotOps again, or use the one that comes as one file.",
        )
    return ok("decoder", f"It starts, and reads {', '.join(SAMPLES)}.")


def _listened_to(folder: Path) -> Finding:
    try:
        try_to_listen(folder)
    except OSError as error:
        limit = _EXHAUSTED.get(error.errno or 0)
        why = f"the limit fs.inotify.{limit} is used up" if limit else error.strerror or str(error)
        return warn(
            "inbox",
            f"{folder} can't be listened to: {why}.",
            hint=(
                "It is looked at again and again instead. "
                + (f"To raise it: sudo sysctl fs.inotify.{limit}=524288" if limit else "")
            ).strip(),
        )
    watches = _limit("max_user_watches")
    return ok(
        "inbox", f"{folder} is listened to{f' (at most {watches} folders)' if watches else ''}."
    )


def _limit(name: str) -> str:
    try:
        return f"{int((_LIMITS / name).read_text(encoding='ascii')):,}"
    except (OSError, ValueError):
        return ""


def _check(decoded: Decoded) -> None:
    for variant in decoded.variants:
        variant.path.unlink()
