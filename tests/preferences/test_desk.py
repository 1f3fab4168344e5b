"""Desk: a setting is changed as a whole or not at all, everybody hears of it, and it comes back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from botops.kernel.errors import Conflict, DiskFull, NotFound, Refused, UsageProblem
from botops.kernel.paths import Home
from botops.preferences.config_store import ConfigStore
from botops.preferences.desk import SettingsDesk
from botops.settings import load, write_default_config
from botops.settings.describe import setting_fields
from botops.store import db
from tests.preferences.conftest import OTHER, SECRET, TOKEN, entries, files_with

Desks = Callable[..., SettingsDesk]


def test_a_change_is_written_and_told(desk: SettingsDesk, home: Home, news: list[str]) -> None:
    """The file says it, the trail says who changed what, and the screens read again."""
    write_default_config(home.config)
    change = desk.set("media.max_size", "60 MB")
    assert (change.before.text, change.after.text) == ("50 MB", "60 MB")
    assert (change.after.changed, change.notice) == (True, "")
    assert load(home.config).media.max_size == 60_000_000
    assert 'max_size = "60 MB"\n' in home.config.read_text()
    (entry,) = entries()
    assert (entry.action, entry.target_id) == ("set", "media.max_size")
    assert entry.changes == {"value": ("", "60 MB")}
    assert news == ["settings"]


def test_a_home_without_a_file_gets_one(desk: SettingsDesk, home: Home) -> None:
    """The first change makes the file, with every explanation in it."""
    desk.set("shop.name", "Casa Flora")
    text = home.config.read_text()
    assert 'name = "Casa Flora"\n' in text
    assert '#max_size = "50 MB"\n' in text


def test_a_setting_has_its_default_again(desk: SettingsDesk, home: Home) -> None:
    """`unset` takes it out of the file; twice is once."""
    desk.set("jobs.keep_days", "7")
    change = desk.unset("jobs.keep_days")
    assert (change.before.value, change.after.value, change.after.source) == (7, 30, "default")
    desk.unset("jobs.keep_days")
    assert [entry.action for entry in entries()] == ["set", "unset"]
    assert load(home.config).jobs.keep_days == 30


def test_what_changes_nothing_leaves_no_trace(
    desk: SettingsDesk, home: Home, news: list[str]
) -> None:
    """The same value again is neither written nor told nor taken back."""
    desk.set("shop.country", "PE")
    stamp = ConfigStore(home.config).stamp()
    desk.set("shop.country", "PE")
    assert ConfigStore(home.config).stamp() == stamp
    assert (len(entries()), news) == (1, ["settings"])
    desk.undo()
    with pytest.raises(NotFound):
        desk.undo()


@pytest.mark.parametrize(
    ("key", "text"),
    [("media.max_size", "1 TB"), ("media.max_siz", "1"), ("shop.currency", "soles"),
     ("log.level", "loud"), (TOKEN, "short"), ("media.sizes", "{thumb = 100}")],
)  # fmt: skip
def test_a_wrong_value_changes_nothing(desk: SettingsDesk, home: Home, key: str, text: str) -> None:
    """The sentence names the setting; neither file nor trail nor secrets are touched."""
    write_default_config(home.config)
    before = home.config.read_bytes()
    with pytest.raises(UsageProblem):
        desk.set(key, text)
    assert home.config.read_bytes() == before
    assert entries() == []
    assert desk.secrets.shown() == {}


def test_a_file_with_a_mistake_is_not_made_worse(desk: SettingsDesk, home: Home) -> None:
    """While somebody's mistake is in the file, nothing is written, and its place is told."""
    home.config.write_text("[media]\nworkers = 99\n")
    with pytest.raises(UsageProblem, match=r"line 2: media\.workers"):
        desk.set("shop.name", "Casa Flora")
    assert home.config.read_text() == "[media]\nworkers = 99\n"


