"""Completing: what a shell offers for a word that somebody begins to type.

Nothing is made, changed or waited for: where something can't be looked up, nothing is offered.
Each is called by click with the context, the parameter, and what was typed so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from click.shell_completion import CompletionItem

from botops.cli.context import Call
from botops.jobs.states import QUEUES
from botops.kernel.errors import BotOpsError
from botops.kernel.events import Bus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click


MOST = 50
Offered = tuple[str, str]  # a word, and its meaning


def setting_keys(*said: Any) -> list[CompletionItem]:
    """Return the settings whose names begin so."""
    from botops.settings.describe import setting_fields

    fields = setting_fields().items()
    return _beginning(said[-1], ((key, field.title or "") for key, field in fields))


def queue_names(*said: Any) -> list[CompletionItem]:
    """Return the queues whose names begin so."""
    return _beginning(said[-1], ((name, "") for name in QUEUES))


def skus(context: click.Context, *said: Any) -> list[CompletionItem]:
    """Return the products whose SKUs begin so, in any case."""

    def look(bus: Bus) -> list[Offered]:
        from botops.catalog.service import Catalog

        return [(each.sku, each.name) for each in Catalog(bus).search(said[-1], limit=MOST)]

    return _beginning(said[-1], _looked_up(context, look))


def merchant_ids(context: click.Context, *said: Any) -> list[CompletionItem]:
    """Return the shops whose ids begin so."""

    def look(bus: Bus) -> list[Offered]:
        from botops.accounts.merchants import Merchants

        return [(each.id, each.name) for each in Merchants(bus).all()]

    return _beginning(said[-1], _looked_up(context, look))


def _beginning(begun: str, offered: Iterable[Offered]) -> list[CompletionItem]:
    return [
        CompletionItem(word, help=meaning or None)
        for word, meaning in offered
        if word.lower().startswith(begun.lower())
    ]


def _looked_up(context: click.Context, look: Callable[[Bus], list[Offered]]) -> list[Offered]:
    """Return what is found in the home that the line names, by only reading its database."""
    from botops.store import db
    from botops.store.opening import open_for_reading

    call = context.find_object(Call) or Call()
    try:
        open_for_reading(call.home)
        return look(Bus())
    except BotOpsError:
        return []
    finally:
        db.close()
