"""Vault: each file whole and synced in its place, and room made only for what nobody needs."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from botops.kernel.paths import Home
from botops.media import vault as vault_module
from botops.media import verdict
from botops.media.protocol import Variant
from botops.media.vault import Staged, Vault
from tests.media.shop import files_below, sha


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with its folders."""
    home = Home(tmp_path / "home")
    home.make()
    return home


@pytest.fixture
def vault(home: Home) -> Iterator[Vault]:
    """The vault of the home."""
    vault = Vault(home)
    yield vault
    vault.bench.close()


def variants(vault: Vault, *names: str) -> list[Variant]:
    """Variants as the decoder leaves them."""
    found = []
    for name in names:
        part = vault.bench.part("jpg")
        part.write_bytes(name.encode())
        found.append(Variant(name, part, 1, 1, len(name)))
    return found


def source(home: Home, content: bytes = b"photo") -> Path:
    """A file to be stored."""
    file = home.inbox / "rose.jpg"
    file.write_bytes(content)
    return file


def test_a_staged_file_is_a_copy_that_goes_away(vault: Vault, home: Home) -> None:
    """It has the hash of what was read; not placed, it is gone in the end, whatever happens."""
    with pytest.raises(KeyError), vault.staged(source(home)) as staged:  # noqa: PT012 - the block fails
        assert (staged.sha256, staged.size) == (sha(b"photo"), 5)
        assert staged.path.read_bytes() == b"photo"
        raise KeyError
    assert files_below(home.tmp) == [f"{vault.bench.folder.name}/lock"]


def test_an_original_is_kept_once(vault: Vault, home: Home) -> None:
    """The one that is there stays; half a one, left by other hands, is replaced."""
    for content in (b"photo", b"photo", b"cut"):
        with vault.staged(source(home)) as staged:
            target = vault.keep_original(staged, "jpg")
            assert target == home.originals / staged.sha256[:2] / f"{staged.sha256}.jpg"
            assert target.read_bytes() == b"photo"
        target.write_bytes(content)


def test_every_folder_on_the_way_is_synced_once(
    vault: Vault, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A photo costs few waits for the disk: each of them is time, and each is needed."""
    synced: Counter[str] = Counter()
    monkeypatch.setattr(
        vault_module,
        "fsync_dir",
        lambda folder: synced.update([str(folder.relative_to(home.root))]),
    )
    digest, media = sha(b"photo"), "media"
    for _ in range(2):
        synced.clear()
        with vault.staged(source(home)) as staged:
            vault.keep_original(staged, "jpg")
        vault.keep_variants(digest, variants(vault, "thumb", "medium", "whatsapp"))
        again = dict(synced)
    first_letters = digest[:2]
    assert again == {
        f"{media}/originals/{first_letters}": 1,
        f"{media}/variants/{first_letters}": 1,
        f"{media}/variants/{first_letters}/{digest}": 1,
    }


def test_a_folder_that_somebody_removed_is_made_again(vault: Vault, home: Home) -> None:
    """It was there a moment ago, and is not any more."""
    for _ in range(2):
        with vault.staged(source(home)) as staged:
            target = vault.keep_original(staged, "jpg")
        target.unlink()
        target.parent.rmdir()


def test_new_sizes_take_the_places_of_old_ones(vault: Vault) -> None:
    """A size that is there already is replaced."""
    vault.keep_variants("ab" * 32, variants(vault, "thumb"))
    vault.variant("ab" * 32, "thumb").write_bytes(b"old")
    vault.keep_variants("ab" * 32, variants(vault, "thumb", "large"))
    assert vault.variant("ab" * 32, "thumb").read_bytes() == b"thumb"
    assert vault.variant("ab" * 32, "large").read_bytes() == b"large"


def reject(vault: Vault, home: Home, name: str) -> Staged:
    """Refuse a file under a name."""
    with vault.staged(source(home)) as staged:
        vault.reject(staged, name, why=verdict.empty(), at="2026-11-24T00:00:00.000Z")
    return staged


def test_a_reject_is_forgotten_under_the_names_that_nobody_needs(vault: Vault, home: Home) -> None:
    """A content may have been refused under several names, for several shops."""
    for name in ("a.jpg", "b.jpg", 'c"?.jpg'):
        sha256 = reject(vault, home, name).sha256
    other = home.rejected / "000000000000_other.jpg"
    other.touch()
    vault.forget_rejects(sha256, needed={'c"?.jpg'})
    kept = f"{sha256[:12]}_c__.jpg"
    assert files_below(home.rejected) == sorted([other.name, kept, f"{kept}.reason.json"])
    vault.forget_rejects(sha256)
    assert files_below(home.rejected) == [other.name]


def test_a_name_that_is_not_in_latin_letters_stays_readable(vault: Vault, home: Home) -> None:
    """In the folder, and in the reason."""
    staged = reject(vault, home, "Blüte 花.jpg")
    file = home.rejected / f"{staged.sha256[:12]}_Blüte 花.jpg"
    assert file.read_bytes() == b"photo"
    assert '"file_name": "Blüte 花.jpg"' in Path(f"{file}.reason.json").read_text("utf-8")


def test_files_are_for_this_user_only(vault: Vault, home: Home) -> None:
    """Others on the machine don't see the photos of customers."""
    with vault.staged(source(home)) as staged:
        assert vault.keep_original(staged, "jpg").stat().st_mode & 0o077 == 0
    assert reject_file(vault, home).stat().st_mode & 0o077 == 0


def reject_file(vault: Vault, home: Home) -> Path:
    """Where a refused file lies."""
    return vault.rejected(reject(vault, home, "a.jpg").sha256, "a.jpg")
