"""Fake runtime: a shop that stands still, in the shape of the real one."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from botops.catalog.views import ProductView
from botops.events.views import EventView
from botops.jobs.desk import JobQuery
from botops.jobs.views import AttemptView, JobView, QueueView
from botops.kernel import clock
from botops.kernel.errors import Conflict, NotFound
from botops.kernel.events import Bus, Changed
from botops.kernel.health import PartView
from botops.kernel.paging import Page
from botops.kernel.paths import Home
from botops.media.library import MediaQuery
from botops.media.views import MediaView, PendingView
from botops.runtime import LinkView, NeedView
from tests.tui.fake_settings import SettingsDesk
from tests.tui.fake_trail import Trail
from tests.tui.sample import NOON, a_job, some_jobs, some_photos

QUEUES = ("media_processing", "message_sending", "order_processing", "webhook_delivery")
HILLS = (0, 0, 1, 2, 3, 5, 7, 6, 5, 3, 2, 2, 3, 5, 7, 9, 6, 5, 3, 2, 1, 1, 2, 4)


@dataclass
class JobDesk:
    """Jobs in a list instead of a ledger."""

    bus: Bus
    jobs: list[JobView] = field(default_factory=some_jobs)
    paused: set[str] = field(default_factory=set)

    def page(self, query: JobQuery) -> Page[JobView]:
        """Return a page, as the real desk does."""
        found = [job for job in self.jobs if _is_meant(job, query)]
        found.sort(key=lambda job: int(job.id), reverse=query.newest_first)
        total = len(found)
        if query.cursor is not None:
            after = int(query.cursor)
            found = [job for job in found if (int(job.id) < after) is query.newest_first]
        items = found[: query.limit]
        return Page(items, items[-1].id if len(found) > query.limit else None, total)

    def show(self, job_id: str) -> JobView:
        """Return a job with an attempt for each try."""
        job = next((job for job in self.jobs if job.id == job_id), None)
        if job is None:
            raise NotFound(f"There is no job {job_id}.")
        tries = [
            AttemptView(NOON - 60 * back, NOON - 60 * back + 1.2, job.error)
            for back in range(job.attempt, 0, -1)
        ]
        return replace(job, attempts=tuple(tries))

    def ids(self, query: JobQuery) -> list[str]:
        """Return all that a query means."""
        return [job.id for job in self.jobs if _is_meant(job, query)]

    def retry(self, job_ids: list[str]) -> int:
        """Put jobs back in line."""
        return self._set(job_ids, "available", from_states=("discarded", "cancelled", "retryable"))

    def retry_where(self, query: JobQuery) -> int:
        """Put all jobs back in line that a query means."""
        return self.retry(self.ids(query))

    def cancel(self, job_ids: list[str]) -> int:
        """Stop jobs."""
        return self._set(job_ids, "cancelled", from_states=("available", "retryable", "running"))

    def discard(self, job_ids: list[str]) -> int:
        """Give jobs up."""
        return self._set(job_ids, "discarded", from_states=("available", "retryable"))

    def enqueue(self, kind: str, args: dict[str, Any], options: Any = None) -> JobView:
        """Add a job."""
        job = a_job(int(self.jobs[-1].id) + 1, kind=kind, args=args, state="available", attempt=0,
                    started_at=None, finished_at=None)  # fmt: skip
        self.jobs.append(job)
        self.bus.publish(Changed("jobs"))
        return job

    def pause(self, queue: str, *, reason: str = "") -> None:
        """Pause a queue."""
        self.paused.add(queue)
        self.bus.publish(Changed("jobs"))

    def resume(self, queue: str) -> None:
        """Let a queue go on."""
        self.paused.discard(queue)
        self.bus.publish(Changed("jobs"))

    def queues(self) -> list[QueueView]:
        """Return the queues with counts of the list."""
        return [self._queue(name) for name in QUEUES]

    def hourly(self, state: str) -> tuple[int, ...]:
        """Return a day."""
        return HILLS

    def _queue(self, name: str) -> QueueView:
        def count(*states: str) -> int:
            return sum(job.queue == name and job.state in states for job in self.jobs)

        return QueueView(
            name=name, waiting=count("available"), delayed=count("scheduled", "retryable"),
            active=count("running"), completed=count("completed"), failed=count("discarded"),
            paused=name in self.paused, pause_reason="", workers=2,
            per_minute=4 if name == QUEUES[0] else 0,
            hourly=HILLS if name == QUEUES[0] else (0,) * 24,
        )  # fmt: skip

    def _set(self, ids: list[str], state: str, *, from_states: tuple[str, ...]) -> int:
        wanted = {job.id for job in self.jobs if job.id in ids and job.state in from_states}
        if len(ids) == 1 and not wanted:
            raise Conflict(f"Job {ids[0]} has ended already.")
        for at, job in enumerate(self.jobs):
            if job.id in wanted:
                self.jobs[at] = replace(
                    job, state=state, error=None if state == "available" else job.error
                )
        self.bus.publish(Changed("jobs"))
        return len(wanted)


def _is_meant(job: JobView, query: JobQuery) -> bool:
    haystack = f"{job.about} {job.kind} {job.error} {job.args}".casefold()
    return (
        (query.queue is None or job.queue == query.queue)
        and (query.state is None or job.state in query.state)
        and (query.kind is None or job.kind == query.kind)
        and all(word.casefold() in haystack for word in query.text.split())
    )


@dataclass
class MediaLibrary:
    """Photos in a list instead of a store."""

    bus: Bus
    inbox: Path = Path("~/Pictures/catalog")
    is_paused: bool = False
    photos: list[MediaView] = field(default_factory=some_photos)
    coming: list[PendingView] = field(
        default_factory=lambda: [PendingView("girasol.heic", 3_000_000, "settling")]
    )
    removed: dict[str, MediaView] = field(default_factory=dict)
    picture: Path | None = None

    def page(self, query: MediaQuery) -> Page[MediaView]:
        """Return a page, newest first."""
        words = query.text.casefold().split()
        found = [
            photo
            for photo in (reversed(self.photos) if query.newest_first else self.photos)
            if (query.status is None or photo.status == query.status)
            and all(word in photo.original_name.casefold() for word in words)
        ]
        total = len(found)
        if query.cursor is not None:
            after = int(query.cursor)
            found = [p for p in found if (int(p.id) < after) is query.newest_first]
        items = found[: query.limit]
        return Page(items, items[-1].id if len(found) > query.limit else None, total)

    def pending(self) -> list[PendingView]:
        """Return what lies in the inbox."""
        return list(self.coming)

    def counts(self) -> dict[str, int]:
        """Return how many photos there are in each state."""
        states = ("uploading", "processing", "ready", "failed")
        return {state: sum(p.status == state for p in self.photos) for state in states}

    def thumbnail(self, media_id: str) -> Path | None:
        """Return the small picture of a photo."""
        photo = next((photo for photo in self.photos if photo.id == media_id), None)
        return self.picture if photo and photo.status == "ready" else None

    def retry(self, media_id: str) -> None:
        """Try a photo again."""
        self.change(media_id, status="processing", code=None, reason=None)

    def remove(self, media_id: str) -> None:
        """Take a photo out of the list."""
        photo = next((photo for photo in self.photos if photo.id == media_id), None)
        if photo is None:
            raise NotFound("There is no such photo.")
        self.photos.remove(photo)
        self.removed[media_id] = photo
        self.bus.publish(Changed("media"))

    def restore(self, media_id: str) -> None:
        """Put a photo back."""
        self.photos.append(self.removed.pop(media_id))
        self.photos.sort(key=lambda photo: int(photo.id))
        self.bus.publish(Changed("media"))

    def rescan(self) -> int:
        """Look through the folder."""
        return 0

    def change(self, media_id: str, **changes: Any) -> None:
        """Let a photo be another, as the engine's jobs do."""
        for at, photo in enumerate(self.photos):
            if photo.id == media_id:
                self.photos[at] = replace(photo, **changes)
        self.bus.publish(Changed("media"))


