"""Merchants: shops come, are renamed, go, and come back."""

import threading

import pytest

from botops.accounts import Merchants
from botops.kernel import clock
from botops.kernel.errors import Conflict, NotFound, Refused, UsageProblem
from botops.kernel.events import Bus, Changed
from botops.store import db

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def bus() -> Bus:
    """A bus that tells of changes after the commit."""
    return Bus(defer=db.after_commit)


@pytest.fixture
def merchants(bus: Bus) -> Merchants:
    """The list of shops of an empty home."""
    return Merchants(bus)


def ids(merchants: Merchants) -> list[str]:
    """Which shops there are."""
    return [merchant.id for merchant in merchants.all()]


def test_a_new_home_has_one_shop(merchants: Merchants) -> None:
    """The shop `default` is there, and making it again changes nothing."""
    before = merchants.show("default")
    merchants.ensure_default("Another name")
    assert merchants.all() == [before]


def test_the_first_shop_is_made_once_by_many() -> None:
    """Several threads that find no shop make one between them, without an error."""
    with db.write():
        db.change("DELETE FROM merchants")
    start, failed = threading.Barrier(4), []

    def make() -> None:
        start.wait()
        try:
            Merchants(Bus()).ensure_default()
        except BaseException as error:  # noqa: BLE001 - handed to the test, which fails with it
            failed.append(error)
        finally:
            db.disconnect()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failed == []
    assert db.execute("SELECT count(*) FROM merchants") == [(1,)]


def test_a_shop_is_added(merchants: Merchants) -> None:
    """A new shop is listed, with its name tidied."""
    with clock.freeze(1_800_000_000):
        added = merchants.add("casa-flora", "  Casa \t Flora ")
    assert added.document() == {
        "id": "casa-flora",
        "name": "Casa Flora",
        "created_at": "2027-01-15T08:00:00.000Z",
        "updated_at": "2027-01-15T08:00:00.000Z",
    }
    assert ids(merchants) == ["casa-flora", "default"]


def test_two_shops_do_not_share_an_id(merchants: Merchants) -> None:
    """An id that is taken is a conflict."""
    merchants.add("flora", "Flora")
    with pytest.raises(Conflict, match="flora already"):
        merchants.add("flora", "Other")


@pytest.mark.parametrize("merchant_id", ["", "-a", "A", "a b", "a/b", "é", "a" * 65, "a\n"])
def test_an_id_is_a_plain_word(merchants: Merchants, merchant_id: str) -> None:
    """An id stands in addresses and file names, and is kept plain."""
    with pytest.raises(UsageProblem, match="can't be the id"):
        merchants.add(merchant_id, "Name")


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x1b[31mb", "a\x00"])
def test_a_name_can_be_read(merchants: Merchants, name: str) -> None:
    """A name is not empty, not endless, and holds no control codes."""
    with pytest.raises(UsageProblem, match="1 to 80 characters"):
        merchants.add("flora", name)


def test_a_shop_is_renamed(merchants: Merchants) -> None:
    """A new name is kept together with when it was given."""
    with clock.freeze(1_800_000_000) as now:
        merchants.add("flora", "Flora")
        now.move(60)
        edited = merchants.edit("flora", name="Flora y Fauna")
    assert edited.name == "Flora y Fauna"
    assert (edited.updated_at - edited.created_at).total_seconds() == 60


def test_a_removed_shop_is_gone_and_can_come_back(merchants: Merchants) -> None:
    """Removing hides a shop; adding it again brings the same one back."""
    made = merchants.add("flora", "Flora")
    merchants.remove("flora")
    assert ids(merchants) == ["default"]
    with pytest.raises(NotFound):
        merchants.show("flora")
    back = merchants.add("flora", "Flora II")
    assert (back.name, back.created_at, back.deleted_at) == ("Flora II", made.created_at, None)


def test_the_default_shop_stays(merchants: Merchants) -> None:
    """What is meant when nothing is named can't be removed."""
    with pytest.raises(Refused, match="is needed"):
        merchants.remove("default")


def test_an_unknown_shop_is_not_found(merchants: Merchants) -> None:
    """Editing and removing need a shop that is there."""
    with pytest.raises(NotFound, match="no merchant nowhere"):
        merchants.edit("nowhere", name="Name")
    with pytest.raises(NotFound, match="no merchant nowhere"):
        merchants.remove("nowhere")


def test_each_change_is_told(bus: Bus, merchants: Merchants) -> None:
    """Screens hear of each change after its commit, and of nothing that failed."""
    heard: list[str] = []
    bus.subscribe(Changed, lambda event: heard.append(event.topic))
    merchants.add("flora", "Flora")
    merchants.edit("flora", name="Fauna")
    merchants.remove("flora")
    with pytest.raises(NotFound):
        merchants.remove("flora")
    assert heard == ["merchants"] * 3
