"""Runtime: the handful of live objects that the faces get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botops.jobs import states

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.accounts.merchants import Merchants
    from botops.audit.trail import Trail
    from botops.catalog.service import Catalog
    from botops.events.history import History
    from botops.jobs.desk import JobDesk
    from botops.kernel.events import Bus
    from botops.kernel.health import PartView
    from botops.kernel.log import Ring
    from botops.kernel.paths import Home
    from botops.media.library import MediaLibrary
    from botops.preferences.desk import SettingsDesk
    from botops.settings import Settings


@dataclass(frozen=True, slots=True)
class NeedView:
    """Something that waits for a person; `target` says where enter leads, as section/filter."""

    glyph: str
    title: str
    detail: str
    since: float | None
    key_label: str
    target: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """How a screen in a process of its own reaches the engine; no `pid`: the engine is away.

    `trouble` is a sentence about why it can't be asked, `note` one about how it differs.
    """

    pid: int | None
    trouble: str = ""
    note: str = ""


def _no_link() -> LinkView | None:
    return None


@dataclass(frozen=True)
class Runtime:
    """What a face may use: it asks and orders here, and holds no truth of its own."""

    home: Home
    settings: Settings
    bus: Bus
    jobs: JobDesk
    media: MediaLibrary
    catalog: Catalog
    history: History
    merchants: Merchants
    trail: Trail
    preferences: SettingsDesk
    health: Callable[[], list[PartView]]
    logs: Ring
    link: Callable[[], LinkView | None] = _no_link
    """How the engine is reached, where it runs in another process."""

    @property
    def shop_name(self) -> str:
        """What the shop is called."""
        return self.settings.shop.name

    def activity(self) -> dict[str, tuple[int, ...]]:
        """Return what happened in each of the last 24 hours, the last one being now."""
        done = {queue.name: queue.hourly for queue in self.jobs.queues()}
        return {
            "photos": done[states.MEDIA_PROCESSING],
            "jobs done": tuple(sum(hours) for hours in zip(*done.values(), strict=True)),
            "failures": self.jobs.hourly(states.DISCARDED),
        }

    def needs(self) -> list[NeedView]:
        """Return what waits for a person, the most pressing first."""
        return [*self._parts_in_trouble(), *self._stopped_queues(), *self._failed_work()]

    def _parts_in_trouble(self) -> list[NeedView]:
        return [
            NeedView(
                "✗", f"{part.name.capitalize()} is {part.state}", part.detail, None, "", "home"
            )
            for part in self.health()
            if part.state in ("down", "degraded")
        ]

    def _stopped_queues(self) -> list[NeedView]:
        return [
            NeedView(
                "‖",
                f"{queue.name} is paused",
                queue.pause_reason or f"{queue.waiting} jobs wait until you let them go on",
                None,
                "open",
                f"jobs/queue:{queue.name}",
            )
            for queue in self.jobs.queues()
            if queue.paused
        ]

    def _failed_work(self) -> list[NeedView]:
        needs = []
        if failed := sum(queue.failed for queue in self.jobs.queues()):
            title = "A job has failed" if failed == 1 else f"{failed} jobs have failed"
            detail = "They are kept: look why, then try again"
            needs.append(NeedView("✗", title, detail, None, "open", "jobs/state:failed"))
        if refused := self.media.counts().get("failed", 0):
            title = "A photo was refused" if refused == 1 else f"{refused} photos were refused"
            detail = "Each says why, and what to do about it"
            needs.append(NeedView("!", title, detail, None, "open", "media/state:refused"))
        return needs
