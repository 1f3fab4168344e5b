"""Attached: looks things up by itself, lets the engine do the rest, and survives its absence."""

import os
import pwd
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from botops.audit.search import AuditQuery
from botops.audit.trail import Trail
from botops.catalog import NewProduct
from botops.cli.attached import Attached
from botops.jobs.desk import JobQuery
from botops.jobs.request import JobOptions
from botops.kernel.errors import NotFound, Refused, StorageTrouble, Unreachable, UsageProblem
from botops.kernel.events import Changed
from botops.kernel.paths import Home
from botops.runtime import Runtime
from botops.store import db
from tests.media import photos
from tests.program import Program, drop, wait_for


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A home whose engine runs in another process, for tests that leave no trace."""
    folder = tmp_path_factory.mktemp("attached")
    program = Program(folder / "home", "media.settle_seconds=0.1", "shop.name=Casa Flora")
    program.serve()
    yield program
    program.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Program]:
    """A home whose engine the test may kill."""
    program = Program(tmp_path / "home", "media.settle_seconds=0.1")
    program.serve()
    yield program
    program.close()


def attached_to(program: Program) -> Iterator[Runtime]:
    """What an attached screen of a program gets."""
    attached = Attached(Home(program.home))
    yield attached.start()
    attached.stop()


@pytest.fixture
def runtime(shared: Program) -> Iterator[Runtime]:
    """What an attached screen gets."""
    yield from attached_to(shared)


@pytest.fixture
def lone(own: Program) -> Iterator[Runtime]:
    """What an attached screen gets whose engine may be killed."""
    yield from attached_to(own)


def test_settings_are_those_of_the_engine(runtime: Runtime, shared: Program) -> None:
    """Whatever the engine was started with holds here too."""
    assert runtime.shop_name == "Casa Flora"
    assert runtime.settings.media.settle_seconds == 0.1
    assert runtime.media.inbox == shared.inbox
    link = runtime.link()
    assert link is not None
    assert shared.engine is not None
    assert link.pid == shared.engine.pid


def test_settings_that_change_while_all_runs_are_followed(lone: Runtime) -> None:
    """What somebody sets over there holds here without a restart, and is news."""
    topics: list[str] = []
    lone.bus.subscribe(Changed, lambda changed: topics.append(changed.topic))
    lone.preferences.set("shop.name", "Flores")
    wait_for(lambda: lone.shop_name == "Flores", "the name")
    wait_for(lambda: "settings" in topics, "the news")


def test_only_the_engine_knows_how_its_parts_are(runtime: Runtime) -> None:
    """Health and log are those of the other process."""
    names = {part.name for part in runtime.health()}
    assert names == {"queue", "database", "watcher", "disk", "settings"}
    assert any("ready; the inbox is" in line for line in runtime.logs.tail(100))
    assert runtime.media.is_paused is False
    assert all(need.detail for need in runtime.needs())


def test_settings_are_changed_in_the_engine(lone: Runtime, own: Program) -> None:
    """What the engine's command line says counts, a change is made there, and can be taken back."""
    assert lone.preferences.view("media.settle_seconds").source == "--set"
    lone.preferences.set("media.max_size", "60 MB")
    assert 'max_size = "60 MB"' in Home(own.home).config.read_text()
    assert [each.text for each in lone.preferences.where("media.max_size")][2] == "60 MB"
    change = lone.preferences.undo()
    assert (change.before.text, change.after.text) == ("60 MB", "50 MB")
    secret = lone.preferences.set("whatsapp.access_token", "EAAGm0PX4ZCpsBAKZA8f2c")
    assert secret.after.text == "••••8f2c"
    (key, size, *_) = lone.trail.entries(AuditQuery(target_type="settings")).items
    assert (key.target_id, key.actor) == ("whatsapp.access_token", pwd.getpwuid(os.getuid())[0])
    assert size.actor_role == "screen"
    with pytest.raises(UsageProblem, match="did you mean"):
        lone.preferences.set("media.max_siz", "1")


