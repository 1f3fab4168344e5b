"""Paths: where the files of one home lie."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from botops.kernel.errors import StorageTrouble

SOCKET_BYTES = 100  # what fits into the address of a socket, on macOS as on Linux


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds one installation: its settings, its data, its pictures."""

    root: Path

    @property
    def config(self) -> Path:
        """Settings, without any secret."""
        return self.root / "config.toml"

    @property
    def database(self) -> Path:
        """SQLite, in WAL mode."""
        return self.root / "botops.db"

    @property
    def lock(self) -> Path:
        """Who runs the engine."""
        return self.root / "botops.lock"

    @property
    def socket(self) -> Path:
        """Commands of an attached screen and of the shell.

        Where the home's path is too long for a socket, it lies in a folder of this user alone.
        """
        path = self.root / "run" / "engine.sock"
        if len(os.fsencode(path)) <= SOCKET_BYTES:
            return path
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return _runtime_folder() / f"{name}.sock"

    @property
    def key(self) -> Path:
        """The master key, outside of the home: whoever gets a copy of the home does not get it."""
        from platformdirs import user_config_path

        if self.root == _own_root():
            return user_config_path("botops", appauthor=False) / "botops.key"
        return self.root.with_name(f"{self.root.name}.key")

    @property
    def inbox(self) -> Path:
        """The watched folder, unless the setting `media.inbox` names another."""
        return self.media / "inbox"

    @property
    def media(self) -> Path:
        """Everything about pictures."""
        return self.root / "media"

    @property
    def originals(self) -> Path:
        """Pictures as they came, named by their SHA-256; never served."""
        return self.media / "originals"

    @property
    def variants(self) -> Path:
        """Pictures as they are shown and sent."""
        return self.media / "variants"

    @property
    def rejected(self) -> Path:
        """Files that could not be used, each beside its reason."""
        return self.media / "rejected"

    @property
    def backups(self) -> Path:
        """Copies of the database."""
        return self.root / "backups"

    @property
    def logs(self) -> Path:
        """The folder of the log files."""
        return self.root / "logs"

    @property
    def log_file(self) -> Path:
        """The current log."""
        return self.logs / "botops.log"

    @property
    def tmp(self) -> Path:
        """Half-written files, on the same file system as the rest; emptied at each start."""
        return self.root / "tmp"

    def make(self) -> None:
        """Make what is missing, for this user only.

        Raises:
            StorageTrouble: The folder can't be made or written.
        """
        folders = (
            self.root, self.socket.parent, self.media, self.inbox, self.originals, self.variants,
            self.rejected, self.backups, self.logs, self.tmp,
        )  # fmt: skip
        try:
            for folder in folders:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageTrouble(
                f"The folder {self.root} can't be used: {error.strerror}.",
                hint="Choose another with --home, or make it writable.",
            ) from error
        _refuse_shared(self.socket.parent)
        if not os.access(self.root, os.W_OK):
            raise StorageTrouble(
                f"The folder {self.root} is read-only.", hint="Choose another with --home."
            )


def find_home(named: Path | None) -> Home:
    """Return the home named on the command line, else by `BOTOPS_HOME`, else the user's own."""
    if named is not None:
        return Home(named.expanduser().absolute())
    if from_environment := os.environ.get("BOTOPS_HOME"):
        return Home(Path(from_environment).expanduser().absolute())
    return Home(_own_root())


def _own_root() -> Path:
    from platformdirs import user_data_path

    return user_data_path("botops", appauthor=False)


def _runtime_folder() -> Path:
    if given := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(given) / "botops"
    return Path(tempfile.gettempdir()) / f"botops-{_user()}"


def _refuse_shared(folder: Path) -> None:
    """Refuse a folder that somebody else has made ready where ours should be, as /tmp allows."""
    found = folder.lstat()
    if _user() in (found.st_uid, "") and stat.S_ISDIR(found.st_mode):
        return
    raise StorageTrouble(
        f"The folder {folder} belongs to somebody else.", hint="Choose a home with a shorter path."
    )


def _user() -> int | str:
    """Return the number of this user, or nothing where users have none."""
    return os.getuid() if hasattr(os, "getuid") else ""
