"""Fake trail: an afternoon of changes in a list, and a list of any length that is never built."""

import getpass
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from botops.audit import AuditQuery, EntryView, Verdict
from botops.kernel import clock
from botops.kernel.paging import Page
from tests.tui.sample import NOON

ME = getpass.getuser()
ROSES = {
    "id": 7, "merchant_id": "default", "sku": "ROSAS-12", "name": "Ramo de rosas rojas",
    "description": "Doce rosas, con tarjeta.", "price": 3500, "currency": "PEN", "stock": 4,
    "category": "ramos", "active": 1, "created_at": "2026-11-02 09:00:00",
    "updated_at": "2026-11-02 09:00:00", "deleted_at": None,
}  # fmt: skip
LILIES = ROSES | {"id": 9, "name": "Lirios", "sku": "LIRIO"}


def an_entry(number: int, ago: float = 0.0, **changes: Any) -> EntryView:
    """Return an entry of some seconds before noon; a change of a product unless told otherwise."""
    entry = EntryView(
        id=str(number), created_at=clock.iso(NOON - ago), merchant_id="default", actor=ME,
        actor_role="screen", action="update", target_type="products", target_id="7",
        before_state=ROSES, after_state=ROSES | {"price": 3800}, ip_address=None, user_agent=None,
        fingerprint=f"{number:064x}",
    )  # fmt: skip
    return replace(entry, **changes)


def some_entries() -> list[EntryView]:
    """Return a week of changes, oldest first."""
    program: dict[str, Any] = {"actor": "botops", "actor_role": "program"}
    entries = [
        an_entry(number, 7 * 86_400 - number * 600, target_id=str(number % 20), actor="lucía",
                 after_state=ROSES | {"stock": number % 9}, before_state=ROSES | {"stock": 9})
        for number in range(1, 300)
    ]  # fmt: skip
    setting: dict[str, Any] = {"action": "set", "target_type": "settings"}
    secret = {"id": 1, "merchant_id": "default", "name": "whatsapp.access_token", "sealed": "***"}
    token = {"target_type": "settings", "target_id": "whatsapp.access_token"}
    entries += [
        an_entry(300, 90_000, **program, action="insert", before_state=None, after_state=ROSES),
        an_entry(301, 5_400, actor="lucía", actor_role="shell",
                 after_state=ROSES | {"price": 3800, "stock": 3, "category": "regalos"}),
        an_entry(302, 2_700, **token, action="insert", before_state=None,
                 after_state=secret | {"shown": "••••8f2c"}),
        an_entry(303, 2_400, **token, before_state=secret | {"shown": "••••8f2c"},
                 after_state=secret | {"shown": "••••91aa"}),
        an_entry(304, 1_800, target_id="9", actor="job 990", actor_role="job",
                 before_state=LILIES,
                 after_state=LILIES | {"deleted_at": "2026-11-23"}),
        an_entry(305, 1_700, target_id="9",
                 before_state=LILIES | {"deleted_at": "2026-11-23"},
                 after_state=LILIES),
        an_entry(306, 1_200, target_type="merchants", target_id="default",
                 before_state={"id": "default", "name": "My shop"},
                 after_state={"id": "default", "name": "Casa Flora"}),
        an_entry(307, 600, **setting, target_id="media.workers", before_state={"value": ""},
                 after_state={"value": "4"}),
        an_entry(308, 54, **setting, target_id="media.max_size", before_state={"value": "50 MB"},
                 after_state={"value": "60 MB"}),
    ]  # fmt: skip
    return entries


class Scroll:
    """Entries as they were when it was made."""

    def __init__(self, trail: "Trail", query: AuditQuery) -> None:
        self._trail = trail
        self._query = query
        self._found = trail.found(query)
        self.total: int | None = len(self._found) if query == AuditQuery() else None

    def count(self) -> int:
        """Return how many there are."""
        self.total = len(self._found)
        return self.total

    def read(self, first: int, count: int) -> Sequence[EntryView]:
        """Return so many from a place on."""
        return self._found[first : first + count]

    def newer(self) -> int:
        """Return how many have come since."""
        return len(self._trail.found(self._query)) - len(self._found)

    def renewed(self) -> tuple["Scroll", int]:
        """Return it as it is now."""
        return Scroll(self._trail, self._query), self.newer()


class Endless(Sequence[EntryView]):
    """A million entries, each made when it is looked at."""

    def __init__(self, total: int = 1_000_000) -> None:
        self.total = total
        self.made = 0

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(self.total))]
        self.made += 1
        return an_entry(self.total - at, 20.0 * at)


@dataclass
class Trail:
    """The trail as a list, newest last; or any sequence, newest first, in its place."""

    entries_kept: list[EntryView] = field(default_factory=some_entries)
    endless: Endless | None = None
    verdict: Verdict | None = None
    exported: list[tuple[AuditQuery, Path, str]] = field(default_factory=list)
    while_checking: Callable[[], None] = lambda: None

    def found(self, query: AuditQuery) -> Sequence[EntryView]:
        """Return what a query means, newest first."""
        if self.endless is not None:
            return self.endless
        return [entry for entry in reversed(self.entries_kept) if _is_meant(entry, query)]

    def scroll(self, query: AuditQuery) -> Scroll:
        """Return what a query means, to be read at any place."""
        return Scroll(self, query)

    def entries(self, query: AuditQuery) -> Page[EntryView]:
        """Return the newest that a query means."""
        found = self.found(query)
        return Page(list(found[: query.limit]), None, len(found))

    def verify(self, progress: Callable[[int], None] | None = None) -> Verdict:
        """Return the verdict that was set, else that all is well."""
        self.while_checking()
        if progress is not None:
            progress(1)
        return self.verdict or Verdict(ok=True, checked=len(self.entries_kept))

    def export(self, query: AuditQuery, folder: Path, *, form: str) -> tuple[Path, int]:
        """Write nothing, and say that it is written."""
        self.exported.append((query, folder, form))
        return folder / f"audit-2026-11-23-104206.{form}", len(self.found(query))


def _is_meant(entry: EntryView, query: AuditQuery) -> bool:
    said = f"{entry.actor} {entry.target_id} {entry.before_state} {entry.after_state}".casefold()
    exact = ("actor", "actor_role", "action", "verb", "target_type", "target_id")
    return (
        all(getattr(query, name) in (None, getattr(entry, name)) for name in exact)
        and all(word.casefold() in said for word in query.text.split())
        and query.who.casefold() in entry.actor.casefold()
        and (query.since is None or entry.created_at >= query.since)
        and (query.until is None or entry.created_at < query.until)
    )
