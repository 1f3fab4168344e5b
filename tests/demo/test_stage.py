"""Stage: what the script says happens through the services that everybody uses."""

from botops.demo.script import Pause, Photos, Resume, Sale, Scrap, Work
from botops.demo.shots import Shot
from botops.demo.stage import RESTOCKED, WHY_PAUSED, Stage
from botops.jobs import states
from botops.jobs.desk import JobQuery
from botops.media.library import MediaQuery
from botops.runtime import Runtime
from tests.program import wait_for

QUEUE = states.WEBHOOK_DELIVERY


def reasons(runtime: Runtime) -> dict[str, str]:
    """The queues that are paused, and why."""
    return {each.name: each.pause_reason for each in runtime.jobs.queues() if each.paused}


def told(runtime: Runtime) -> dict[str, dict[str, object]]:
    """What became known, the newest of each type."""
    return {event.type: event.data for event in reversed(runtime.history.recent())}


def test_a_photo_finds_its_product(runtime: Runtime, stage: Stage) -> None:
    """A photo that is dropped becomes a picture of the product that it is named after."""
    stage.perform(Photos((Shot(name="ROSA-12.jpg", sku="ROSA-12", width=320),)))
    wait_for(lambda: runtime.catalog.get("ROSA-12").media_ids, "the picture")


def test_scrap_is_refused(runtime: Runtime, stage: Stage) -> None:
    """A file that is no photo is refused with its reason."""
    stage.perform(Scrap("factura.jpg", b"%PDF-1.4\n"))
    query = MediaQuery(status="failed")
    refused = wait_for(lambda: runtime.media.page(query).items, "the refusal")
    assert "PDF" in (refused[0].reason or "")


def test_a_sale_takes_from_the_stock(runtime: Runtime, stage: Stage) -> None:
    """What the till sells is gone from the shelf, and known."""
    stage.perform(Sale("ROSA-12", 3, "Rosa M."))
    assert runtime.catalog.get("ROSA-12").stock == 7
    sold = told(runtime)["till_sale"]
    assert (sold["name"], sold["quantity"], sold["totalAmount"]) == ("Rosas", 3, 26_700)


def test_the_supplier_comes_when_the_shelf_is_empty(runtime: Runtime, stage: Stage) -> None:
    """No sale fails for want of stock: more is brought first."""
    runtime.catalog.edit("ROSA-12", {"stock": 1})
    stage.perform(Sale("ROSA-12", 2, "Rosa M."))
    assert runtime.catalog.get("ROSA-12").stock == 1 + RESTOCKED - 2
    assert told(runtime)["supplier_delivery"]["quantity"] == RESTOCKED


def test_what_a_person_removed_is_not_sold(runtime: Runtime, stage: Stage) -> None:
    """Whoever looks at the demo may remove a product; then nothing happens to it."""
    runtime.catalog.remove("ROSA-12")
    stage.perform(Sale("ROSA-12", 1, "Rosa M."))
    assert "till_sale" not in told(runtime)


def test_a_stock_that_nobody_counts_stays_so(runtime: Runtime, stage: Stage) -> None:
    """A product without a stock is sold all the same."""
    runtime.catalog.edit("ROSA-12", {"stock": None})
    stage.perform(Sale("ROSA-12", 1, "Rosa M."))
    assert runtime.catalog.get("ROSA-12").stock is None
    assert "till_sale" in told(runtime)


def test_work_is_a_try_out(runtime: Runtime, stage: Stage) -> None:
    """The demo's jobs are of the kind that changes nothing, and end as the script says."""
    stage.perform(Work(QUEUE, "is done", seconds=0))
    stage.perform(Work(QUEUE, "meant to fail", seconds=0, fails=9, tries=1))

    def ends() -> dict[str, str]:
        return {job.about: job.state for job in runtime.jobs.page(JobQuery(kind="probe")).items}

    wanted = {"is done": states.COMPLETED, "meant to fail": states.DISCARDED}
    wait_for(lambda: ends() == wanted, "their ends")


def test_a_pause_is_for_a_moment(runtime: Runtime, stage: Stage) -> None:
    """The demo pauses a queue, says that it was the demo, and lets it go on."""
    stage.perform(Pause(QUEUE))
    assert reasons(runtime) == {QUEUE: WHY_PAUSED}
    stage.perform(Resume(QUEUE))
    assert reasons(runtime) == {}


def test_a_pause_of_a_person_stays(runtime: Runtime, stage: Stage) -> None:
    """What a person has paused, the demo neither takes over nor ends."""
    runtime.jobs.pause(QUEUE, reason="mine")
    stage.perform(Pause(QUEUE))
    stage.perform(Resume(QUEUE))
    assert reasons(runtime) == {QUEUE: "mine"}


def test_at_the_end_nobody_waits_for_a_try_out(runtime: Runtime, stage: Stage) -> None:
    """A long try-out is stopped; what waits for its turn is left to wait."""
    runtime.jobs.pause(states.ORDER_PROCESSING)
    stage.perform(Work(states.ORDER_PROCESSING, "waits", seconds=60))
    stage.perform(Work(QUEUE, "runs", seconds=60))

    def state_of(about: str) -> str:
        jobs = runtime.jobs.page(JobQuery(kind="probe")).items
        return next(job.state for job in jobs if job.about == about)

    wait_for(lambda: state_of("runs") == states.RUNNING, "a worker")
    stage.clear()
    wait_for(lambda: state_of("runs") == states.CANCELLED, "its end")
    assert state_of("waits") == states.AVAILABLE
