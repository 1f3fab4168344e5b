"""Operations: everything that may be asked of a running engine; what is not here is refused.

Orders change something. Questions are about what only the engine knows; while it is away they
are answered from what is here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from botops.accounts.merchants import MerchantView
from botops.catalog.views import NewProduct, ProductView
from botops.events.views import EventView
from botops.jobs.query import JobQuery
from botops.jobs.request import Enqueued, JobOptions
from botops.kernel.errors import UsageProblem
from botops.kernel.health import PartView
from botops.media.views import MediaView, PendingView
from botops.preferences.views import Change, SourceView
from botops.runtime import Runtime
from botops.settings import SettingView

QUICK, LONG, QUESTION = 10.0, 120.0, 2.0  # seconds that somebody waits for an answer
LOG_LINES, LOG_WIDTH = 300, 1_000  # within the length of an answer, whatever the letters

Ids = list[str]
Object = dict[str, Any]
Changes = dict[str, str | int | bool | None]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that may be asked: where it is done, and the types that go over the line."""

    find: Callable[[Runtime], Callable[..., Any]]
    takes: Mapping[str, Any] = field(default_factory=dict)
    gives: Any = None
    seconds: float = QUICK
    is_question: bool = False


def _question(
    find: Callable[[Runtime], Callable[..., Any]], *, gives: Any, takes: Object | None = None
) -> Operation:
    return Operation(find=find, takes=takes or {}, gives=gives, seconds=QUESTION, is_question=True)


def _tail(runtime: Runtime, count: int) -> list[str]:
    return [line[:LOG_WIDTH] for line in runtime.logs.tail(min(count, LOG_LINES))]


OPERATIONS: Mapping[str, Operation] = {
    "health": _question(lambda rt: rt.health, gives=list[PartView]),
    "settings": _question(
        lambda rt: lambda: rt.settings.model_dump(mode="json"), gives=Object
    ),
    "logs.tail": _question(
        lambda rt: partial(_tail, rt), takes={"count": int}, gives=list[str]
    ),
    "media.pending": _question(lambda rt: rt.media.pending, gives=list[PendingView]),
    "media.is_paused": _question(lambda rt: lambda: rt.media.is_paused, gives=bool),
    "jobs.enqueue": Operation(
        find=lambda rt: rt.jobs.enqueue,
        takes={"kind": str, "args": Object, "options": JobOptions}, gives=Enqueued,
    ),
    "jobs.enqueue_many": Operation(
        find=lambda rt: rt.jobs.enqueue_many, seconds=LONG,
        takes={"kind": str, "args": Object, "options": JobOptions, "count": int},
        gives=list[Enqueued],
    ),
    "jobs.retry": Operation(
        find=lambda rt: rt.jobs.retry, takes={"job_ids": Ids}, gives=int, seconds=LONG
    ),
    "jobs.cancel": Operation(
        find=lambda rt: rt.jobs.cancel, takes={"job_ids": Ids}, gives=int, seconds=LONG
    ),
    "jobs.discard": Operation(
        find=lambda rt: rt.jobs.discard, takes={"job_ids": Ids}, gives=int, seconds=LONG
    ),
    "jobs.retry_where": Operation(
        find=lambda rt: rt.jobs.retry_where, takes={"query": JobQuery}, gives=int, seconds=LONG
    ),
    "jobs.cancel_where": Operation(
        find=lambda rt: rt.jobs.cancel_where, takes={"query": JobQuery}, gives=int, seconds=LONG
    ),
    "jobs.discard_where": Operation(
        find=lambda rt: rt.jobs.discard_where, takes={"query": JobQuery}, gives=int, seconds=LONG
    ),
    "jobs.pause": Operation(
        find=lambda rt: rt.jobs.pause, takes={"queue": str, "reason": str}
    ),
    "jobs.resume": Operation(find=lambda rt: rt.jobs.resume, takes={"queue": str}),
    "media.add": Operation(
        find=lambda rt: rt.media.add, takes={"file": Path, "merchant_id": str},
        gives=tuple[MediaView, int | None], seconds=LONG,
    ),
    "media.retry": Operation(
        find=lambda rt: rt.media.retry, takes={"media_id": str}, gives=int
    ),
    "media.remove": Operation(find=lambda rt: rt.media.remove, takes={"media_id": str}),
    "media.restore": Operation(find=lambda rt: rt.media.restore, takes={"media_id": str}),
    "media.rescan": Operation(find=lambda rt: rt.media.rescan, gives=int),
    "catalog.add": Operation(
        find=lambda rt: rt.catalog.add, takes={"new": NewProduct}, gives=ProductView
    ),
    "catalog.edit": Operation(
        find=lambda rt: rt.catalog.edit,
        takes={"reference": str, "changes": Changes}, gives=ProductView,
    ),
    "catalog.remove": Operation(
        find=lambda rt: rt.catalog.remove, takes={"reference": str}, gives=ProductView
    ),
    "catalog.restore": Operation(
        find=lambda rt: rt.catalog.restore, takes={"product_id": str}, gives=ProductView
    ),
    "catalog.link": Operation(
        find=lambda rt: rt.catalog.link,
        takes={"media_id": str, "reference": str, "first": bool}, gives=ProductView,
    ),
    "catalog.unlink": Operation(
        find=lambda rt: rt.catalog.unlink,
        takes={"media_id": str, "reference": str}, gives=ProductView,
    ),
    "history.publish": Operation(
        find=lambda rt: rt.history.publish,
        takes={"event_type": str, "data": Object, "merchant_id": str}, gives=EventView,
    ),
    # Only the engine knows what its environment and its command line set.
    "preferences.views": _question(lambda rt: rt.preferences.views, gives=list[SettingView]),
    "preferences.view": _question(
        lambda rt: rt.preferences.view, takes={"key": str}, gives=SettingView
    ),
    "preferences.where": _question(
        lambda rt: rt.preferences.where, takes={"key": str}, gives=list[SourceView]
    ),
    "preferences.set": Operation(
        find=lambda rt: rt.preferences.set, takes={"key": str, "text": str}, gives=Change
    ),
    "preferences.unset": Operation(
        find=lambda rt: rt.preferences.unset, takes={"key": str}, gives=Change
    ),
    "preferences.undo": Operation(find=lambda rt: rt.preferences.undo, gives=Change),
    "merchants.add": Operation(
        find=lambda rt: rt.merchants.add,
        takes={"merchant_id": str, "name": str}, gives=MerchantView,
    ),
    "merchants.edit": Operation(
        find=lambda rt: rt.merchants.edit,
        takes={"merchant_id": str, "name": str}, gives=MerchantView,
    ),
    "merchants.remove": Operation(
        find=lambda rt: rt.merchants.remove, takes={"merchant_id": str}
    ),
}  # fmt: skip