def test_all_of_a_change_is_undone_when_it_fails(
    desk: SettingsDesk, home: Home, news: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database can't keep the entry, the file is as it was; and the other way round."""
    desk.set("shop.name", "Before")
    before = home.config.read_bytes()
    put = ConfigStore.put

    def put_and_fail(store: ConfigStore, text: str) -> NoReturn:
        raise DiskFull("no room")

    monkeypatch.setattr(ConfigStore, "put", put_and_fail)
    with pytest.raises(DiskFull):
        desk.set("shop.name", "After")
    assert len(entries()) == 1
    monkeypatch.setattr(ConfigStore, "put", put)

    def full() -> NoReturn:
        raise DiskFull("no room")

    monkeypatch.setattr(desk, "_kept", lambda key: full() if b"After" in at() else None)

    def at() -> bytes:
        return home.config.read_bytes()

    with pytest.raises(DiskFull):
        desk.set("shop.name", "After")
    assert home.config.read_bytes() == before
    assert (len(entries()), news) == (1, ["settings"])


def test_the_environment_wins(desk_with: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes what something stronger sets is told so, and by what."""
    monkeypatch.setenv("BOTOPS_MEDIA__MAX_SIZE", "70 MB")
    desk = desk_with("shop.name=Line")
    change = desk.set("media.max_size", "60 MB")
    assert change.after.text == "70 MB"
    assert change.notice == "The environment wins: BOTOPS_MEDIA__MAX_SIZE."
    assert desk.set("shop.name", "File").notice == (
        "The command line wins: --set shop.name was given."
    )
    monkeypatch.delenv("BOTOPS_MEDIA__MAX_SIZE")
    assert desk.view("media.max_size").text == "60 MB"


def test_each_source_is_told(desk_with: Desks, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four places, each with what it says and where; the strongest that says something wins."""
    home.config.write_text("[media]\n\nmax_size = '60 MB'\n")
    monkeypatch.setenv("BOTOPS_MEDIA__MAX_SIZE", "70 MB")
    sources = desk_with("media.max_size=80 MB").where("media.max_size")
    assert [(each.name, each.text, each.place, each.wins) for each in sources] == [
        ("command line", "80 MB", "--set media.max_size", True),
        ("environment", "70 MB", "BOTOPS_MEDIA__MAX_SIZE", False),
        ("settings file", "60 MB", f"{home.config}:3", False),
        ("default", "50 MB", "", False),
    ]
    (line, environment, file, default) = desk_with().where("media.workers")
    assert [each.has_value for each in (line, environment, file)] == [False] * 3
    assert (file.place, default.text, default.wins) == (str(home.config), "2", True)
    with pytest.raises(UsageProblem, match=r"did you mean media\.workers"):
        desk_with().where("media.worker")


@pytest.mark.parametrize("key", setting_fields())
def test_each_setting_has_its_sources(desk: SettingsDesk, key: str) -> None:
    """Of every setting its places, its view and when it takes effect are told."""
    names = [each.name for each in desk.where(key)]
    is_secret = desk.view(key).secret
    assert names == (
        ["environment", "sealed in the database"]
        if is_secret
        else ["command line", "environment", "settings file", "default"]
    )
    assert desk.takes_effect(key) in ("now", "for new files", "after a restart", "not used yet")
    json.dumps([each.document() for each in desk.where(key)])


def test_changes_are_taken_back_in_turn(desk: SettingsDesk, home: Home) -> None:
    """`undo` puts back what was there before, the last change first."""
    home.config.write_text("[shop]\nname = 'Old' # mine\n")
    desk.set("shop.name", "New")
    desk.set("media.inbox", "/mnt/photos")
    desk.unset("shop.name")
    assert desk.undo().after.text == "New"
    assert desk.undo().after.text == ""
    change = desk.undo()
    assert (change.before.text, change.after.text) == ("New", "Old")
    assert home.config.read_text().startswith('[shop]\nname = "Old"  # mine\n')
    with pytest.raises(NotFound, match="no change"):
        desk.undo()
    assert len(entries()) == 6


def test_what_somebody_else_has_changed_stays(desk: SettingsDesk, home: Home) -> None:
    """A change is not taken back over a later one of the same setting by somebody else."""
    desk.set("shop.name", "Ours")
    desk.set("shop.country", "PE")
    home.config.write_text(home.config.read_text().replace('"Ours"', '"Theirs"'))
    desk.undo()
    with pytest.raises(Conflict, match=r"shop\.name was changed again"):
        desk.undo()
    assert load(home.config).shop.name == "Theirs"
    assert load(home.config).shop.country == "US"


def test_a_setting_that_waits_for_a_restart_says_so(
    desk_with: Desks, home: Home, desk: SettingsDesk
) -> None:
    """Beside an engine that runs, what it has not taken over yet is marked."""
    running = load(home.config)
    beside = SettingsDesk(home, bus=desk._bus, trail=desk._trail, running=running)
    beside.set("media.workers", "7")
    beside.set("shop.name", "Flora")
    assert [view.key for view in beside.views() if view.waits] == ["media.workers"]
    assert not any(view.waits for view in desk.views())


def test_a_secret_is_sealed(desk: SettingsDesk, home: Home, news: list[str]) -> None:
    """It is masked wherever it is seen, whole for who uses it, and in no file in the clear."""
    change = desk.set(TOKEN, SECRET)
    assert (change.before.value, change.after.value) == (None, "••••8f2c")
    assert (change.after.source, change.recovery_key) == ("sealed in the database", "")
    assert desk.secret(TOKEN) == SECRET
    assert desk.secret("whatsapp.app_secret") is None
    assert news == ["settings"]
    assert not home.config.exists()
    db.checkpoint()
    assert files_with(home.root.parent, SECRET) == []
    (entry,) = entries()
    assert (entry.action, entry.target_id, entry.merchant_id) == ("insert", TOKEN, "default")
    assert entry.after_state is not None
    assert (entry.after_state["sealed"], entry.after_state["shown"]) == ("***", "••••8f2c")
    seen = [repr(change), repr(desk.views()), repr(entry), str(change.document())]
    assert not [words for words in seen if SECRET in words or "v1." in words]


def test_a_short_secret_shows_nothing(desk: SettingsDesk) -> None:
    """Of a word that somebody could guess from its end, not even that is shown."""
    assert desk.set("whatsapp.verify_token", "flora-2026").after.value == "••••"


def test_a_secret_comes_and_goes(desk: SettingsDesk) -> None:
    """It is replaced, taken back, forgotten, and taken back again, without being opened."""
    desk.set(TOKEN, SECRET)
    desk.set(TOKEN, OTHER)
    assert desk.secret(TOKEN) == OTHER
    assert desk.undo().after.value == "••••8f2c"
    assert desk.secret(TOKEN) == SECRET
    assert desk.unset(TOKEN).after.value is None
    assert desk.secret(TOKEN) is None
    desk.undo()
    assert desk.secret(TOKEN) == SECRET
    desk.undo()
    assert desk.secret(TOKEN) is None
    assert [entry.action for entry in entries()] == [
        "insert", "update", "update", "delete", "insert", "delete",
    ]  # fmt: skip


def test_the_environment_s_secret_wins(desk: SettingsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret of the environment stands above the sealed one, and is masked too."""
    desk.set(TOKEN, SECRET)
    monkeypatch.setenv("BOTOPS_WHATSAPP__ACCESS_TOKEN", OTHER)
    view = desk.view(TOKEN)
    assert view.value == "••••ab12"
    assert view.source == "environment BOTOPS_WHATSAPP__ACCESS_TOKEN"
    assert desk.secret(TOKEN) == OTHER
    environment, sealed = desk.where(TOKEN)
    assert (environment.text, environment.wins) == ("••••ab12", True)
    assert (sealed.text, sealed.wins) == ("••••8f2c", False)
    change = desk.set(TOKEN, SECRET)
    assert change.notice == "The environment wins: BOTOPS_WHATSAPP__ACCESS_TOKEN."


def test_the_first_secret_makes_the_key(desk: SettingsDesk, home: Home) -> None:
    """Where there is no key yet, one is made, and told once."""
    home.key.unlink()
    change = desk.set(TOKEN, SECRET)
    assert home.key.read_text() == f"{change.recovery_key}\n"
    assert change.recovery_key not in repr(change)
    assert desk.set(TOKEN, OTHER).recovery_key == ""


def test_a_lost_key_is_not_replaced(desk: SettingsDesk, home: Home) -> None:
    """With secrets that need it, a key that is gone is asked for, and no other one is made."""
    desk.set(TOKEN, SECRET)
    home.key.unlink()
    with pytest.raises(NotFound, match="no master key"):
        desk.set("whatsapp.app_secret", OTHER)
    assert not home.key.exists()
    assert desk.view(TOKEN).value == "••••8f2c"
    assert desk.secrets.troubles() != []


def test_secrets_are_refused_where_they_would_be_read(desk_with: Desks, home: Home) -> None:
    """One that was pasted into the file, or given on the command line, is not used."""
    with pytest.raises(UsageProblem, match="everybody can read"):
        desk_with(f"{TOKEN}={SECRET}").views()
    home.config.write_text(f"[whatsapp]\naccess_token = '{SECRET}'\n")
    with pytest.raises(UsageProblem, match="does not belong into this file") as caught:
        desk_with().set("shop.name", "Flora")
    assert SECRET not in str(caught.value)


def test_many_at_once_lose_nothing(desk_with: Desks, home: Home) -> None:
    """Desks of several threads change several settings at once, and all changes are there."""
    from concurrent.futures import ThreadPoolExecutor

    values = {"shop.name": "Flora", "shop.country": "PE", "jobs.keep_days": "7",
              "events.keep": "5000", "media.workers": "4", "log.level": "debug"}  # fmt: skip
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda pair: desk_with().set(*pair), values.items()))
        pool.submit(db.disconnect)
    seen = {view.key: view.text for view in desk_with().views()}
    assert {key: seen[key] for key in values} == values
    assert len(entries()) == 6


def test_a_protected_file_is_told(
    desk: SettingsDesk, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may not be written is not, and the trail does not say that it was."""
    home.config.write_text("# mine\n")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(Refused, match="write-protected"):
        desk.set("shop.name", "Flora")
    assert entries() == []


def test_paths_are_written_whole(desk: SettingsDesk, tmp_path: Path) -> None:
    """A folder that is named from where somebody stands is the same one from everywhere."""
    assert desk.set("media.inbox", "photos").after.text == str(Path.cwd() / "photos")
