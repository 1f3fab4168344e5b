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
from botops.media.library import MediaQuery
from botops.media.views import MediaView, PendingView, VariantView
from botops.runtime import LinkView, NeedView

NOON = 1_795_448_526.0
QUEUES = ("media_processing", "message_sending", "order_processing", "webhook_delivery")
HILLS = (0, 0, 1, 2, 3, 5, 7, 6, 5, 3, 2, 2, 3, 5, 7, 9, 6, 5, 3, 2, 1, 1, 2, 4)


def a_job(number: int, **changes: Any) -> JobView:
    """Return a job that was added `number` minutes before noon's job 1000."""
    at = NOON - (1000 - number) * 60
    job = JobView(
        id=str(number), queue="media_processing", kind="media.process", state="completed",
        priority=0, run_at=at, attempt=1, max_attempts=3, created_at=at, started_at=at + 0.2,
        finished_at=at + 1.4, error=None, args={"media_id": f"med_{number}"}, result=None,
        about=f"rosas-{number % 40}.jpg", merchant_id="default", progress=None,
        cancel_requested=False, rescue_count=0,
    )  # fmt: skip
    return replace(job, **changes)


def some_jobs() -> list[JobView]:
    """Return an afternoon's jobs, oldest first."""
    jobs = [a_job(number) for number in range(700, 990)]
    error = "ReadTimeout: https://erp.example/hooks timed out after 10 s\n  in deliver\n  in post"
    jobs += [
        a_job(990, queue="webhook_delivery", kind="deliver_webhook", state="retryable", attempt=6,
              max_attempts=10, about="order 1042", error=error, finished_at=None,
              run_at=NOON + 480, created_at=NOON - 1200, started_at=NOON - 30),
        a_job(991, queue="webhook_delivery", kind="deliver_webhook", state="retryable", attempt=6,
              max_attempts=10, about="order 1040", error="HTTP 503 Service Unavailable",
              finished_at=None, run_at=NOON + 488),
        a_job(992, state="running", attempt=1, about="tulipan.png", started_at=NOON - 2,
              finished_at=None, progress=(2, 4, "sizes")),
        a_job(993, state="available", attempt=0, about="girasol.heic", started_at=None,
              finished_at=None),
        a_job(994, state="discarded", attempt=3, about="IMG_0031.jpg",
              error="DecodeFailed: truncated file"),
        a_job(995, queue="message_sending", kind="send_message", state="discarded", attempt=5,
              max_attempts=5, about="Jorge V.", error="HTTP 401 Unauthorized"),
        a_job(996, queue="message_sending", kind="send_message", state="cancelled", attempt=0,
              max_attempts=5, about="+51 9•• •12"),
        a_job(997, about="lirios.jpg"), a_job(998, about="orquidea-2.jpg"),
        a_job(999, about="orquidea-1.jpg"),
    ]  # fmt: skip
    return jobs


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


def a_photo(number: int, name: str, **changes: Any) -> MediaView:
    """Return a photo that is ready."""
    photo = MediaView(
        id=str(number), original_name=name, status="ready", mime_type="image/jpeg",
        size=2_100_000, width=3024, height=4032, version=1, hash="5f" * 32,
        code=None, reason=None, notes=(), format="JPEG", merchant_id="default", is_removed=False,
        created_at=NOON - (200 - number) * 90,
        variants={
            "thumb": VariantView(240, 320, 28_000, "thumb.jpg"),
            "medium": VariantView(450, 600, 70_000, "medium.jpg"),
            "whatsapp": VariantView(900, 1200, 214_000, "whatsapp.jpg"),
        },
    )  # fmt: skip
    return replace(photo, **changes)


def some_photos() -> list[MediaView]:
    """Return a shop's photos, oldest first."""
    names = ("rosas", "tulipan", "girasol", "lirios", "orquidea", "clavel", "dalia", "hortensia")
    photos = [a_photo(n, f"{names[n % 8]}-{n // 8}.jpg") for n in range(140)]
    photos += [
        a_photo(190, "tarjeta.png", mime_type="image/png", size=214_000, products=("Tarjeta",)),
        a_photo(191, "orquidea-1.jpg", products=("Orquídea",), version=2),
        a_photo(192, "lirios.jpg", size=1_100_000, products=("Lirios",)),
        a_photo(193, "IMG_0031.jpg", status="failed", size=61_000_000, width=None, height=None,
                code="too_large", reason="61 MB is over the 50 MB limit.", variants={}),
        a_photo(194, "tulipan.png", status="processing", mime_type="image/png", size=4_400_000,
                variants={}),
        a_photo(195, "rosas-11.jpg", size=1_800_000, products=("Ramo de rosas rojas",)),
        a_photo(196, "rosas-12.jpg", products=("Ramo de rosas rojas", "Ramo mixto"),
                notes=("The first frame of an animation was taken.",)),
    ]  # fmt: skip
    return photos


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
        self.bus = Bus()
        self.jobs = JobDesk(self.bus)
        self.media = MediaLibrary(self.bus)
        self.catalog = Catalog(self.media)
        self.history = History()
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