def test_a_photo_s_whole_life(runtime: Runtime, shared: Program, tmp_path: Path) -> None:
    """Seen while it settles, listed when it is ready; put aside, brought back, made anew."""
    file = tmp_path / "tulipan.jpg"
    file.write_bytes(photos.jpeg())
    view, job = runtime.media.add(file)
    assert job is not None
    wait_for(lambda: runtime.media.show(view.id).status == "ready", "the photo")
    assert runtime.media.thumbnail(view.id)
    runtime.media.remove(view.id)
    assert runtime.media.show(view.id).is_removed
    runtime.media.restore(view.id)
    assert not runtime.media.show(view.id).is_removed
    again = str(runtime.media.retry(view.id))
    wait_for(lambda: runtime.jobs.show(again).state == "completed", "the job")
    assert runtime.media.rescan()
    with pytest.raises(NotFound):
        runtime.media.remove("4711")


def test_a_file_that_settles_is_seen(own: Program) -> None:
    """What the watcher sees, and no database holds yet, is told by the engine, as news."""
    own.stop()
    own.settings = ("media.settle_seconds=60",)
    own.serve()
    for runtime in attached_to(own):
        topics: set[str] = set()
        runtime.bus.subscribe(Changed, lambda changed: topics.add(changed.topic))  # noqa: B023 - used at once
        drop(own.inbox, "lirio.jpg", photos.jpeg())
        pending = wait_for(runtime.media.pending, "the file")
        assert [(each.name, each.state) for each in pending] == [("lirio.jpg", "settling")]
        wait_for(lambda: "media" in topics, "the news")  # noqa: B023 - waited for at once


def test_jobs_are_ordered_about(runtime: Runtime) -> None:
    """Added, paused, stopped, given up, tried again: the ledger here and there is the same."""
    desk = runtime.jobs
    options = JobOptions(queue="order_processing", about="attached")
    desk.pause("order_processing", reason="lunch")
    (queue,) = [each for each in desk.queues() if each.name == "order_processing"]
    assert (queue.paused, queue.pause_reason) == (True, "lunch")
    job = str(desk.enqueue("probe", {"value": 1}, options=options).id)
    others = [str(each.id) for each in desk.enqueue_many("probe", {}, options=options, count=3)]
    assert desk.cancel([job]) == 1
    assert desk.show(job).state == "cancelled"
    assert desk.retry(each for each in [job]) == 1
    query = JobQuery(queue="order_processing", text="attached", state=("available",))
    assert desk.cancel_where(query) == 4
    assert desk.retry_where(JobQuery(queue="order_processing", state=("cancelled",))) == 4
    assert desk.discard(others) == 3
    assert desk.discard_where(query) == 1
    desk.resume("order_processing")
    assert not any(each.paused for each in desk.queues())
    with pytest.raises(NotFound, match="no job 4711"):
        desk.retry(["4711"])


def test_products_change_in_the_name_of_who_sits_here(runtime: Runtime) -> None:
    """Each change stands in the trail, with the user's name and the screen's process."""
    catalog = runtime.catalog
    product = catalog.add(NewProduct(sku="R9", name="Rosa", price=250, stock=3))
    assert catalog.get("R9") == product
    assert catalog.edit("R9", {"price": 300, "stock": None}).price == 300
    catalog.remove("R9")
    with pytest.raises(NotFound):
        catalog.get("R9")
    assert catalog.restore(product.id).sku == "R9"
    entries = Trail().entries(AuditQuery(target_type="products")).items
    assert len(entries) == 4
    user = pwd.getpwuid(os.getuid()).pw_name
    assert {(each.actor, each.actor_role, each.user_agent) for each in entries} == {
        (user, "screen", f"process {os.getpid()}")
    }


def test_pictures_are_tied_to_products(runtime: Runtime, tmp_path: Path) -> None:
    """Linking and unlinking go over the line, too."""
    file = tmp_path / "unrelated.png"
    file.write_bytes(photos.jpeg(size=(40, 40)))
    view, _ = runtime.media.add(file)
    runtime.catalog.add(NewProduct(sku="L1", name="Lirio", price=100))
    assert runtime.catalog.link(view.id, "L1").media_ids == (view.id,)
    assert runtime.catalog.link(view.id, "L1", first=True).media_ids == (view.id,)
    assert runtime.catalog.unlink(view.id, "L1").media_ids == ()


