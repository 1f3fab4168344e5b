"""Trail: each change is an entry with who did it, and no entry can be changed unseen."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from peewee import IntegrityError

from botops.accounts import Merchants
from botops.audit import AuditQuery, EntryView, Trail, Verdict
from botops.kernel import clock
from botops.kernel.errors import NotFound
from botops.kernel.events import Bus
from botops.store import db, triggers
from botops.store.actor import Actor, acting_as

AddProduct = Callable[..., None]
ANA = Actor("ana", "owner", address="192.0.2.7", agent="botops-tui")
NOW = 1_795_430_526.12


@pytest.fixture
def trail(database: Path) -> Trail:
    """The trail of a home in which only the first shop was made."""
    return Trail()


@pytest.fixture
def merchants(database: Path) -> Merchants:
    """The shops, changes of which are kept in the trail."""
    return Merchants(Bus(defer=db.after_commit))


def latest(trail: Trail, count: int = 1) -> list[EntryView]:
    """The last entries, oldest first."""
    return trail.entries(AuditQuery(limit=count)).items[::-1]


def test_a_change_is_kept_with_who_did_it(trail: Trail, merchants: Merchants) -> None:
    """An entry says who, from where, when, what, and how the row was and is."""
    with clock.freeze(NOW), acting_as(ANA):
        merchants.add("flora", "Flora")
        merchants.edit("flora", name="Fauna")
    added, edited = latest(trail, 2)
    assert (added.action, added.target_type, added.target_id) == ("insert", "merchants", "flora")
    assert added.before_state is None
    assert (edited.actor, edited.actor_role) == ("ana", "owner")
    assert (edited.ip_address, edited.user_agent) == ("192.0.2.7", "botops-tui")
    assert edited.created_at == "2026-11-23T10:42:06.120Z"
    assert edited.merchant_id == "flora"
    assert edited.changes == {"name": ("Flora", "Fauna")}


def test_the_program_itself_is_an_actor(trail: Trail, add_product: AddProduct) -> None:
    """What nobody asked for by name was done by the program."""
    add_product()
    (entry,) = latest(trail)
    assert (entry.actor, entry.actor_role, entry.ip_address) == ("botops", "program", None)


def test_products_are_kept_with_their_shop(trail: Trail, add_product: AddProduct) -> None:
    """An entry of a row that belongs to a shop names the shop."""
    add_product()
    with db.write():
        db.change("UPDATE products SET price = 2600, updated_at = '2027'")
        db.change("DELETE FROM products")
    added, changed, gone = latest(trail, 3)
    assert [entry.action for entry in (added, changed, gone)] == ["insert", "update", "delete"]
    assert {entry.merchant_id for entry in (added, changed, gone)} == {"default"}
    assert changed.changes["price"] == (2500, 2600)
    assert gone.after_state is None
    assert gone.before_state == changed.after_state
    assert "sku_key" not in (gone.before_state or {})


def test_what_changes_nothing_is_no_entry(trail: Trail, add_product: AddProduct) -> None:
    """Saving a row as it is, or only touching its time, leaves no entry."""
    add_product()
    before = trail.entries(AuditQuery()).total
    with db.write():
        db.change("UPDATE products SET price = price, updated_at = '2099'")
    assert trail.entries(AuditQuery()).total == before


def test_replacing_a_row_is_kept(trail: Trail) -> None:
    """REPLACE, which deletes without saying so, is a deletion and an insertion."""
    with db.write():
        db.change(
            "REPLACE INTO merchants (id, name, created_at, updated_at) "
            "VALUES ('default', 'New', 1, 1)"
        )
    gone, added = latest(trail, 2)
    assert (gone.action, added.action) == ("delete", "insert")
    assert (gone.before_state or {})["name"] == "My shop"


def test_an_upsert_is_kept(trail: Trail) -> None:
    """A row that is changed because it was there is an update."""
    with db.write():
        db.change(
            "INSERT INTO merchants (id, name, created_at, updated_at) "
            "VALUES ('default', 'New', 1, 1) ON CONFLICT (id) DO UPDATE SET name = excluded.name"
        )
    assert latest(trail)[0].changes["name"] == ("My shop", "New")


def test_what_is_undone_leaves_no_entry(trail: Trail, add_product: AddProduct) -> None:
    """A change and its entry are one: undone together."""

    def fail() -> None:
        with db.write():
            add_product()
            raise NotFound("stop")

    with pytest.raises(NotFound):
        fail()
    assert trail.entries(AuditQuery()).total == 1
    add_product()
    assert trail.verify() == Verdict(ok=True, checked=2)


def test_a_secret_is_not_in_the_trail(
    trail: Trail, monkeypatch: pytest.MonkeyPatch, add_product: AddProduct
) -> None:
    """Of a secret column the trail keeps only whether it was set."""
    monkeypatch.setitem(triggers.AUDITED, "products", ("description", "deleted_at"))
    assert triggers.install_audit() == [
        "audit_products_delete", "audit_products_insert", "audit_products_update",
    ]  # fmt: skip
    add_product()
    with db.write():
        db.change("UPDATE products SET description = 'whsec_abc'")
    (entry,) = latest(trail)
    assert entry.before_state
    assert (entry.before_state["description"], entry.before_state["deleted_at"]) == ("***", None)
    assert "whsec" not in str(db.execute("SELECT * FROM audit_logs"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_logs SET actor = 'nobody'",
        "DELETE FROM audit_logs",
        "REPLACE INTO audit_logs SELECT * FROM audit_logs",
    ],
)
def test_the_trail_can_only_grow(trail: Trail, database: Path, statement: str) -> None:
    """No statement changes or removes an entry, by this program or by another tool."""
    with pytest.raises(IntegrityError, match="cannot be edited"), db.write():
        db.change(statement)
    with (
        closing(sqlite3.connect(database)) as tool,
        pytest.raises(sqlite3.IntegrityError, match="cannot be edited"),
    ):
        tool.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE merchants SET name = 'x'",
        "DELETE FROM merchants",
        "INSERT INTO merchants (id, name, created_at, updated_at) VALUES ('b', 'B', 1, 1)",
    ],
)
def test_another_tool_does_not_write_around_the_trail(database: Path, statement: str) -> None:
    """A tool that does not say who acts can't change what the trail covers."""
    with (
        closing(sqlite3.connect(database)) as tool,
        pytest.raises(sqlite3.OperationalError, match="no such function: botops_"),
    ):
        tool.execute(statement)