def packed(name: str, given: Mapping[str, Any]) -> Object:
    """Return what a call was given, by the names of its parameters, as JSON knows it."""
    takes = OPERATIONS[name].takes
    return {key: _as_json(takes[key], value) for key, value in given.items()}


def run(name: str, given: Object, *, runtime: Runtime) -> Any:
    """Do what was asked for over the line; return what it gives, as JSON knows it.

    Raises:
        UsageProblem: There is no such operation, or it takes something else.
        BotOpsError: What the operation itself raises.
    """
    operation = OPERATIONS.get(name)
    if operation is None:
        raise UsageProblem(
            f"The engine knows no command {name[:80]!r}.",
            hint="Use the same version of BotOps on both sides.",
            code="unknown_command",
        )
    call = operation.find(runtime)
    try:
        taken = {
            key: _adapter(operation.takes[key]).validate_python(value)
            for key, value in given.items()
        }
        inspect.signature(call).bind(**taken)
    except KeyError as error:
        raise UsageProblem(f"{name} takes no {error.args[0]!r}.") from error
    except ValidationError as error:
        raise UsageProblem(f"{name}: {error.errors()[0]['msg']}.") from error
    except TypeError as error:
        raise UsageProblem(f"{name}: {error}.") from error
    return _as_json(operation.gives, call(**taken))


def unpacked(name: str, value: Any) -> Any:
    """Return what an answer stands for.

    Raises:
        ValidationError: It stands for nothing that the operation gives.
    """
    return _adapter(OPERATIONS[name].gives).validate_python(value)


def _as_json(kind: Any, value: Any) -> Any:
    adapter = _adapter(kind)
    return adapter.dump_python(adapter.validate_python(value), mode="json", warnings="error")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
