"""Lease: who writes is seen, and asking harms nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from botops.kernel import lease

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes")

# Opens the file for writing again and again, while the parent leases it again and again.
INTRUDER = """
import os, sys
print("ready", flush=True)
for _ in range(20_000):
    os.close(os.open(sys.argv[1], os.O_WRONLY))
"""

ASKER = """
import sys, threading
from botops.kernel import lease
path, rounds = sys.argv[1], int(sys.argv[2])
def ask():
    for _ in range(rounds):
        lease.has_writer(path)
thread = threading.Thread(target=ask)
thread.start()
thread.join()
print("alive", flush=True)
"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A file that nobody has open."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8" + b"x" * 5000)
    return path


def test_a_file_at_rest_has_no_writer(photo: Path) -> None:
    """Nobody has it open, and readers don't count."""
    with photo.open("rb"):
        assert lease.has_writer(photo) is False


def test_a_file_open_for_writing_has_a_writer(photo: Path) -> None:
    """From the opening to the closing, written to or not."""
    with photo.open("ab"):
        assert lease.has_writer(photo) is True
    assert lease.has_writer(photo) is False


def test_a_descriptor_can_be_asked_again(photo: Path) -> None:
    """The descriptor of a reader serves as well as a path, and more than once."""
    with photo.open("rb") as reader:
        assert lease.has_writer(reader.fileno()) is False
        with photo.open("ab"):
            assert lease.has_writer(reader.fileno()) is True
        assert lease.has_writer(reader.fileno()) is False


def test_the_lease_is_given_back(photo: Path) -> None:
    """A writer that comes right after the question is not kept waiting."""
    descriptor = os.open(photo, os.O_RDONLY)
    try:
        lease.has_writer(descriptor)
        # O_NONBLOCK fails at once where a lease is in the way.
        os.close(os.open(photo, os.O_WRONLY | os.O_NONBLOCK))
    finally:
        os.close(descriptor)


def test_a_writer_that_breaks_the_lease_kills_nobody(photo: Path) -> None:
    """Thousands of openings for writing, in the midst of thousands of leases, do no harm."""
    with subprocess.Popen(
        [sys.executable, "-c", INTRUDER, str(photo)], stdout=subprocess.PIPE, text=True
    ) as intruder:
        assert intruder.stdout
        assert intruder.stdout.readline() == "ready\n"
        asker = subprocess.run(
            [sys.executable, "-c", ASKER, str(photo), "10000"],
            capture_output=True, text=True, check=False, timeout=50,
        )  # fmt: skip
        assert (asker.returncode, asker.stdout) == (0, "alive\n"), asker.stderr
    assert intruder.returncode == 0


def test_what_can_not_be_leased_is_unknown() -> None:
    """Where the system grants no leases the answer is None, never a guess."""
    end, other = os.pipe()
    try:
        assert lease.has_writer(end) is None
    finally:
        os.close(end)
        os.close(other)


def test_a_file_of_another_user_is_unknown(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """EACCES from the kernel means that nobody can know."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("fcntl.fcntl", refuse)
    assert lease.has_writer(photo) is None


@pytest.mark.parametrize(
    ("kind", "writer"), [("cifs", None), ("nfs4", None), ("fuse.sshfs", None), ("fuseblk", True)]
)
def test_a_network_share_is_unknown(
    photo: Path, monkeypatch: pytest.MonkeyPatch, kind: str, writer: bool | None
) -> None:
    """A share's word is not taken: it would call files busy for ever."""
    monkeypatch.setattr(lease, "_kind_of", lambda *_, **__: kind)
    with photo.open("ab"):
        assert lease.has_writer(photo) is writer


def test_a_path_that_is_no_file_is_an_error(tmp_path: Path) -> None:
    """What is gone, and what is a link, is said so."""
    with pytest.raises(FileNotFoundError):
        lease.has_writer(tmp_path / "gone.jpg")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OSError, match="symbolic links"):
        lease.has_writer(tmp_path / "link")


MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:44 / /mnt/the\\040shop rw,relatime shared:5 master:1 - cifs //nas/shop rw
"""


@pytest.mark.parametrize(
    ("device", "kind"), [("254:0", "ext4"), ("0:44", "cifs"), ("0:21", "proc"), ("9:9", "")]
)
def test_the_kind_of_a_mount_is_read(device: str, kind: str) -> None:
    """The kind stands behind the dash, whatever optional fields come before it."""
    assert lease.kind_in(MOUNTS, device) == kind


def test_the_mounts_of_this_machine_are_read() -> None:
    """The kind of a mounted device is found by its number."""
    assert lease._kind_of(Path("/proc").stat().st_dev, minute=-1) == "proc"
