"""Sample: an afternoon of a flower shop, as the engine's views tell it."""

from dataclasses import replace
from typing import Any

from botops.jobs.views import JobView
from botops.media.views import MediaView, VariantView

NOON = 1_795_448_526.0


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
