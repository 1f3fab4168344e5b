"""Search: the index finds exactly what is meant, however hostile the words are."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botops.audit import AuditQuery, Trail
from botops.audit.search import match_of, search
from botops.kernel import clock
from botops.store import db
from botops.store.actor import Actor, acting_as

AddProduct = Callable[..., None]
NOON = 1_795_430_526.0


@pytest.fixture
def trail(database: object) -> Trail:
    """The trail of a home in which only the first shop was made."""
    return Trail()


def found(query: AuditQuery) -> list[str]:
    """The entries that a query means, newest first."""
    return [entry.id for entry in Trail().entries(query).items]


def test_what_is_put_aside_is_removed_and_comes_back(trail: Trail, add_product: AddProduct) -> None:
    """A person asks for what was removed, whether the row is gone or only marked as such."""
    add_product()
    with db.write():
        db.change("UPDATE products SET deleted_at = '2026'")
        db.change("UPDATE products SET deleted_at = NULL")
        db.change("UPDATE products SET price = 1")
        db.change("DELETE FROM products")
    verbs = {"insert": ["2", "1"], "remove": ["6", "3"], "restore": ["4"], "update": ["5"]}
    assert {verb: found(AuditQuery(verb=verb)) for verb in verbs} == verbs
    for verb, ids in verbs.items():
        assert {trail.show(entry_id).verb for entry_id in ids} == {verb}


def test_words_are_found_without_accents_and_by_how_they_begin(trail: Trail) -> None:
    """Nobody types accents, and most stop typing before the end of a word."""
    trail.note("set", "settings", target_id="shop.name", after={"value": "Orquídeas de Ñuñoa"})
    assert found(AuditQuery(text="orquidea")) == ["2"]
    assert found(AuditQuery(text="NUNOA orq")) == ["2"]
    assert found(AuditQuery(text="nuñoa")) == ["2"]
    assert found(AuditQuery(text="orqui\u0301")) == ["2"]
    assert found(AuditQuery(text="rquidea")) == []


def test_who_is_found_by_name_alone(trail: Trail) -> None:
    """A name in what has changed is no name of who changed it."""
    with acting_as(Actor("Ana María", "screen")):
        trail.note("set", "settings", target_id="shop.name", after={"value": "x"})
    trail.note("set", "settings", target_id="shop.name", after={"value": "Ana"})
    assert found(AuditQuery(who="ana mar")) == ["2"]
    assert found(AuditQuery(text="ana")) == ["3", "2"]
    assert found(AuditQuery(actor_role="screen")) == ["2"]


def test_moments_are_found(trail: Trail) -> None:
    """From a moment on, until before another, and both."""
    for minute in range(1, 7):
        with clock.freeze(NOON + 60 * minute):
            trail.note("set", "settings", target_id=f"m{minute}")
    third, fifth = (clock.iso(NOON + 60 * minute) for minute in (3, 5))
    said = {entry.id: entry.target_id for entry in trail.entries(AuditQuery()).items}
    with clock.freeze(NOON):
        assert [said[each] for each in found(AuditQuery(since=third, until=fifth))] == ["m4", "m3"]
        assert [said[each] for each in found(AuditQuery(since=fifth))] == ["m6", "m5"]
        later = clock.iso(NOON + 6000)
        assert found(AuditQuery(since=later)) == []
        assert search(AuditQuery(since=later)).count() == 0


@pytest.mark.parametrize("text", ["%", '"', "*", "^ -", "( )", "'", "..."])
def test_signs_alone_find_nothing(trail: Trail, text: str) -> None:
    """What has no letter is in no word, and is no error."""
    assert found(AuditQuery(text=text)) == []


def test_nothing_typed_is_no_condition(trail: Trail) -> None:
    """Blanks narrow nothing down."""
    assert match_of(AuditQuery(text="  ", who=" ")) is None
    assert found(AuditQuery(text=" ")) == ["1"]


@pytest.mark.parametrize("value", ['a" OR "b', "NEAR(a b)", "words:x", "ñ" * 300, "\ud800"])
def test_values_are_exact_whatever_is_in_them(trail: Trail, value: str) -> None:
    """An actor, an action or an id is found by all of it, and is never taken for a command."""
    stored = value.encode("utf-8", "replace").decode()
    with acting_as(Actor(stored, "screen")):
        trail.note("set", "settings", target_id=stored)
    assert found(AuditQuery(actor=stored)) == ["2"]
    assert found(AuditQuery(target_type="settings", target_id=stored)) == ["2"]
    assert found(AuditQuery(actor=stored[:-1] or "x")) == ([] if len(stored) <= 200 else ["2"])
    assert found(AuditQuery(actor=value)) == ["2"]


@given(text=st.text(max_size=40), more=st.text(max_size=5))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_word_of_what_was_written_is_found(database: object, text: str, more: str) -> None:
    """Whatever letters there are, a word that has one is found by itself, and nothing breaks."""
    word = ("x" + text).encode("utf-8", "replace").decode().replace("\x00", "").split()[0]
    before = db.execute("SELECT max(id) FROM audit_logs")[0][0]
    Trail().note("set", "settings", target_id="n", after={"value": word})
    assert str(before + 1) in found(AuditQuery(text=word))
    assert str(before + 1) in found(AuditQuery(text=f"set n {word}"[4:], verb="set"))
    found(AuditQuery(text=more, who=more))
