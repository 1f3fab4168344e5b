"""Merchants: which shops there are; each row of a shop carries its id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botops.accounts.models import Merchant
from botops.kernel import clock
from botops.kernel.errors import Conflict, NotFound, Refused, UsageProblem
from botops.kernel.events import Bus, Changed
from botops.store import db

DEFAULT = "default"
ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class MerchantView:
    """A shop; times are naive UTC, `deleted_at` says since when it is gone."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    def document(self) -> dict[str, Any]:
        """Return it as the command line prints it."""
        return {
            "id": self.id,
            "name": self.name,
            "created_at": clock.iso(self.created_at),
            "updated_at": clock.iso(self.updated_at),
        }


class Merchants:
    """Keeps the list of shops."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def ensure_default(self, name: str = "My shop") -> None:
        """Make the shop that is meant when none is named; several processes may ask at once."""
        if self._find(DEFAULT) is None:
            with db.write():
                Merchant.insert(id=DEFAULT, name=name).on_conflict_ignore().execute()

    def all(self) -> list[MerchantView]:
        """Return the shops that are there, by id."""
        rows = Merchant.select().where(Merchant.deleted_at.is_null()).order_by(Merchant.id)
        with db.reading():
            return [_view(row) for row in rows]

    def show(self, merchant_id: str) -> MerchantView:
        """Return a shop.

        Raises:
            NotFound: There is none of this id, or no longer.
        """
        row = self._find(merchant_id)
        if row is None or row.deleted_at is not None:
            raise NotFound(f"There is no merchant {merchant_id}.")
        return _view(row)

    def add(self, merchant_id: str, name: str) -> MerchantView:
        """Add a shop; one that was removed comes back, with all that belongs to it.

        Raises:
            UsageProblem: The id or the name can't be used.
            Conflict: There is one of this id.
        """
        if not ID.fullmatch(merchant_id):
            raise UsageProblem(
                f"{merchant_id!r} can't be the id of a merchant.",
                hint="Small letters, digits, - and _, at most 64.",
            )
        name = _checked(name)
        with db.write():
            row = self._find(merchant_id)
            if row is None:
                Merchant.create(id=merchant_id, name=name)
            elif row.deleted_at is None:
                raise Conflict(f"There is a merchant {merchant_id} already.")
            else:
                self._change(merchant_id, name=name, deleted_at=None)
            self._bus.publish(Changed("merchants"))
        return self.show(merchant_id)

    def edit(self, merchant_id: str, *, name: str) -> MerchantView:
        """Give a shop another name.

        Raises:
            UsageProblem: The name can't be used.
            NotFound: There is no such shop.
        """
        name = _checked(name)
        with db.write():
            self.show(merchant_id)
            self._change(merchant_id, name=name)
            self._bus.publish(Changed("merchants"))
        return self.show(merchant_id)

    def remove(self, merchant_id: str) -> None:
        """Let a shop be gone; what belongs to it stays, and `add` brings it back.

        Raises:
            NotFound: There is no such shop.
            Refused: It is the one that is meant when none is named.
        """
        if merchant_id == DEFAULT:
            raise Refused(f"The merchant {DEFAULT} is needed: it is meant when none is named.")
        with db.write():
            self.show(merchant_id)
            self._change(merchant_id, deleted_at=clock.utcnow())
            self._bus.publish(Changed("merchants"))

    def _find(self, merchant_id: str) -> Merchant | None:
        with db.reading():
            return Merchant.get_or_none(Merchant.id == merchant_id)

    def _change(self, merchant_id: str, **values: object) -> None:
        values["updated_at"] = clock.utcnow()
        Merchant.update(**values).where(Merchant.id == merchant_id).execute()


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise UsageProblem(f"A merchant's name has 1 to {NAME_LENGTH} characters.")
    return name


def _view(row: Merchant) -> MerchantView:
    return MerchantView(row.id, row.name, row.created_at, row.updated_at, row.deleted_at)