@dataclass
class Catalog:
    """Three products, and which photo shows them."""

    media: MediaLibrary
    products: tuple[tuple[str, str], ...] = (
        ("ROSAS-12", "Ramo de rosas rojas"), ("LIRIOS", "Lirios"), ("TARJETA", "Tarjeta"),
    )  # fmt: skip

    def search(self, text: str, *, limit: int = 20) -> list[ProductView]:
        """Return products that have all words of a text."""
        words = text.casefold().split()
        return [
            _product(sku, name)
            for sku, name in self.products
            if all(word in f"{sku} {name}".casefold() for word in words)
        ][:limit]

    def link(self, media_id: str, reference: str) -> ProductView:
        """Let a photo show a product."""
        self.media.change(media_id, products=(reference,))
        return _product(reference, reference)

    def unlink(self, media_id: str, reference: str) -> ProductView:
        """Let a photo no longer show a product."""
        self.media.change(media_id, products=())
        return _product(reference, reference)


def _product(sku: str, name: str) -> ProductView:
    at = clock.from_epoch(NOON)
    return ProductView(
        id="1", sku=sku, name=name, description="", price=3500, currency="PEN", stock=None,
        category="", active=True, media_ids=(), created_at=at, updated_at=at,
    )  # fmt: skip


class History:
    """Events in a list."""

    def __init__(self) -> None:
        kinds: list[tuple[str, dict[str, Any]]] = [
            ("media_ready", {"fileName": "orquidea-1.jpg"}),
            ("media_rejected", {"fileName": "IMG_0031.jpg", "reason": "61 MB is over 50 MB."}),
            ("job_discarded", {"kind": "send_message", "about": "Jorge V."}),
            ("product_updated", {"name": "Lirios"}),
            ("media_ready", {"fileName": "rosas-12.jpg"}),
        ]
        self.events = [
            EventView(f"evt_{at:03}", kind, NOON - 20 * (14 - at), "default", data, at)
            for at, (kind, data) in enumerate(kinds * 3)
        ]

    def recent(self, limit: int) -> list[EventView]:
        """Return the newest events first."""
        return list(reversed(self.events))[:limit]


