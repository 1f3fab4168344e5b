"""Jobs: found, understood and done again by keys alone."""

from dataclasses import replace

from botops.jobs.desk import JobQuery
from botops.kernel.events import Changed
from botops.tui.screens.jobs import Jobs
from tests.tui.driving import LARGE, SMALL, Driver, driving
from tests.tui.fake_runtime import Runtime
from tests.tui.sample import a_job


def jobs(driver: Driver) -> Jobs:
    """The section, which must be the one that is shown."""
    screen = driver.app.screen
    assert isinstance(screen, Jobs)
    return screen


def state_of(shop: Runtime, job_id: str) -> str:
    """The state of a job in the shop."""
    return shop.jobs.show(job_id).state


async def test_the_failed_job_is_found_understood_and_run_again() -> None:
    """6, / state:failed, look why, r: and the list holds still meanwhile."""
    async with driving() as driver:
        await driver.press("6", "slash")
        await driver.type("state:failed")
        await driver.press("enter")
        assert "995" in driver.text
        assert "The other side did not accept our key." in driver.words("#detail")
        await driver.press("r")
        assert driver.toasts == ["1 job will run again."]
        assert state_of(driver.shop, "995") == "available"
        assert jobs(driver).table.cursor == "995"


async def test_a_key_that_is_off_says_why() -> None:
    """C on a job that has ended does nothing, and tells the reason."""
    async with driving() as driver:
        await driver.press("6", "c")
        assert driver.toasts == ["Cancel: already finished."]


async def test_the_same_toast_twice_is_one() -> None:
    """Pressing a dim key three times is one toast with a count."""
    async with driving() as driver:
        await driver.press("6", "c", "c", "c")
        assert driver.toasts == ["Cancel: already finished.  ×3"]


async def test_all_that_failed_runs_again_only_after_a_yes() -> None:
    """R asks with numbers; n and enter keep, y runs."""
    async with driving() as driver:
        await driver.press("6", "R")
        assert "Run 2 failed jobs again?" in driver.text
        await driver.press("enter")
        assert state_of(driver.shop, "995") == "discarded"
        await driver.press("R", "n")
        assert state_of(driver.shop, "995") == "discarded"
        await driver.press("R", "y")
        assert driver.toasts == ["2 jobs will run again."]
        assert {state_of(driver.shop, each) for each in ("994", "995")} == {"available"}


async def test_marked_jobs_are_acted_on_together() -> None:
    """Two marks and one c stop two jobs."""
    async with driving() as driver:
        await driver.press("6", "slash")
        await driver.type("state:again")
        await driver.press("enter", "space", "space", "c")
        assert driver.toasts == ["2 jobs stopped. r runs it again."]
        assert state_of(driver.shop, "990") == state_of(driver.shop, "991") == "cancelled"


async def test_a_queue_is_paused_and_goes_on() -> None:
    """P pauses the queue of the job under the cursor, and p again lets it go on."""
    async with driving(LARGE) as driver:
        await driver.press("6", "p")
        assert driver.shop.jobs.paused == {"media_processing"}
        assert "‖ paused" in driver.text
        await driver.press("p")
        assert not driver.shop.jobs.paused


async def test_all_queues_are_paused_after_a_yes() -> None:
    """P asks first; once something is paused, P lets everything go on at once."""
    async with driving() as driver:
        await driver.press("6", "P", "y")
        assert len(driver.shop.jobs.paused) == 4
        await driver.press("P")
        assert not driver.shop.jobs.paused


async def test_new_jobs_wait_above_while_somebody_reads() -> None:
    """The cursor keeps its job and its line; f takes in what came."""
    async with driving() as driver:
        await driver.press("6", "down", "down")
        before = [line for line in driver.lines if "▸" in line]
        for _ in range(3):
            driver.shop.jobs.enqueue("probe", {})
        await driver.rest()
        assert [line for line in driver.lines if "▸" in line] == before
        assert "3 newer above · f to follow" in driver.text
        await driver.press("f")
        assert "newer above" not in driver.text
        assert "1002" in driver.text


async def test_the_cursor_is_in_one_place() -> None:
    """Moved by keys, by the mouse or by new rows above it, it leaves no trace."""
    async with driving() as driver:
        await driver.press("6")
        for move in ("down", "down", "up", "end", "home"):
            await driver.press(move)
            assert driver.words("#list").count("▸") == 1
        await driver.press("f")
        driver.shop.jobs.enqueue("probe", {})
        await driver.rest()
        assert driver.words("#list").count("▸") == 1
        await driver.pilot.click("#list RecordTable", offset=(5, 8))
        await driver.rest()
        assert driver.words("#list").count("▸") == 1


