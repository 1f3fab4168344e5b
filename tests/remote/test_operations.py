"""Operations: the list has what changes something, and takes what the services take."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

from botops.remote.attached import ELSEWHERE
from botops.remote.operations import OPERATIONS, Operation
from botops.runtime import Runtime

# What an attached screen does by itself: it only looks things up.
LOOKS = {
    "jobs": {"page", "show", "ids", "queues", "hourly", "probe_rows"},
    "media": {"page", "show", "counts", "thumbnail", "inbox", "seen"},
    "catalog": {
        "get", "page", "search", "pictures_of", "names_of", "currency", "export_csv",
    },
    "history": {"recent", "page", "after", "last_seq", "find"},
    "merchants": {"all", "show"},
    "trail": {"entries", "export", "scroll", "show", "verify"},
    "preferences": {"takes_effect"},
}  # fmt: skip
# What parts of the engine use among themselves, and no face.
INSIDE = {
    "media": {"watch", "take", "settled"},
    "catalog": {"use_currency"},
    "merchants": {"ensure_default"},
    "trail": {"note"},
    "preferences": {"secret", "secrets"},
}


@pytest.mark.parametrize("service", LOOKS)
def test_everything_that_a_face_may_do_is_decided_on(runtime: Runtime, service: str) -> None:
    """Each thing that a service offers is looked up here, sent, or refused with another way."""
    offered = {name for name in dir(getattr(runtime, service)) if not name.startswith("_")}
    sent = {name.partition(".")[2] for name in OPERATIONS if name.startswith(f"{service}.")}
    refused = {name.partition(".")[2] for name in ELSEWHERE if name.startswith(f"{service}.")}
    assert offered == LOOKS[service] | INSIDE.get(service, set()) | sent | refused


@pytest.mark.parametrize(("name", "operation"), OPERATIONS.items(), ids=OPERATIONS)
def test_an_operation_takes_what_its_service_takes(
    runtime: Runtime, name: str, operation: Operation
) -> None:
    """Every argument that is needed can be given, none is given that is not known."""
    call: Callable[..., Any] = operation.find(runtime)
    parameters = inspect.signature(call).parameters
    assert list(operation.takes) == list(parameters)
    for kind in (*operation.takes.values(), operation.gives):
        TypeAdapter(kind)


def test_questions_change_nothing() -> None:
    """What may be asked without being noted is this, and no more."""
    questions = {name for name, operation in OPERATIONS.items() if operation.is_question}
    assert questions == {
        "settings",
        "health", "logs.tail", "media.pending", "media.is_paused",
        "preferences.view", "preferences.views", "preferences.where",
    }  # fmt: skip
