"""Double: the shop of these tests has what the real runtime has."""

import inspect
from dataclasses import fields

import pytest

from botops.audit import Scroll, Trail
from botops.catalog.service import Catalog
from botops.events.history import History
from botops.jobs.desk import JobDesk
from botops.kernel.log import Ring
from botops.media.library import MediaLibrary
from botops.preferences.desk import SettingsDesk
from botops.runtime import Runtime
from tests.tui import fake_runtime, fake_settings, fake_trail

PAIRS = (
    (fake_runtime.MediaLibrary, MediaLibrary),
    (fake_runtime.Catalog, Catalog),
    (fake_runtime.History, History),
    (fake_runtime.Logs, Ring),
    (fake_trail.Scroll, Scroll),
    (fake_settings.SettingsDesk, SettingsDesk),
)


def methods(owner: type) -> dict[str, inspect.Signature]:
    """The public methods of a class with their parameters."""
    return {
        name: inspect.signature(each)
        for name, each in inspect.getmembers(owner, inspect.isfunction)
        if not name.startswith("_") and name != "change"  # what the engine does, not a face
    }


@pytest.mark.parametrize(("double", "real"), PAIRS)
def test_what_the_double_can_the_real_thing_can(double: type, real: type) -> None:
    """Each public method of the double is one of the real thing, called in the same way."""
    known = methods(real)
    for name, signature in methods(double).items():
        assert name in known, f"{real.__name__} has no {name}"
        ours, theirs = list(signature.parameters), list(known[name].parameters)
        assert ours == theirs[: len(ours)], name
        rest = [known[name].parameters[extra] for extra in theirs[len(ours) :]]
        assert all(extra.default is not extra.empty for extra in rest), name


def test_the_desk_of_the_double_can_what_the_real_one_can() -> None:
    """The real desk takes some verbs from its control, so an object is asked, not the class."""
    source = inspect.getsource(JobDesk)
    for name in methods(fake_runtime.JobDesk):
        assert hasattr(JobDesk, name) or f"self.{name} = " in source, name


def test_the_runtime_of_the_double_has_the_same_parts() -> None:
    """What screens use of the runtime is there, under the same name."""
    known = {each.name for each in fields(Runtime)} | set(dir(Runtime))
    shop = fake_runtime.Runtime()
    used = {name for name in vars(shop) if name not in ("parts", "wants", "attached")}
    assert used | set(methods(fake_runtime.Runtime)) <= known


def test_the_trail_of_the_double_can_what_the_real_one_can() -> None:
    """Each method of the double is one of the real trail; two are the double's own."""
    known, ours = methods(Trail), methods(fake_trail.Trail)
    del ours["found"], ours["while_checking"]
    assert {name: list(each.parameters) for name, each in ours.items()} == {
        name: list(known[name].parameters) for name in ours
    }