async def test_new_jobs_come_in_while_nobody_reads() -> None:
    """At the top of the list new jobs appear by themselves; the cursor stays on its job."""
    async with driving() as driver:
        await driver.press("6")
        driver.shop.jobs.enqueue("probe", {})
        await driver.rest()
        assert "1000" in driver.text
        assert jobs(driver).table.cursor == "999"


async def test_older_jobs_come_as_the_cursor_nears_them() -> None:
    """The list loads on as it is walked through, and keeps every row once."""
    async with driving(LARGE) as driver:
        await driver.press("6", "end", "end", "end", "end")
        table = jobs(driver).table
        assert len(table.records) == 300
        assert table.cursor == "700"
        assert len({job.id for job in table.records.rows}) == 300


async def test_a_row_far_below_is_kept_up_to_date() -> None:
    """What is in sight is read again, on whatever page it is."""
    async with driving(LARGE) as driver:
        await driver.press("6", "end", "end", "end", "end")
        driver.shop.jobs.jobs[0] = replace(driver.shop.jobs.jobs[0], about="a new name")
        driver.shop.bus.publish(Changed("jobs"))
        await driver.rest()
        assert "a new name" in driver.text


async def test_the_detail_is_a_page_where_there_is_no_room_beside() -> None:
    """At 80 columns enter opens the job, esc goes back to the list."""
    async with driving(SMALL) as driver:
        await driver.press("6", *["down"] * 5)
        assert "What it means" not in driver.text
        await driver.press("enter")
        assert "What it means" in driver.text
        await driver.press("escape")
        assert "What it means" not in driver.text


async def test_the_full_error_is_folded_until_it_is_wanted() -> None:
    """Tab and enter unfold it."""
    async with driving() as driver:
        await driver.press("6", *["down"] * 9)
        assert "in deliver" not in driver.text
        await driver.press("enter", "enter")
        assert "in deliver" in driver.text


async def test_the_oldest_come_first_if_asked_for() -> None:
    """S and a letter turn the list around."""
    async with driving() as driver:
        await driver.press("6", "s", "o")
        assert "oldest first" in driver.text
        assert jobs(driver).table.records.rows[0].id == "700"


async def test_a_filter_that_is_not_understood_says_so() -> None:
    """A wrong field names the right ones, and esc shows all again."""
    async with driving(LARGE) as driver:
        await driver.press("6", "slash")
        await driver.type("status:failed")
        await driver.press("enter")
        assert "there is no field status; try state:, queue:, kind:" in driver.text
        await driver.press("escape")
        assert "all jobs" in driver.text


async def test_an_empty_list_says_why_and_what_fills_it() -> None:
    """Without jobs there is a sentence instead of a table."""
    shop = Runtime()
    shop.jobs.jobs.clear()
    async with driving(shop=shop) as driver:
        await driver.press("6")
        assert "No jobs yet." in driver.text
        await driver.press("slash")
        await driver.type("rosas")
        assert "No jobs match this filter." in driver.text


async def test_a_list_that_cannot_be_read_says_so_and_comes_back() -> None:
    """A broken database is a sentence, not a crash; the next news reads again."""
    shop = Runtime()
    whole = shop.jobs.page

    def broken(query: JobQuery) -> None:
        raise OSError("disk I/O error")

    shop.jobs.page = broken  # type: ignore[assignment,method-assign]  # the disk breaks
    async with driving(shop=shop) as driver:
        await driver.press("6")
        assert "This list can't be read." in driver.text
        assert "disk I/O error" in driver.text
        shop.jobs.page = whole  # type: ignore[method-assign]  # and is mended
        shop.bus.publish(Changed("jobs"))
        await driver.rest()
        assert "orquidea-1.jpg" in driver.text


async def test_an_order_that_is_refused_is_told() -> None:
    """What the engine refuses comes back as its own sentence."""
    async with driving() as driver:
        await driver.press("6", *["down"] * 5)
        driver.shop.jobs.jobs = [a_job(999)]
        await driver.press("r")
        assert driver.toasts == ["Job 994 has ended already."]


async def test_the_id_of_a_job_is_copied() -> None:
    """Y asks what, a letter copies it, and the toast says what was copied."""
    async with driving() as driver:
        await driver.press("6", "y", "i")
        assert driver.app.clipboard == "999"
        assert driver.toasts == ["Copied: id."]


async def test_a_running_job_tells_the_time() -> None:
    """What is being done shows how far it is."""
    async with driving(LARGE) as driver:
        await driver.press("6", *["down"] * 7)
        assert "▶ 2 of 4" in driver.text
        assert "2 of 4 sizes" in driver.text
