"""Paths: where the files of one home lie."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from botops.kernel.errors import StorageTrouble


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
        """Commands of an attached screen and of the shell."""
        return self.root / "run" / "engine.sock"

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
            self.root, self.socket.parent, self.inbox, self.originals, self.variants,
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
    from platformdirs import user_data_path

    return Home(user_data_path("botops", appauthor=False))