def test_events_and_merchants(runtime: Runtime) -> None:
    """What else a face may do."""
    event = runtime.history.publish("payment_received", {"orderId": 7})
    assert runtime.history.find(event.id) == event
    assert runtime.merchants.add("two", "Second").id == "two"
    assert runtime.merchants.edit("two", name="Other").name == "Other"
    runtime.merchants.remove("two")
    assert [each.id for each in runtime.merchants.all()] == ["default"]


def test_what_can_not_be_sent_says_how_it_is_done(runtime: Runtime) -> None:
    """A list of products is brought by a command."""
    with pytest.raises(Refused) as caught:
        runtime.catalog.import_csv(BytesIO())
    assert "botops product import" in caught.value.hint


def test_nothing_is_written_from_here(runtime: Runtime) -> None:
    """The database is open for reading: what is forgotten on the list fails, and is found."""
    assert runtime.jobs.queues()
    with pytest.raises(StorageTrouble), db.write():
        db.change("DELETE FROM products")


def test_what_others_commit_is_news_here(runtime: Runtime, shared: Program) -> None:
    """A command in a third process is heard of by following the database."""
    topics: list[str] = []
    runtime.bus.subscribe(Changed, lambda changed: topics.append(changed.topic))
    shared.json("event", "publish", "payment_received", "--data", "{}")
    wait_for(lambda: "*" in topics, "the news")


def test_an_engine_that_dies_and_comes_back(lone: Runtime, own: Program) -> None:
    """Reading goes on, orders are refused with the reason, the rest says what it can."""
    own.json("product", "add", "--sku", "R1", "--name", "Rosa", "--price", "1")
    own.kill()
    wait_for(lambda: (link := lone.link()) and link.trouble, "the end of the line")
    assert lone.catalog.get("R1").name == "Rosa"
    assert [(part.name, part.state) for part in lone.health()] == [("engine", "down")]
    assert lone.needs()[0].detail == "The engine is away."
    assert len(lone.needs()) == 1
    assert lone.media.pending() == []
    assert lone.media.is_paused is False
    assert isinstance(lone.logs.tail(5), list)
    with pytest.raises(Unreachable, match="away"):
        lone.catalog.remove("R1")
    assert lone.catalog.get("R1").sku == "R1"
    own.settings = ("shop.name=Renamed",)
    own.serve()
    wait_for(lambda: (link := lone.link()) and link.pid, "its return")
    assert lone.shop_name == "Renamed"
    assert lone.catalog.remove("R1").sku == "R1"


def test_a_database_that_was_replaced_is_read_anew(
    lone: Runtime, own: Program, tmp_path: Path
) -> None:
    """After another file has taken its place, that one is shown, and still followed."""
    own.json("backup", str(tmp_path / "saved.tar"))
    own.json("product", "add", "--sku", "R1", "--name", "Rosa", "--price", "1")
    assert lone.catalog.get("R1").sku == "R1"
    own.stop()
    wait_for(lambda: (link := lone.link()) and link.trouble, "the end of the line")
    db.close()  # as if this screen had been closed: a restore wants the database for itself
    assert own.call("restore", str(tmp_path / "saved.tar"), "--json").returncode == 0
    own.serve()
    wait_for(lambda: (link := lone.link()) and link.pid, "its return")
    with pytest.raises(NotFound):
        lone.catalog.get("R1")
    topics: list[str] = []
    lone.bus.subscribe(Changed, lambda changed: topics.append(changed.topic))
    own.json("event", "publish", "payment_received", "--data", "{}")
    wait_for(lambda: "*" in topics, "the news")


def test_a_home_with_a_long_path_is_attached_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its socket lies elsewhere, and the lock says where: this side need not guess the same."""
    program = Program(tmp_path / ("long" * 30) / "home")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "r"))
    try:
        program.serve()
        monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
        for runtime in attached_to(program):
            assert {part.state for part in runtime.health()} == {"up"}
        assert program.stop()[0] == 0
    finally:
        program.close()
    assert list((tmp_path / "r" / "botops").iterdir()) == []