def test_a_moment_is_asked_for_once(
    trail: Trail, monkeypatch: pytest.MonkeyPatch, add_product: AddProduct
) -> None:
    """The fingerprint covers the very moment that the entry says, though the clock runs."""
    ticks = iter(range(1_800_000_000, 1_900_000_000))
    monkeypatch.setattr(clock, "_source", lambda: float(next(ticks)))
    add_product()
    trail.note("set", "settings", target_id="shop.name", after={"value": "x"})
    assert trail.verify() == Verdict(ok=True, checked=3)


def test_a_note_is_an_entry_like_others(trail: Trail) -> None:
    """What lies outside of the tables is kept the same way, its secrets masked."""
    with acting_as(ANA):
        trail.note(
            "set",
            "settings",
            target_id="whatsapp.phone",
            before={"value": "+51987654321", "access_token": "EAAGsecret"},
            after={"value": None},
        )
    (entry,) = latest(trail)
    assert (entry.actor, entry.action, entry.target_id) == ("ana", "set", "whatsapp.phone")
    assert entry.before_state == {"value": "+51 •••• 21", "access_token": "••••"}
    assert entry.after_state == {"value": None}
    assert trail.verify() == Verdict(ok=True, checked=2)


def test_a_note_is_undone_with_its_cause(trail: Trail) -> None:
    """A note belongs to the transaction in which it is made."""

    def fail() -> None:
        with db.write():
            trail.note("set", "settings", target_id="shop.name")
            raise NotFound("stop")

    with pytest.raises(NotFound):
        fail()
    assert trail.entries(AuditQuery()).total == 1


def test_entries_are_found(trail: Trail, merchants: Merchants, add_product: AddProduct) -> None:
    """A query finds entries by who, what, whose, and by how words in what has changed begin."""
    with acting_as(ANA):
        merchants.add("flora", "Casa Flora")
    add_product("TULIP")
    add_product("ROSE_1")

    def found(query: AuditQuery) -> list[str | None]:
        return [entry.target_id for entry in trail.entries(query).items]

    assert found(AuditQuery(actor="ana")) == ["flora"]
    assert found(AuditQuery(target_type="products")) == ["2", "1"]
    assert found(AuditQuery(target_type="products", target_id="1")) == ["1"]
    assert found(AuditQuery(merchant_id="flora")) == ["flora"]
    assert found(AuditQuery(action="update")) == []
    assert found(AuditQuery(text="casa flora")) == ["flora"]
    assert found(AuditQuery(text="tulip")) == ["1"]
    assert found(AuditQuery(text="rose_1")) == ["2"]
    assert found(AuditQuery(text="%")) == []


def test_pages_go_through_all_entries(trail: Trail, add_product: AddProduct) -> None:
    """Pages, one after the other, give every entry once, newest first."""
    for number in range(6):
        add_product(f"P{number}")
    seen: list[str] = []
    page = trail.entries(AuditQuery(limit=3))
    while page.next_cursor:
        seen += [entry.id for entry in page.items]
        page = trail.entries(AuditQuery(limit=3, cursor=page.next_cursor))
        assert page.total == 7
    seen += [entry.id for entry in page.items]
    assert seen == ["7", "6", "5", "4", "3", "2", "1"]


def test_an_entry_is_shown(trail: Trail) -> None:
    """An id leads to its entry and its document, an unknown one to an error."""
    (entry,) = latest(trail)
    assert trail.show(entry.id) == entry
    assert entry.document()["after_state"]["name"] == "My shop"
    with pytest.raises(NotFound):
        trail.show("99")
