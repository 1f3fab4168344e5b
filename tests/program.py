"""Program: BotOps run from outside, as a person or a script meets it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE = 30.0  # seconds after which a test says that something never came
LOOK_EVERY = 0.05


def wait_for(look: Callable[[], T | None], what: str, *, seconds: float = PATIENCE) -> T:
    """Return what `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(LOOK_EVERY)  # other processes are waited for here, and nothing else
    raise AssertionError(f"{what} did not come within {seconds:g} s")


class Program:
    """The commands of one home, each a process of its own."""

    def __init__(self, home: Path, *settings: str) -> None:
        self.home = home
        self.settings = settings
        self.engine: subprocess.Popen[str] | None = None

    def argv(self, *words: str) -> list[str]:
        """The words of a call."""
        chosen = [part for setting in self.settings for part in ("--set", setting)]
        return [sys.executable, "-m", "botops", "--home", str(self.home), *chosen, *words]

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.argv(*words), capture_output=True, text=True, timeout=PATIENCE * 2, check=False
        )

    def json(self, *words: str) -> Any:
        """Run a command that succeeds, and return its document."""
        done = self.call(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def serve(self) -> None:
        """Start the engine, and wait until it is ready."""
        self.engine = subprocess.Popen(
            self.argv("serve"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        wait_for(self.is_ready, "the engine")

    def is_ready(self) -> bool:
        """Whether this very engine says that it is ready."""
        assert self.engine is not None
        assert self.engine.poll() is None, self.engine.communicate()
        lock = self.home / "botops.lock"
        said = json.loads(lock.read_text() or "{}") if lock.exists() else {}
        return said.get("pid") == self.engine.pid and said.get("ready") is True

    def kill(self) -> None:
        """End the engine as a power cut would."""
        assert self.engine is not None
        self.engine.kill()
        self.engine.communicate()

    def stop(self) -> tuple[int, str, str]:
        """End the engine as an administrator would; return code, stdout and stderr."""
        assert self.engine is not None
        self.engine.send_signal(signal.SIGTERM)
        out, err = self.engine.communicate(timeout=PATIENCE)
        return self.engine.returncode, out, err

    def close(self) -> None:
        """Leave nothing running."""
        if self.engine is not None and self.engine.poll() is None:
            self.kill()

    def media(self, *filters: str) -> Sequence[dict[str, Any]]:
        """The photos that the program lists."""
        found: Sequence[dict[str, Any]] = self.json("media", "list", *filters)["media"]
        return found

    @property
    def inbox(self) -> Path:
        """Where photos are dropped."""
        return self.home / "media" / "inbox"


def drop(folder: Path, name: str, content: bytes) -> Path:
    """Put a file into a folder as a mover does: whole, at once."""
    outside = folder.parent / f".{name}.{os.getpid()}"
    outside.write_bytes(content)
    target = folder / name
    outside.rename(target)
    return target