class Logs:
    """A log of a few lines."""

    def __init__(self) -> None:
        self.lines = [f"10:42:{n:02} media    took in rosas-{n}.jpg" for n in range(40)]

    def tail(self, count: int) -> list[str]:
        """Return the last lines."""
        return self.lines[-count:]


class Runtime:
    """The handful of live objects that the faces get, all of them standing still."""

    def __init__(self) -> None:
        self.home = Home(Path("/srv/casa-flora"))
        self.bus = Bus()
        self.jobs = JobDesk(self.bus)
        self.media = MediaLibrary(self.bus)
        self.catalog = Catalog(self.media)
        self.history = History()
        self.trail = Trail()
        self.preferences = SettingsDesk(self.bus)
        self.logs = Logs()
        self.shop_name = "Casa Flora"
        self.attached: LinkView | None = None
        self.parts = [
            PartView("queue", "up", "4 queues, 14 workers"), PartView("watcher", "up", ""),
            PartView("pictures", "up", "2 processes"), PartView("log", "up", ""),
        ]  # fmt: skip
        look = ("open", "jobs/state:failed"), ("open", "media/state:refused")
        self.wants = [
            NeedView("✗", "2 jobs have failed", "Look why, then try again", NOON - 240, *look[0]),
            NeedView("!", "A photo was refused", "It says why", NOON - 660, *look[1]),
        ]

    def link(self) -> LinkView | None:
        """Return how the engine is reached; it is none here, as if it were in this process."""
        return self.attached

    def health(self) -> list[PartView]:
        """Return how the parts are."""
        return self.parts

    def needs(self) -> list[NeedView]:
        """Return what needs a person."""
        return self.wants

    def activity(self) -> dict[str, tuple[int, ...]]:
        """Return figures by the hour."""
        return {
            "photos": HILLS,
            "jobs done": tuple(2 * n for n in HILLS),
            "failures": (*(0,) * 20, 2, 0, 0, 0),
        }


def start() -> Runtime:
    """Return a shop, as the engine's start does."""
    return Runtime()
